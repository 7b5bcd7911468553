import { adviseIfBorneOut } from './advice.ts';
import { binaryHashes, distinct, remoteAddresses } from './indicators.ts';
import { findTheWayIn, stolenIdentity, stolenSecrets, tellOwner } from './left-to-people.ts';
import { definePlaybook } from './playbook.ts';
import { processStatements } from './shown.ts';
import { stakes } from './stakes.ts';

/** Someone looks around in the container for credentials, or for what is there. Source: SCC, "Local Reconnaissance Tool Execution" (Cloud Run) and the overview. */
export const credentialAccess = definePlaybook({
  name: 'credential-access',
  summary:
    'Something in the container searches for keys or passwords, or looks around. Start-up scripts and scanners do so too: ending instances is recommended where something else speaks of an attack.',
  categories: [
    'Credential Access: Find Google Cloud Credentials',
    'Credential Access: GPG Key Reconnaissance',
    'Credential Access: Search Private Keys or Passwords',
    'Execution: Local Reconnaissance Tool Execution',
  ],
  techniques: [],
  lookUp: (finding) => distinct([...remoteAddresses(finding), ...binaryHashes(finding)]),
  assess: (context) => [
    ...processStatements(context.finding, 'Search'),
    ...stakes(context, {
      secrets: 'they are what is searched for',
      variables: 'they are what is searched for',
      account: 'its tokens are there for whoever asks inside the container',
      mounts: 'keys may lie there',
      entry: 'whoever searches may have come in by a request',
    }),
  ],
  threats: ['process', 'entry', 'identity'],
  recommend: (context) =>
    adviseIfBorneOut(context, {
      why: 'whoever searches is in a running instance, and ends with it only',
      alone: 'a search alone is also what start-up scripts, scanners and people who debug do',
    }),
  todo: (context) => [
    tellOwner(context),
    'Ask whether someone debugged the container, or a scanner ran in it, at that time',
    ...stolenSecrets(context),
    stolenIdentity(context),
    findTheWayIn,
  ],
});
