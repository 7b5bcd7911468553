import { adviseEnding } from './advice.ts';
import { binaryHashes, distinct, remoteAddresses } from './indicators.ts';
import { definePlaybook } from './playbook.ts';

/** Common UNIX commands spawned over a socket, as by a reverse shell. Source: SCC, "Possible Remote Command Execution Detected" (Cloud Run). */
export const remoteCommand = definePlaybook({
  name: 'remote-command',
  summary: 'Common UNIX commands were spawned over a socket: someone types, or a tool does.',
  categories: ['Execution: Possible Remote Command Execution Detected'],
  techniques: ['T1059'],
  lookUp: (finding) => distinct([...binaryHashes(finding), ...remoteAddresses(finding)]),
  assess: ({ finding: { processes } }) =>
    processes.slice(0, 3).map(({ name, binary, args }) => ({
      text: `Command run over a socket: ${[binary?.path ?? name, ...args].join(' ')}`,
      reason: 'the finding’s processes',
    })),
  threats: ['process', 'entry'],
  recommend: adviseEnding,
  todo: [
    'Find the process that opened the socket, and the way in',
    'Tell the owner of the service',
    'Take every credential that the container could read as stolen, and replace it',
  ],
});
