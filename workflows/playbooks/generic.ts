import { adviseEnding } from './advice.ts';
import { reportedHosts } from './hosts.ts';
import { binaryHashes, distinct, remoteAddresses } from './indicators.ts';
import { findTheWayIn, stolenIdentity, stolenSecrets, tellOwner } from './left-to-people.ts';
import { definePlaybook } from './playbook.ts';
import { processStatements, scriptStatements } from './shown.ts';
import { stakes } from './stakes.ts';

/** Any other threat on a Cloud Run resource. It is taken to hold an outbound connection, since nothing says that it does not. */
export const generic = definePlaybook({
  name: 'generic',
  summary:
    'Any other threat on a Cloud Run resource. It is taken to hold an outbound connection, since nothing says that it does not.',
  categories: [],
  techniques: [],
  lookUp: (finding) => distinct([...binaryHashes(finding), ...remoteAddresses(finding), ...reportedHosts(finding)]),
  assess: (context) => [
    ...processStatements(context.finding, 'Process'),
    ...scriptStatements(context.finding),
    ...stakes(context, {
      entry: 'the way in may have been a request',
      account: 'whoever is in the container can ask for its tokens',
      secrets: 'whoever is in the container can read them',
      variables: 'whoever is in the container can read them',
      mounts: 'whoever is in the container can read and write it',
    }),
  ],
  threats: ['process', 'entry', 'identity'],
  recommend: (context) =>
    adviseEnding(context, 'a threat that is not known is taken to be at work in the instance, and ends with it only'),
  todo: (context) => [
    'Read Google’s page for this finding: this playbook knows only what all Cloud Run threats share',
    tellOwner(context),
    findTheWayIn,
    ...stolenSecrets(context),
    stolenIdentity(context),
  ],
});
