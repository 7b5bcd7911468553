import type { EvidenceVerdict } from './check-evidence.ts';
import type { SignatureVerdict } from './signature-verdict.ts';

/** One place where what the code asks for at replay is not what the history says. */
export interface ReplayDifference {
  /** The event of the history that says otherwise; null where there is none, or none can be named. */
  readonly event: number | null;
  /** The command and the part of it, such as `activity 5 (readSettings): arguments[0].region`; or why the replay stopped (both sides absent). */
  readonly what: string;
  /** What the code asked for at replay; `absent` where it asked for nothing of the kind. */
  readonly recorded: unknown;
  /** What the history says; `absent` where it says nothing of the kind. */
  readonly history: unknown;
}

/** What strict replay of one run found. */
export interface ReplayVerdict {
  readonly case: string;
  readonly run: string;
  /** True where the code, fed with the history, asks for exactly what the history says that it asked for. */
  readonly ok: boolean;
  /** True where the history ends with the end of the run; else only what had happened so far was replayed. */
  readonly closed: boolean;
  /** Events that were replayed. */
  readonly events: number;
  /** Commands whose content was compared. */
  readonly commands: number;
  /** Builds of the workflow code (sha256 of the bundle): those that the run was made by, and the one that it was replayed with. */
  readonly builds: { readonly ran: readonly string[]; readonly replayed: string };
  readonly differences: readonly ReplayDifference[];
}

/** A verdict on a case: `ok` where its history replays, every signature in it that something rests on holds, and its evidence is whole. */
export interface CaseVerdict extends ReplayVerdict {
  /** Where the history came from: Temporal, or the archive where Temporal has it no longer. */
  readonly source: 'temporal' | 'archive';
  readonly signatures: SignatureVerdict;
  readonly evidence: EvidenceVerdict;
}

/** Stands for the side that has nothing. */
export const absent = 'absent';

const mostText = 300;

/** The verdict for people: a line, and one more for each difference, signature that does not hold and piece of evidence that is not whole. */
export function verdictText(verdict: ReplayVerdict & Partial<CaseVerdict>): string {
  const { case: id, run, ok, closed, events, commands, builds, differences, source, signatures, evidence } = verdict;
  const state = closed ? '' : ', still running';
  const kept = source === 'archive' ? ', kept in the archive' : '';
  const found = [
    `${events} events replayed`,
    `${commands} commands compared`,
    ...(signatures === undefined ? [] : [`${signedText(signatures)} hold`]),
    ...(evidence === undefined ? [] : [`${counted(evidence.whole, 'piece')} of evidence whole`]),
  ];
  const result = ok ? 'ok' : differences.length > 0 ? 'DIVERGED' : 'NOT PROVED';
  const others = builds.ran.filter((build) => build !== builds.replayed).map((build) => build.slice(0, 12));
  const otherCode = `the run was made by other code (build ${others.join(', ')}) than the one it was replayed with (${builds.replayed.slice(0, 12)}), which alone can make this`;
  const lines = [
    ...differences.map(differenceText),
    ...(differences.length === 0 || others.length === 0 ? [] : [otherCode]),
    ...(signatures?.problems ?? []).map(({ event, what }) => placed(event, what)),
    ...(evidence?.problems ?? []).map(evidenceText),
  ];
  return [
    `${id} (run ${run}${state}${kept}): ${found.join(', ')}: ${result}`,
    ...lines.map((line) => `  ${line}`),
  ].join('\n');
}

function signedText({ decisions, receipts, observations }: SignatureVerdict): string {
  const parts = [
    counted(decisions, 'decision'),
    counted(receipts, 'receipt'),
    ...(observations === 0 ? [] : [counted(observations, 'observation')]),
  ];
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

function placed(event: number | null, what: string): string {
  return event === null ? what : `event ${event}, ${what}`;
}

function differenceText({ event, what, recorded, history }: ReplayDifference): string {
  const values =
    recorded === absent && history === absent
      ? ''
      : `: the code says ${textOf(recorded)}, the history ${textOf(history)}`;
  return placed(event, `${what}${values}`);
}

function evidenceText({ kind, sha256, status, detail }: EvidenceVerdict['problems'][number]): string {
  const what = `evidence ${kind} ${sha256.slice(0, 12)}`;
  switch (status) {
    case 'missing':
      return `${what} is missing: restore it from a copy`;
    case 'altered':
      return `${what} is altered: what is stored is not what its name says; restore it from a copy`;
    case 'not-read':
      return `${what} was not read, so whether it is whole is not known: ${detail}`;
  }
}

function textOf(value: unknown): string {
  if (value === absent) return 'nothing';
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= mostText ? text : `${text.slice(0, mostText)}… (${text.length} characters)`;
}
