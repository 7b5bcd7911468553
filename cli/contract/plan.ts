import { isChecked, type Claim, type Need } from '../../contract/claim.ts';
import type { LeftOver, Unseen } from '../../contract/canaries/left-overs.ts';
import { needsOf } from '../../contract/run-claims.ts';
import { tell } from '../terminal/output.ts';
import { shown } from '../terminal/shown.ts';

/** What of each need is made, and what it costs. */
const made: Readonly<Partial<Record<Need, string>>> = {
  service: 'a Cloud Run service of Google’s sample image (1 vCPU, 512 MiB, at most 2 instances), open to the internet',
  job: 'a Cloud Run job of that image, run and cancelled several times',
  'worker-pool': 'a Cloud Run worker pool of one instance',
  instance: 'a Cloud Run instance (a preview, where the project has it) of that image',
  topic: 'Pub/Sub topics and subscriptions',
};

interface Plan {
  readonly project: string;
  readonly location: string;
  readonly run: string;
  readonly claims: readonly Claim[];
  readonly leftOvers: readonly LeftOver[];
  /** What could not be looked for. */
  readonly unseen: readonly Unseen[];
  readonly sandbox: boolean;
  /** The finding whose marks may be written. */
  readonly finding?: string;
  /** Whether VirusTotal can be asked. */
  readonly virusTotal: boolean;
}

/** Says what will be made where, what it is likely to cost, and what is deleted. */
export function sayPlan({ project, location, run, claims, leftOvers, unseen, sandbox, ...given }: Plan): void {
  const checks = claims.filter(isChecked).length;
  const needs = needsOf(claims);
  const things = [...needs].flatMap((need) => made[need] ?? []);
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
  for (const { kind, name } of leftOvers) tell(`Left by an earlier run, and deleted first: ${kind} ${shown(name)}`);
  if (needs.has('finding') && given.finding !== undefined)
    tell(`The mark firebreak_contract is written to and deleted from ${given.finding}`);
  if (needs.has('virustotal') && given.virusTotal) tell('VirusTotal is asked up to three times with your key.');
  for (const { kind, why } of unseen)
    tell(`Could not be looked for: ${kind}s left by an earlier run: ${shown(why, 300)}`);
}
