import type { FindingName } from './finding-name.ts';

/** Letters for the kinds of a finding's parent. */
const letters = { organizations: 'o', folders: 'f', projects: 'p' } as const;

/** The parts of a case's id; `owner` is absent in ids from before it was part of them. */
interface CaseIdParts {
  /** `p481516234200`: the letter of its kind and its number. */
  readonly owner?: string;
  readonly location: string;
  readonly source: string;
  readonly finding: string;
}

/**
 * Neither owner nor source holds a dash, and a location's dashes are written as underscores: there is one reading only. Ids without an owner
 * are from before it was part of them; their source begins with a digit.
 */
const grammar =
  /^finding-(?:([ofp][1-9][0-9]{0,18})(?:_([a-z0-9_]{1,32}))?-([A-Za-z0-9_]{1,32})|([0-9][A-Za-z0-9_]{0,63}))-([A-Za-z0-9_-]{1,128})$/;
const wayBack = /^undo-(.+)-([1-9][0-9]*)$/;

/** The id of a finding's case: `finding-<o|f|p><number>[_<location>]-<source>-<finding>`, at most 223 characters. */
export function caseIdOf({ kind, owner, source, location, finding }: FindingName): string {
  const place = location === 'global' ? '' : `_${location.replaceAll('-', '_')}`;
  return `finding-${letters[kind]}${owner}${place}-${source}-${finding}`;
}

function partsOf(id: string): CaseIdParts | undefined {
  const [, owner, place = 'global', source, sourceAlone, finding] = grammar.exec(id) ?? [];
  if (finding === undefined) return undefined;
  const location = place.replaceAll('_', '-');
  return { ...(owner !== undefined && { owner }), location, source: source ?? sourceAlone ?? '', finding };
}

/** Whether it is the id of a case. */
export function isFindingCaseId(text: string): boolean {
  return grammar.test(text);
}

/** Whether it is the id of a case or of a way back. */
export function isCaseId(text: string): boolean {
  return grammar.test(undoneBy(text)?.case ?? text);
}

/** The id of the n-th way back of a case. */
export function undoIdOf(id: string, number: number): string {
  return `undo-${id}-${number}`;
}

/** Which way back of which case it is; undefined where it is none. */
export function undoneBy(id: string): { readonly case: string; readonly number: number } | undefined {
  const [, undone, number] = wayBack.exec(id) ?? [];
  return undone !== undefined && grammar.test(undone) ? { case: undone, number: Number(number) } : undefined;
}

/** The part of an id that people know it by, which begins with the finding's own id; after `undo-` for a way back. */
export function ownPart(id: string): string {
  const back = undoneBy(id);
  if (back === undefined) return partsOf(id)?.finding ?? id;
  return undoIdOf(partsOf(back.case)?.finding ?? back.case, back.number);
}

/** Whether the case can be that of the finding, as far as the name tells: one by organization, folder or project id does not tell the project. */
export function mayBeNamed(id: string, name: FindingName): boolean {
  const parts = partsOf(id);
  if (parts === undefined || parts.source !== name.source || parts.finding !== name.finding) return false;
  if (parts.owner === undefined) return true;
  const otherProject = name.byNumber && name.kind === 'projects' && parts.owner !== `p${name.owner}`;
  return parts.location === name.location && !otherProject;
}
