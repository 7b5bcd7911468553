import { adviseEnding } from './advice.ts';
import { binaryHashes, distinct, remoteAddresses } from './indicators.ts';
import { findTheWayIn, stolenIdentity, stolenSecrets, tellOwner } from './left-to-people.ts';
import { definePlaybook } from './playbook.ts';
import { connectionStatements, processStatements } from './shown.ts';
import { stakes } from './stakes.ts';

/**
 * Commands that someone outside gives: spawned over a socket, by netcat, by a print filter, or in a shell whose parent normally has none.
 * Source: SCC, "Possible Remote Command Execution Detected" and "Unexpected Child Shell" (Cloud Run).
 */
export const remoteCommand = definePlaybook({
  name: 'remote-command',
  summary:
    'Commands run in the container that someone outside seems to give: over a socket, or in a shell that should not be there.',
  categories: [
    'Execution: Possible Remote Command Execution Detected',
    'Execution: Netcat Remote Code Execution in Container',
    'Execution: Possible Arbitrary Command Execution through CUPS (CVE-2024-47076)',
    'Unexpected Child Shell',
  ],
  techniques: ['T1059'],
  lookUp: (finding) => distinct([...binaryHashes(finding), ...remoteAddresses(finding)]),
  assess: (context) => [
    ...processStatements(context.finding, 'Command run'),
    ...connectionStatements(context.finding),
    ...stakes(context, {
      entry: 'the commands may come in by a request',
      account: 'whoever gives the commands can ask for its tokens',
      secrets: 'whoever gives the commands can read them',
      variables: 'whoever gives the commands can read them',
      mounts: 'whoever gives the commands can read and write it',
    }),
  ],
  threats: ['process', 'entry', 'identity'],
  recommend: (context) =>
    adviseEnding(context, 'commands given over a connection go on for as long as their instance runs'),
  todo: (context) => [
    tellOwner(context),
    'Find the process that opened the connection or the shell, and what it is a child of',
    findTheWayIn,
    ...stolenSecrets(context),
    stolenIdentity(context),
  ],
});
