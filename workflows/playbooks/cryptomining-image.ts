import { adviseEnding } from './advice.ts';
import { distinct, remoteAddresses } from './indicators.ts';
import { replaceImage, stolenIdentity, stolenSecrets, tellOwner } from './left-to-people.ts';
import { definePlaybook } from './playbook.ts';
import { callerStatements, noProcesses } from './shown.ts';
import { stakes } from './stakes.ts';

/**
 * A deployed image is known to mine. It is the deployment that is bad, seen in an audit log, so no processes are known.
 * Source: SCC, "Cryptomining Docker Image" (Cloud Run).
 */
export const cryptominingImage = definePlaybook({
  name: 'cryptomining-image',
  summary:
    'An image was deployed that is known to mine cryptocurrency. A revision with the same image is as bad, so it is not known-good; who deployed it is the question.',
  categories: ['Execution: Cryptomining Docker Image'],
  techniques: [],
  lookUp: (finding) => distinct(remoteAddresses(finding)),
  assess: (context) => {
    const { containerImageUri } = context.finding;
    return [
      ...(containerImageUri === ''
        ? []
        : [{ text: `Image that is known to mine: ${containerImageUri}`, reason: 'the finding’s container' }]),
      ...callerStatements(context.finding, 'Deployed by'),
      ...noProcesses(context.finding),
      ...stakes(context, {
        image: 'the tag may name another image at each start',
        authorization: 'it may have let the image pass',
        account: 'the miner runs with its rights',
        secrets: 'the miner can read them',
        variables: 'the miner can read them',
      }),
    ];
  },
  threats: ['process', 'image', 'identity'],
  imageSuspect: true,
  recommend: (context) =>
    adviseEnding(context, 'the miner starts with every instance or execution of this image, so none of these may run'),
  todo: (context) => [
    tellOwner(context),
    `Find out who deployed it, and whether ${context.finding.principalEmail ?? 'that account'} was stolen: replace its keys and end its sessions`,
    ...replaceImage(context),
    'Look for more miners in the project: new services, jobs and machines, regions that nobody uses, quota requests, the bill',
    ...stolenSecrets(context),
    stolenIdentity(context),
  ],
});
