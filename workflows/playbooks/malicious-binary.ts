import { adviseEnding } from './advice.ts';
import { binaryHashes, distinct, remoteAddresses } from './indicators.ts';
import { findTheWayIn, stolenIdentity, stolenSecrets, tellOwner } from './left-to-people.ts';
import { definePlaybook } from './playbook.ts';
import { libraryStatements, processStatements } from './shown.ts';
import { stakes } from './stakes.ts';

/** A bad program or library that came into the running container. Source: SCC, "Added Malicious Binary Executed", "Modified Malicious Binary Executed" (Cloud Run). */
export const maliciousBinary = definePlaybook({
  name: 'malicious-binary',
  summary:
    'A program or library runs in the container that is known to be malicious and is not in the image: it was added, changed, or is in memory only. The image is not what is bad.',
  categories: [
    'Execution: Added Malicious Binary Executed',
    'Execution: Added Malicious Library Loaded',
    'Execution: Modified Malicious Binary Executed',
    'Execution: Modified Malicious Library Loaded',
    'Execution: Fileless Execution in /memfd:',
    'Execution: Suspicious OpenSSL Shared Object Loaded',
  ],
  techniques: ['T1105', 'T1106'],
  lookUp: (finding) => distinct([...binaryHashes(finding), ...remoteAddresses(finding)]),
  assess: (context) => [
    ...processStatements(context.finding, 'What ran'),
    ...libraryStatements(context.finding),
    ...stakes(context, {
      entry: 'the file may have come in by a request',
      egress: 'the file may have been fetched from outside, and speaks to outside',
      mounts: 'a file that was put there outlives the instance',
      account: 'the program can ask for its tokens',
      secrets: 'the program can read them',
      variables: 'the program can read them',
    }),
  ],
  threats: ['process', 'entry', 'identity'],
  recommend: (context) =>
    adviseEnding(context, 'what was added to a container lives in its instance, and goes with it'),
  todo: (context) => [
    tellOwner(context),
    'Get a copy of the file from the saved evidence or from whoever has one; with the instance it is gone, except on what is mounted',
    findTheWayIn,
    ...stolenSecrets(context),
    stolenIdentity(context),
  ],
});
