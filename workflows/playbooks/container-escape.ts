import { adviseEnding } from './advice.ts';
import { binaryHashes, distinct, remoteAddresses } from './indicators.ts';
import { findTheWayIn, stolenIdentity, stolenSecrets, tellOwner } from './left-to-people.ts';
import { definePlaybook } from './playbook.ts';
import { processStatements } from './shown.ts';
import { stakes } from './stakes.ts';

/** A known tool to break out of a container, or to attack Kubernetes. Source: SCC, "Container Escape" (Cloud Run) and the overview. */
export const containerEscape = definePlaybook({
  name: 'container-escape',
  summary: 'A known tool ran that breaks out of containers or attacks Kubernetes. Nobody needs one in a workload.',
  categories: ['Execution: Container Escape', 'Execution: Kubernetes Attack Tool Execution'],
  techniques: [],
  lookUp: (finding) => distinct([...binaryHashes(finding), ...remoteAddresses(finding)]),
  assess: (context) => [
    ...processStatements(context.finding, 'Tool that ran'),
    ...stakes(context, {
      account: 'the next step after the container is what it may do in the project',
      egress: 'clusters and machines in its networks are within reach of the tool',
      mounts: 'it leads out of the container without any escape',
      entry: 'the tool may have come in by a request',
      secrets: 'whoever runs the tool can read them',
      variables: 'whoever runs the tool can read them',
    }),
  ],
  threats: ['process', 'entry', 'identity'],
  recommend: (context) =>
    adviseEnding(context, 'an attacker who has such a tool is at work in the instance, and ends with it only'),
  todo: (context) => [
    tellOwner(context),
    'Tell Google Cloud’s support where there is any sign that the escape worked: what is outside of the sandbox nobody else can see or end',
    'Look at the clusters and machines that can be reached from its networks, at their audit logs since then',
    findTheWayIn,
    ...stolenSecrets(context),
    stolenIdentity(context),
  ],
});
