import type { LeftOver } from './canaries/left-overs.ts';
import type { Outcome, Result } from './result.ts';

/** What a run found, to be kept. Times are RFC 3339, UTC. */
export interface Report {
  readonly format: 'firebreak.contract.v1';
  readonly startedAt: string;
  readonly endedAt: string;
  readonly target: 'google-cloud' | 'sandbox';
  /** Packages that the calls were made with, by name. */
  readonly clients: Readonly<Record<string, string>>;
  readonly stopped: boolean;
  readonly counts: Readonly<Record<Outcome, number>>;
  /** How the sandbox is told to play what was seen otherwise than it plays by itself: NAME=WAY. */
  readonly reality: readonly string[];
  /** What could not be deleted. */
  readonly left: readonly string[];
  readonly results: readonly Result[];
}

export const outcomes: readonly Outcome[] = ['confirmed', 'contradicted', 'not permitted', 'not checked'];

/** Counts and switches of these results. */
export function summed(results: readonly Result[]): Pick<Report, 'counts' | 'reality'> {
  const count = (outcome: Outcome) => results.filter((result) => result.outcome === outcome).length;
  return {
    counts: {
      confirmed: count('confirmed'),
      contradicted: count('contradicted'),
      'not permitted': count('not permitted'),
      'not checked': count('not checked'),
    },
    reality: results.flatMap(({ outcome, reality }) =>
      outcome === 'contradicted' && reality?.way !== undefined ? [`${reality.name}=${reality.way}`] : [],
    ),
  };
}

/** What is replaced in a report that leaves the house. */
export interface Private {
  readonly project: string;
  readonly location: string;
  readonly run: string;
}

/** The report without project, region, names and e-mail addresses: each stands as a word in capitals. */
export function withoutNames(report: Report, { project, location, run }: Private): Report {
  const clean = (text: string): string =>
    text
      .replaceAll(/[\w.+%-]+@[\w.-]+\.\w+/g, 'E-MAIL')
      .replaceAll(project, 'PROJECT')
      .replaceAll(location, 'REGION')
      .replaceAll(run, 'RUN')
      .replaceAll(/\b(organizations|folders|projects)\/\d+/g, '$1/NUMBER')
      .replaceAll(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, 'ADDRESS')
      .replaceAll(/\b(findings|sources)\/[\w-]+/g, '$1/NAME')
      .replaceAll(/\b\d{9,}\b/g, 'NUMBER');
  return {
    ...report,
    left: report.left.map(clean),
    results: report.results.map((result) => ({ ...result, seen: clean(result.seen) })),
  };
}

/** The name of what was left, for a report. */
export function leftLine({ leftOver, why }: { readonly leftOver: LeftOver; readonly why: string }): string {
  return `${leftOver.kind} ${leftOver.name}: ${why}`;
}

/** The report as a page. */
export function reportPage(report: Report): string {
  const { startedAt, endedAt, target, clients, stopped, counts, reality, left, results } = report;
  const rows = (outcome: Outcome): string[] => {
    const found = results.filter((result) => result.outcome === outcome);
    if (found.length === 0) return [];
    return [
      `## ${outcome[0]?.toUpperCase()}${outcome.slice(1)} (${found.length})`,
      [
        '| claim | statement | seen |',
        '| --- | --- | --- |',
        ...found.map((result) => `| ${[`\`${result.id}\``, result.statement, seenOf(result)].map(cell).join(' | ')} |`),
      ].join('\n'),
    ];
  };
  return `${[
    '# Report of `firebreak contract`',
    [
      `- from ${startedAt} to ${endedAt}${stopped ? ', stopped before its end' : ''}, against ${target === 'sandbox' ? 'the sandbox' : 'Google Cloud'}`,
      `- ${outcomes.map((outcome) => `${counts[outcome]} ${outcome}`).join(', ')}`,
      `- with ${Object.entries(clients)
        .map(([name, version]) => `${name} ${version}`)
        .join(', ')}`,
      `- the sandbox plays what was seen with: ${reality.length === 0 ? 'its defaults' : reality.map((one) => `\`--reality ${one}\``).join(' ')}`,
      ...(left.length === 0 ? [] : [`- **could not be deleted**: ${left.join('; ')}`]),
    ].join('\n'),
    ...(['contradicted', 'confirmed', 'not permitted', 'not checked'] as const).flatMap(rows),
  ].join('\n\n')}\n`;
}

function seenOf({ outcome, seen, reality }: Result): string {
  return outcome === 'contradicted' && reality?.way !== undefined
    ? `${seen} (\`--reality ${reality.name}=${reality.way}\`)`
    : seen;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
}
