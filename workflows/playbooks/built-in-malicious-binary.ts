import { adviseEnding } from './advice.ts';
import { binaryHashes, distinct, remoteAddresses } from './indicators.ts';
import { replaceImage, stolenIdentity, stolenSecrets, tellOwner } from './left-to-people.ts';
import { definePlaybook } from './playbook.ts';
import { processStatements } from './shown.ts';
import { stakes } from './stakes.ts';

/** A bad program that was in the image: a matter of the supply chain. Source: SCC, "Built in Malicious Binary Executed" (Cloud Run). */
export const builtInMaliciousBinary = definePlaybook({
  name: 'built-in-malicious-binary',
  summary:
    'A program that is known to be malicious ran, and it was in the image. An earlier revision with the same image is as bad, so it is not known-good.',
  categories: ['Execution: Built in Malicious Binary Executed'],
  techniques: [],
  lookUp: (finding) => distinct([...binaryHashes(finding), ...remoteAddresses(finding)]),
  assess: (context) => [
    {
      text: 'The image itself is bad: every revision and every resource that runs it is',
      reason: 'the detector says that the program was part of the image',
    },
    ...processStatements(context.finding, 'What ran'),
    ...stakes(context, {
      image: 'the tag may name another image by now, and another one at each deployment',
      authorization: 'it may have let the image pass',
      account: 'the program can ask for its tokens',
      secrets: 'the program can read them',
      variables: 'the program can read them',
      egress: 'the program may speak to outside',
    }),
  ],
  threats: ['process', 'image', 'identity'],
  imageSuspect: true,
  recommend: (context) =>
    adviseEnding(context, 'the program starts with every instance of this image, so none of these may run'),
  todo: (context) => [
    tellOwner(context),
    ...replaceImage(context),
    'Find out who built and pushed the image, and with which credentials',
    ...stolenSecrets(context),
    stolenIdentity(context),
  ],
});
