import { canonicalJson } from '../../model/digest.ts';
import type { Json } from '../../model/json.ts';
import type { Action } from '../../model/plan.ts';
import type { Meanwhile } from '../../model/receipt.ts';
import { messageOf } from '../../runtime/errors.ts';
import { grpcCode } from '../google-errors.ts';
import type { Executor, Live } from './executor.ts';

/** What others did of a resource while an action changed it, in a receipt's words. */
export interface OthersDeeds {
  /** Absent where they did nothing. */
  readonly meanwhile?: Meanwhile;
  /** Empty where they did nothing. */
  readonly detail: string;
}

/** What was read before and after a change, and what its operation says of itself. */
interface Around {
  readonly action: Action;
  readonly before: Live;
  readonly after: Live;
  /** The generation that the change made; undefined where the answer does not say. */
  readonly made: number | undefined;
  /** How many changes of its own came before that one. */
  readonly further?: number;
}

const mostOthers = 100;
const mostRevisions = 20;

/**
 * Holds what is found after a change against what was read right before it: the resource's generation, and every field that the change does not write. An
 * etag does not tell: it is not known to be looked at where an update has a mask.
 */
export async function whatOthersDid(executor: Executor, around: Around): Promise<OthersDeeds> {
  const { action, before, after } = around;
  const counts = changesAround(executor.moves, around);
  const others =
    after.asked === undefined ? [] : differing(before.asked ?? {}, after.asked, new Set(Object.keys(action.change)));
  const newest =
    action.change.template === undefined && before.fields.template?.revision !== after.fields.template?.revision;
  if (counts.before === 0 && counts.after === 0 && others.length === 0 && !newest) return { detail: '' };
  const deployed = await deployedMeanwhile(executor, around);
  const meanwhile = { ...counts, others: others.slice(0, mostOthers), revisions: deployed.revisions };
  return { meanwhile, detail: words(meanwhile, action, deployed.unread) };
}

/** Changes that others made before and after this one, as generations tell. Where the operation does not say its own, all count as before it. */
function changesAround(
  moves: Executor['moves'],
  { before, after, made, further = 0 }: Around,
): Pick<Meanwhile, 'before' | 'after'> {
  if (moves === undefined || before.generation === undefined || after.generation === undefined)
    return { before: 0, after: 0 };
  const own = made ?? after.generation;
  return { before: Math.max(0, own - before.generation - moves - further), after: Math.max(0, after.generation - own) };
}

function differing(
  before: Readonly<Record<string, Json>>,
  after: Readonly<Record<string, Json>>,
  written: ReadonlySet<string>,
): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names]
    .filter((name) => !written.has(name) && canonicalJson(before[name] ?? null) !== canonicalJson(after[name] ?? null))
    .toSorted();
}

interface Deployed {
  readonly revisions: Meanwhile['revisions'];
  /** Why they are not known; empty where they are. */
  readonly unread: string;
}

async function deployedMeanwhile(executor: Executor, { action, before }: Around): Promise<Deployed> {
  if (executor.deployedSince === undefined || before.updateTime === undefined) return { revisions: [], unread: '' };
  try {
    const found = await executor.deployedSince(action.target, before.updateTime);
    const others = found.filter(
      ({ name }) => name !== action.change.template?.revision && name !== before.fields.template?.revision,
    );
    return { revisions: others.slice(-mostRevisions), unread: '' };
  } catch (error) {
    // The change is made, and its receipt must not be lost over this.
    if (grpcCode(error) === undefined) throw error;
    return { revisions: [], unread: messageOf(error).slice(0, 200) };
  }
}

function words({ before, after, others, revisions }: Meanwhile, { change }: Action, unread: string): string {
  const written = Object.keys(change).join(' and ');
  const deployed = revisions.map(
    ({ name, createTime, creator }) => `${name} (by ${creator || 'nobody known'}, ${createTime})`,
  );
  return [
    before > 0
      ? `somebody changed it ${times(before)} between the look before this change and the change itself, which was made over that: what they set of ${written} is overwritten`
      : '',
    after > 0 ? `somebody changed it ${times(after)} after this change, before it was read back` : '',
    deployed.length > 0 ? `deployed meanwhile: ${deployed.join(', ')}` : '',
    others.length > 0 ? `differs from before though this change does not write it: ${others.join(', ')}` : '',
    unread === '' ? '' : `what was deployed meanwhile could not be read: ${unread}`,
  ]
    .filter((text) => text !== '')
    .join('; ');
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
