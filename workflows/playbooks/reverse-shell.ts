import { adviseEnding } from './advice.ts';
import { binaryHashes, distinct, remoteAddresses } from './indicators.ts';
import { definePlaybook } from './playbook.ts';

/** A process whose standard input is bound to a remote socket. Source: SCC, "Reverse Shell" (Cloud Run). */
export const reverseShell = definePlaybook({
  name: 'reverse-shell',
  summary: 'A process in the container has its standard input bound to a remote socket: someone outside has a shell.',
  categories: ['Reverse Shell', 'Execution: Socat Reverse Shell Detected'],
  techniques: ['T1059', 'T1105'],
  lookUp: (finding) => distinct([...binaryHashes(finding), ...remoteAddresses(finding)]),
  assess: ({ finding: { reverseShell: shell } }) =>
    shell === undefined
      ? []
      : [
          {
            text: `A shell in the container is connected to ${shell.destinationIp}${shell.destinationPort === undefined ? '' : ` port ${shell.destinationPort}`}`,
            reason: 'the finding’s stream redirection fields',
          },
        ],
  threats: ['process', 'entry'],
  recommend: adviseEnding,
  todo: [
    'Find the way in: the shell came through something that still may be open',
    'Tell the owner of the service',
    'Take every credential that the container could read as stolen, and replace it',
  ],
});
