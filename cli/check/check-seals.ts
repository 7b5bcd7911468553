import { linesOf } from '../../activities/observing.ts';
import type { CaseView } from '../../model/case.ts';
import { digestOf } from '../../model/digest.ts';
import type { Observation, ObservedPart } from '../../model/observation.ts';
import type { Roster } from '../../model/roster.ts';
import { verifyObservation } from '../../runtime/verify-observation.ts';
import type { Findings, Problem } from './problem.ts';

/** What an answer is where observe has signed none. */
export const notSigned = 'not known: the answer is not signed by observe';

type Investigation = NonNullable<CaseView['investigation']>;

/** A view in which nothing passes for known that observe has not signed. */
export interface SealedView extends Findings {
  readonly view: CaseView;
}

/** Checks that observe has signed what a view says of the finding, the settings, the logs, what lies near and the account: for this case and run. */
export async function checkSeals(view: CaseView, roster: Roster): Promise<SealedView> {
  const held: string[] = [];
  const problems: Problem[] = [];
  const bad = new Map<ObservedPart, string>();
  for (const { part, words, stops, isThat } of claimsOf(view)) {
    const why = await whyNot(view, roster, part, isThat);
    if (why === null) held.push(`${words}: signed by observe for this case and run`);
    else {
      bad.set(part, why);
      problems.push({ text: `${words}: ${why}`, stops });
    }
  }
  return { held, problems, view: withoutUnsigned(view, bad) };
}

interface Claim {
  readonly part: ObservedPart;
  readonly words: string;
  /** Plans are made from the finding, the settings and the logs; the rest is for people to read. */
  readonly stops: Problem['stops'];
  readonly isThat: (observation: Observation) => boolean;
}

function claimsOf(view: CaseView): Claim[] {
  const { finding, investigation } = view;
  const claims: Claim[] = [];
  const claim = (part: ObservedPart, words: string, stops: Claim['stops'], isThat: Claim['isThat']): void =>
    void claims.push({ part, words, stops, isThat });
  if (view.confirmed === 'confirmed') {
    const sha256 = digestOf(finding);
    claim('finding', 'the finding', 'plans', (said) => said.finding?.sha256 === sha256);
  }
  if (investigation === null) return claims;
  const { settings, related, logs, identity } = investigation;
  const content = (part: 'settings' | 'related' | 'logs' | 'identity', words: string, value: unknown): void => {
    const sha256 = digestOf(value);
    const stops = part === 'settings' || part === 'logs' ? 'plans' : 'nothing';
    claim(part, words, stops, (said) => said[part]?.sha256 === sha256);
  };
  if (settings.status === 'answered') content('settings', 'the settings', settings.value);
  if (related.status === 'answered') content('related', 'the findings nearby', related.value);
  if (identity.status === 'answered') content('identity', 'the traces of the account', identity.value);
  if (logs.status !== 'answered') return claims;
  content('logs', 'the container logs', linesOf(logs.value));
  const { carriedTraffic } = logs.value;
  if (carriedTraffic.status !== 'answered') return claims;
  const sha256 = digestOf(carriedTraffic.value);
  claim('traffic', 'the past traffic', 'plans', ({ traffic }) => traffic !== undefined && digestOf(traffic) === sha256);
  return claims;
}

async function whyNot(
  { id, run, seals }: CaseView,
  roster: Roster,
  part: ObservedPart,
  isThat: Claim['isThat'],
): Promise<string | null> {
  const seal = seals[part];
  if (seal === undefined) return notSigned;
  const verdict = await verifyObservation(seal, roster, { case: id, run });
  if (verdict.status === 'refused') return `${notSigned} (${verdict.reason})`;
  if (!isThat(verdict.observation)) return `${notSigned} (what observe has signed says something else)`;
  const facts = part === 'finding' ? verdict.observation.finding?.facts : undefined;
  return facts !== undefined && facts.caseId !== id ? 'it is the finding of another case' : null;
}

/** What is not signed is not known: it is not shown as a fact, and no plan is made of it. */
function withoutUnsigned(view: CaseView, bad: ReadonlyMap<ObservedPart, string>): CaseView {
  const { investigation } = view;
  if (investigation === null || bad.size === 0) return view;
  const failed = (reason: string) => ({ status: 'failed', reason }) as const;
  const kept = <Part extends 'settings' | 'related' | 'logs' | 'identity'>(part: Part): Pick<Investigation, Part> =>
    ({ [part]: bad.has(part) ? failed(bad.get(part) ?? '') : investigation[part] }) as Pick<Investigation, Part>;
  const { logs } = kept('logs');
  const traffic = bad.get('traffic');
  return {
    ...view,
    investigation: {
      ...investigation,
      ...kept('settings'),
      ...kept('related'),
      ...kept('identity'),
      logs:
        logs.status === 'answered' && traffic !== undefined
          ? { status: 'answered', value: { ...logs.value, carriedTraffic: failed(traffic) } }
          : logs,
    },
  };
}
