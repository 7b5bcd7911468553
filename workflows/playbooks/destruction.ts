import { detectorNamed } from '../../model/detectors/match-detector.ts';
import { adviseEnding, adviseIfBorneOut } from './advice.ts';
import { binaryHashes, distinct, remoteAddresses } from './indicators.ts';
import { checkBackups, findTheWayIn, stolenIdentity, stolenSecrets, tellOwner } from './left-to-people.ts';
import { definePlaybook, type PlaybookContext } from './playbook.ts';
import { processStatements } from './shown.ts';
import { mounted, stakes } from './stakes.ts';

/** Commands that destroy. Source: SCC, "Detect Malicious Cmdlines", "Remove Bulk Data From Disk" (Cloud Run Threat Detection overview). */
export const destruction = definePlaybook({
  name: 'destruction',
  summary:
    'Commands ran that destroy data. The disk of a container is its own and goes with it: what counts is what is mounted, and what the service account may delete. So bulk deletion alone, with nothing mounted, is handed to people.',
  categories: ['Impact: Detect Malicious Cmdlines', 'Impact: Remove Bulk Data From Disk'],
  techniques: [],
  lookUp: (finding) => distinct([...remoteAddresses(finding), ...binaryHashes(finding)]),
  assess: (context) => [
    ...processStatements(context.finding, 'Command'),
    ...stakes(context, {
      mounts: 'it outlives the instance, and so does its loss',
      account: 'what it may delete is within reach',
      secrets: 'those for databases lead to more that can be deleted',
      variables: 'those for databases lead to more that can be deleted',
      entry: 'the commands may have come in by a request',
    }),
  ],
  threats: ['process', 'entry', 'identity'],
  recommend: (context) => {
    const why = 'commands that destroy go on until their instance ends';
    if (detectorNamed(context.finding.category)?.apiName !== 'CLOUD_RUN_REMOVE_BULK_DATA_FROM_DISK')
      return adviseEnding(context, why);
    return adviseIfBorneOut(context, {
      why,
      alone: 'to delete many files is also what clean-up and tests do',
      moreSigns: dataAtStake(context),
    });
  },
  todo: (context) => [
    checkBackups(context),
    tellOwner(context),
    'Stop what rotates or expires backups until it is known what was lost',
    findTheWayIn,
    ...stolenSecrets(context),
    stolenIdentity(context),
  ],
});

function dataAtStake({ investigation: { settings } }: PlaybookContext): string[] {
  const data = settings.status === 'answered' ? mounted(settings.value) : null;
  return data === null ? [] : [`data is mounted that can be lost (${data.reason})`];
}
