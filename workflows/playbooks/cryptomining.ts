import { adviseEnding } from './advice.ts';
import { reportedHosts } from './hosts.ts';
import { binaryHashes, distinct, remoteAddresses } from './indicators.ts';
import { findTheWayIn, stolenIdentity, stolenSecrets, tellOwner } from './left-to-people.ts';
import { definePlaybook, resourceKind } from './playbook.ts';
import { callerStatements, connectionStatements, noProcesses, processStatements } from './shown.ts';
import { stakes } from './stakes.ts';

/**
 * Mining by Stratum traffic, or by the commands of a job. The second comes from an audit log and knows no processes.
 * Source: SCC, "Suspicious crypto mining activity using the Stratum Protocol", "Cryptomining Commands" (Cloud Run).
 */
export const cryptomining = definePlaybook({
  name: 'cryptomining',
  summary:
    'The container mines cryptocurrency, seen by its traffic or by the commands of a job. It costs money for as long as it runs.',
  categories: [
    'Impact: Suspicious cryptocurrency mining activity using the Stratum Protocol',
    'Impact: Cryptomining Commands',
  ],
  techniques: [],
  lookUp: (finding) => distinct([...binaryHashes(finding), ...remoteAddresses(finding), ...reportedHosts(finding)]),
  assess: (context) => [
    ...callerStatements(context.finding, 'Deployed or started by'),
    ...processStatements(context.finding, 'Miner'),
    ...connectionStatements(context.finding),
    ...noProcesses(context.finding),
    ...stakes(context, {
      entry: 'the miner may have come in by a request',
      egress: 'a miner speaks with its pool, which egress rules can cut',
      account: 'whoever started the miner may use it to start more elsewhere',
      secrets: 'whoever started the miner may have read them',
      variables: 'whoever started the miner may have read them',
    }),
  ],
  threats: ['process', 'entry', 'identity'],
  recommend: (context) => adviseEnding(context, 'a miner ends with its instance or execution only'),
  todo: (context) => [
    tellOwner(context),
    ...(resourceKind(context.finding) === 'job'
      ? [
          'Review the job, its commands and its image; when its evidence is kept and nobody needs it, delete it',
          'Find what runs the job again: schedulers, triggers, pipelines',
        ]
      : [findTheWayIn]),
    'Look for more miners in the project: new services, jobs and machines, regions that nobody uses, quota requests, the bill',
    ...stolenSecrets(context),
    stolenIdentity(context),
  ],
});
