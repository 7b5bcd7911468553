import type { CaseView } from '../../model/case.ts';
import type { ReportedProcess } from '../../model/finding.ts';
import type { Assessment, Statement } from '../../model/proposal.ts';
import { clock } from '../terminal/durations.ts';
import type { PageWriter } from './page-writer.ts';

/** Reasons and gaps that stand on the screen; the others are counted. */
const mostReasons = 3;
const mostUnknown = 3;
/** Characters of a statement, and of one that has no reason beside it: all of it is on the full page. */
const longest = 160;
const longestUnknown = 80;

/** What happened in a sentence, the verdict with its strongest reasons, and what is not known. */
export function writeStory(page: PageWriter, view: CaseView, now: number): void {
  const { finding, proposal } = view;
  const said = [finding.description, commandOf(finding.processes[0])].filter((text) => text !== '');
  page.pair('happened', `${clock(finding.eventTime, now)} UTC: ${said.join(' ') || view.category}`);
  const assessment = view.state === 'proposed' ? (proposal?.assessment ?? view.assessment) : view.assessment;
  if (assessment === null) return;
  writeVerdict(page, assessment);
  const missing = new Set((proposal?.plans ?? []).flatMap(({ plan }) => plan.missingEvidence));
  page.list('not known', [
    ...shortened(
      assessment.unknown.map(({ text }) => cut(text, longestUnknown)),
      mostUnknown,
    ),
    ...[...missing].map((evidence) => `Missing evidence, accepted by whoever approves: ${evidence}`),
  ]);
}

function writeVerdict(page: PageWriter, { verdict, summary, known }: Assessment): void {
  page.pair(verdict, summary, verdict === 'malicious' ? page.paint.bad : page.paint.strong);
  page.list('because', shortened(known.map(reasoned), mostReasons));
}

function reasoned({ text, reason }: Statement): string {
  return cut(`${text} (${reason})`);
}

/** Digests by their beginning, and what is long cut, with a mark. */
function cut(text: string, most = longest): string {
  const short = text.replaceAll(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, '$1…');
  return short.length > most ? `${short.slice(0, most - 1)}…` : short;
}

function shortened(texts: readonly string[], most: number): string[] {
  const more = texts.length - most;
  return more > 0 ? [...texts.slice(0, most), `and ${more} more`] : [...texts];
}

function commandOf(process: ReportedProcess | undefined): string {
  if (process === undefined) return '';
  const line = process.args.join(' ');
  return cut(line === '' ? (process.binary?.path ?? process.name) : line);
}
