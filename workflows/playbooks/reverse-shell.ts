import { adviseEnding } from './advice.ts';
import { binaryHashes, distinct, remoteAddresses } from './indicators.ts';
import { findTheWayIn, stolenIdentity, stolenSecrets, tellOwner } from './left-to-people.ts';
import { definePlaybook } from './playbook.ts';
import { processStatements } from './shown.ts';
import { stakes } from './stakes.ts';

/** A process whose standard input is bound to a remote socket. Source: SCC, "Reverse Shell" (Cloud Run). */
export const reverseShell = definePlaybook({
  name: 'reverse-shell',
  summary: 'A process in the container has its standard input bound to a remote socket: someone outside has a shell.',
  categories: ['Reverse Shell', 'Execution: Socat Reverse Shell Detected'],
  techniques: ['T1059', 'T1105'],
  lookUp: (finding) => distinct([...remoteAddresses(finding), ...binaryHashes(finding)]),
  assess: (context) => {
    const { reverseShell: shell } = context.finding;
    const connection =
      shell === undefined
        ? []
        : [
            {
              text: `A shell in the container is connected to ${shell.destinationIp}${shell.destinationPort === undefined ? '' : ` port ${shell.destinationPort}`}`,
              reason: 'the finding’s stream redirection fields',
            },
          ];
    return [
      ...connection,
      ...processStatements(context.finding, 'Process with the shell'),
      ...stakes(context, {
        entry: 'the shell may have come in by a request',
        account: 'whoever has the shell can ask for its tokens',
        secrets: 'whoever has the shell can read them',
        variables: 'whoever has the shell can read them',
        mounts: 'whoever has the shell can read and write it',
      }),
    ];
  },
  threats: ['process', 'entry', 'identity'],
  recommend: (context) => adviseEnding(context, 'an open shell is outbound and ends with its instance only'),
  todo: (context) => [tellOwner(context), findTheWayIn, ...stolenSecrets(context), stolenIdentity(context)],
});
