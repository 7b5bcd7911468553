import { digestOf } from '../../model/digest.ts';
import { describeField, type Fields, sameField, type TemplateField } from '../../model/fields.ts';
import type { Done } from './done.ts';
import { scalingToGiveBack } from './scaling.ts';

/** A field that is given back. */
export interface GivenBack {
  readonly name: string;
  /** What the changes left. */
  readonly after: Fields[string];
  /** What is written so that the field is as it was. */
  readonly value: Fields[string];
  /** True where it is so already, as after an earlier way back. */
  readonly isBack: boolean;
  /** What people should know of it. */
  readonly note?: string;
  /** What somebody deployed while it was changed, and gets back with it. */
  readonly deployed?: string;
}

/**
 * How a field comes back, from the changes of its resource in their order; null where none of them wrote it. Where somebody else changed it
 * between two of them, what they found of it last is given back, and not what was there before.
 */
export function giveBack(name: string, group: readonly Done[]): GivenBack | null {
  const writers = group.filter(({ action }) => action.change[name] !== undefined);
  const since = writers.findLastIndex(
    ({ receipt }, index) =>
      index > 0 && !sameField(name, writers[index - 1]?.receipt.after[name], receipt.before[name]),
  );
  const first = writers[Math.max(0, since)];
  const last = writers.at(-1);
  if (first === undefined || last === undefined) return null;
  const [before, after] = [withOverwritten(first.receipt), last.receipt.after];
  const value = valueToWrite(name, before, after);
  return {
    name,
    after: after[name],
    value,
    isBack:
      (name === 'scaling' && isUntold(before)) ||
      [before[name], value].some((wanted) => sameField(name, wanted, after[name])) ||
      (name === 'template' && isMadeFrom(last.action.change.template, before.template)),
    ...deployedWith(name, before, writers),
    ...(name === 'scaling' && isUntold(before) && { note: untoldCount }),
    ...(since > 0 && {
      note: `${name} was changed by somebody else between two changes of the case; what is given back is ${describeField(name, before[name])}, as found then`,
    }),
  };
}

/** What a change was made over, where somebody deployed between the look before it and the change itself: theirs is given back, and not what was there before. */
function withOverwritten({ before, meanwhile }: Done['receipt']): Fields {
  const deployed = (meanwhile?.before ?? 0) > 0 ? meanwhile?.revisions.at(-1) : undefined;
  if (deployed === undefined || before.template === undefined) return before;
  const { name: revision, serviceAccount } = deployed;
  return { ...before, template: { revision, serviceAccount } };
}

/** A share of the latest revision is a share of what was deployed meanwhile. */
function deployedWith(name: string, before: Fields, writers: readonly Done[]): Pick<GivenBack, 'deployed'> {
  const deployed = writers.flatMap(({ receipt: { meanwhile } }) => meanwhile?.revisions ?? []).at(-1);
  const shares = [...(before.traffic ?? []), ...(before.splits ?? [])];
  const isPartOf =
    name === 'template' || ((name === 'traffic' || name === 'splits') && shares.some(({ type }) => type === 'latest'));
  return deployed === undefined || !isPartOf
    ? {}
    : { deployed: `${deployed.name}, deployed by ${deployed.creator || 'nobody known'} while the case changed it` };
}

const untoldCount =
  'scaling: Cloud Run did not tell how many instances it had, so their number is not given back: set it by hand';

/** Nobody said how many instances it had: a 0 would leave it down, and any other number would be made up. */
function isUntold({ scaling }: Fields): boolean {
  return scaling?.mode === 'manual' && scaling.manual === undefined;
}

function valueToWrite(name: string, before: Fields, after: Fields): Fields[string] {
  if (name === 'scaling' && before.scaling !== undefined) return scalingToGiveBack(before.scaling);
  if (name === 'template' && before.template !== undefined) {
    const { revision, serviceAccount } = before.template;
    const suffix = digestOf([revision, after.template?.revision ?? '']).slice(0, 6);
    return { from: revision, revision: `${revision.slice(0, 52).replace(/-+$/, '')}-fbu-${suffix}`, serviceAccount };
  }
  return before[name];
}

/** A template comes back under another name: that of a revision made from the one before. */
function isMadeFrom(made: TemplateField | undefined, before: TemplateField | undefined): boolean {
  return made !== undefined && made.from === before?.revision && made.serviceAccount === before?.serviceAccount;
}
