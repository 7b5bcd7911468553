import { adviseEnding } from './advice.ts';
import { reportedHosts } from './hosts.ts';
import { binaryHashes, distinct, remoteAddresses } from './indicators.ts';
import { findTheWayIn, stolenIdentity, stolenSecrets, tellOwner } from './left-to-people.ts';
import { definePlaybook } from './playbook.ts';
import { processStatements, scriptStatements } from './shown.ts';
import { stakes } from './stakes.ts';

/**
 * Bash or Python that a language model takes for malicious. A script's hash is that of contents that may be cut, and the binary is the
 * interpreter: neither is asked about. Source: SCC, "Malicious Python executed" (Cloud Run), "Respond to Cloud Run threat findings".
 */
export const maliciousScript = definePlaybook({
  name: 'malicious-script',
  summary:
    'A Bash or Python script ran that is judged to be malicious. Its contents are shown, as far as SCC sends them.',
  categories: ['Malicious Script Executed', 'Execution: Malicious Python executed'],
  techniques: ['T1105'],
  lookUp: (finding) =>
    distinct([...reportedHosts(finding), ...remoteAddresses(finding), ...binaryHashes({ ...finding, processes: [] })]),
  assess: (context) => [
    ...scriptStatements(context.finding),
    ...processStatements(context.finding, 'Interpreter and arguments'),
    ...stakes(context, {
      entry: 'the script may have come in by a request',
      egress: 'the script may have been fetched from outside',
      mounts: 'the script could read and write it, and may have left itself there',
      account: 'the script can ask for its tokens',
      secrets: 'the script can read them',
      variables: 'the script can read them',
    }),
  ],
  threats: ['process', 'entry', 'identity'],
  recommend: (context) => adviseEnding(context, 'what a script has started ends with its instance only'),
  todo: (context) => [
    tellOwner(context),
    'Read the script: a language model judged it, which can be wrong. If it made changes that are meant, put them into a new revision and do not let scripts change containers',
    findTheWayIn,
    ...stolenSecrets(context),
    stolenIdentity(context),
  ],
});
