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

/** A verdict on a case, with where its history came from: Temporal, or the archive where Temporal has it no longer. */
export interface CaseVerdict extends ReplayVerdict {
  readonly source: 'temporal' | 'archive';
}

/** Stands for the side that has nothing. */
export const absent = 'absent';

const mostText = 300;

/** The verdict for people: a line, and one more for each difference. */
export function verdictText({
  case: id,
  run,
  ok,
  closed,
  events,
  commands,
  builds,
  differences,
  source,
}: ReplayVerdict & Partial<CaseVerdict>): string {
  const state = closed ? '' : ', still running';
  const kept = source === 'archive' ? ', kept in the archive' : '';
  const head = `${id} (run ${run}${state}${kept}): ${events} events replayed, ${commands} commands compared, ${ok ? 'ok' : 'DIVERGED'}`;
  const lines = differences.map(({ event, what, recorded, history }) => {
    const place = event === null ? '' : `event ${event}, `;
    const values =
      recorded === absent && history === absent
        ? ''
        : `: the code says ${textOf(recorded)}, the history ${textOf(history)}`;
    return `  ${place}${what}${values}`;
  });
  const others = builds.ran.filter((build) => build !== builds.replayed).map((build) => build.slice(0, 12));
  const otherCode = `  the run was made by other code (build ${others.join(', ')}) than the one it was replayed with (${builds.replayed.slice(0, 12)}), which alone can make this`;
  return [head, ...lines, ...(ok || others.length === 0 ? [] : [otherCode])].join('\n');
}

function textOf(value: unknown): string {
  if (value === absent) return 'nothing';
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= mostText ? text : `${text.slice(0, mostText)}… (${text.length} characters)`;
}
