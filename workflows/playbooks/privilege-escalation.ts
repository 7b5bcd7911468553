import { adviseEnding } from './advice.ts';
import { binaryHashes, distinct, remoteAddresses } from './indicators.ts';
import { findTheWayIn, stolenIdentity, stolenSecrets, tellOwner } from './left-to-people.ts';
import { definePlaybook } from './playbook.ts';
import { processStatements } from './shown.ts';
import { stakes } from './stakes.ts';

/** A known flaw of sudo or polkit is used to become root in the container. Source: SCC, "Cloud Run Threat Detection overview". */
export const privilegeEscalation = definePlaybook({
  name: 'privilege-escalation',
  summary:
    'Someone in the container uses a known flaw of sudo or polkit to become root in it. That is an exploit, not an accident.',
  categories: [
    'Privilege Escalation: Abuse of Sudo For Privilege Escalation (CVE-2019-14287)',
    'Privilege Escalation: Polkit Local Privilege Escalation Vulnerability (CVE-2021-4034)',
    'Privilege Escalation: Sudo Potential Privilege Escalation (CVE-2021-3156)',
  ],
  techniques: [],
  lookUp: (finding) => distinct([...remoteAddresses(finding), ...binaryHashes(finding)]),
  assess: (context) => [
    ...processStatements(context.finding, 'Attempt'),
    ...stakes(context, {
      entry: 'whoever tries it may have come in by a request',
      account: 'it may be asked for tokens without being root',
      secrets: 'root reads files that only another user could',
      variables: 'root reads those of every process',
      mounts: 'root reads and writes all of it',
    }),
  ],
  threats: ['process', 'entry', 'identity'],
  recommend: (context) => adviseEnding(context, 'someone is at work in the instance already, and ends with it only'),
  todo: (context) => [
    tellOwner(context),
    'Take sudo, pkexec and other setuid programs out of the image, or update them: an earlier revision has the same flaw where it has the same packages',
    findTheWayIn,
    ...stolenSecrets(context),
    stolenIdentity(context),
  ],
});
