import { isChecked, type Claim, type Need } from '../../contract/claim.ts';
import type { LeftOver } from '../../contract/canaries/left-overs.ts';
import { needsOf } from '../../contract/run-claims.ts';
import { tell } from '../terminal/output.ts';

/** What of each need is made, and what it costs. */
const made: Readonly<Partial<Record<Need, string>>> = {
  service: 'a Cloud Run service of Google’s sample image (1 vCPU, 512 MiB, at most 2 instances), open to the internet',
  job: 'a Cloud Run job of that image, run and cancelled several times',
  'worker-pool': 'a Cloud Run worker pool of one instance',
  topic: 'Pub/Sub topics and subscriptions',
};

interface Plan {
  readonly project: string;
  readonly location: string;
  readonly run: string;
  readonly claims: readonly Claim[];
  readonly leftOvers: readonly LeftOver[];
  /** What could not be looked for. */
  readonly unseen: readonly string[];
  readonly sandbox: boolean;
}

/** Says what will be made where, what it is likely to cost, and what is deleted. */
export function sayPlan({ project, location, run, claims, leftOvers, unseen, sandbox }: Plan): void {
  const checks = claims.filter(isChecked).length;
  const things = [...needsOf(claims)].flatMap((need) => made[need] ?? []);
  tell(
    `${checks} of ${claims.length} claims are checked by calls, in ${project}, ${location}${sandbox ? ' of the sandbox' : ''}.`,
  );
  if (things.length > 0) {
    tell(`Made for it, labelled firebreak-contract=${run}, and deleted at the end:`);
    for (const thing of things) tell(`  - ${thing}`);
    tell(
      sandbox
        ? 'In the sandbox it costs nothing; its clock is set ahead in place of waiting.'
        : 'Likely cost: less than one US dollar at list prices, for the one to two hours that all of it takes; nobody has measured it.',
    );
  }
  for (const { kind, name } of leftOvers) tell(`Left by an earlier run, and deleted first: ${kind} ${name}`);
  for (const one of unseen) tell(`Could not be looked for: ${one}`);
}
