import { adviseIfBorneOut } from './advice.ts';
import { reportedHosts } from './hosts.ts';
import { binaryHashes, distinct, remoteAddresses } from './indicators.ts';
import { findTheWayIn, stolenIdentity, stolenSecrets, tellOwner } from './left-to-people.ts';
import { definePlaybook } from './playbook.ts';
import { connectionStatements, processStatements } from './shown.ts';
import { stakes } from './stakes.ts';

/** A tool that copies files to another machine ran. Source: SCC, "Launch Remote File Copy Tools in Container" (Cloud Run Threat Detection overview). */
export const exfiltration = definePlaybook({
  name: 'exfiltration',
  summary:
    'A tool ran that copies files to other machines. Backups do so too: ending instances is recommended where something else speaks of an attack, or the tool is connected to a public address.',
  categories: ['Exfiltration: Launch Remote File Copy Tools in Container'],
  techniques: [],
  lookUp: (finding) => distinct([...remoteAddresses(finding), ...reportedHosts(finding), ...binaryHashes(finding)]),
  assess: (context) => [
    ...processStatements(context.finding, 'Copy'),
    ...connectionStatements(context.finding),
    ...stakes(context, {
      mounts: 'it is what can be copied',
      egress: 'it decides where copies can go',
      account: 'what it may read can be copied',
      secrets: 'they can be copied',
      variables: 'they can be copied',
      entry: 'whoever copies may have come in by a request',
    }),
  ],
  threats: ['process', 'entry', 'identity'],
  recommend: (context) =>
    adviseIfBorneOut(context, {
      why: 'a copy goes on over its connection until the instance ends',
      alone: 'a copy tool alone is also what backups and deployments use',
      moreSigns: remoteAddresses(context.finding)
        .slice(0, 1)
        .map(({ value }) => `it is connected to ${value}`),
    }),
  todo: (context) => [
    tellOwner(context),
    'Find out what was copied and where to, by the arguments, the egress logs and the access logs of what it can read; where personal data is among it, tell whoever answers for data protection: terms for reporting run from now',
    ...stolenSecrets(context),
    stolenIdentity(context),
    findTheWayIn,
  ],
});
