import { plain } from '../model/display.ts';
import { modeOf, stateWords } from '../model/case.ts';
import type { CaseFile } from './case-file.ts';

/** The case in a few lines of Markdown, for Temporal's own page. Text from the finding is escaped: it is the attacker's. */
export function detailsText(file: CaseFile): string {
  const { proposal } = file;
  const finding = file.fetched?.finding ?? file.input.finding;
  const lines = [
    `**${stateWords(file.state, modeOf(file))}**${file.reason === '' ? '' : `: ${markdown(file.reason)}`}`,
    `${markdown(finding.category)} (${markdown(finding.severity)}) on ${markdown(finding.resourceName)}`,
  ];
  if (proposal !== null) {
    lines.push(`Assessment: ${markdown(proposal.assessment.summary)}`);
    for (const { id, recommended, plan } of proposal.plans)
      lines.push(`- ${markdown(id)}${recommended ? ' (recommended)' : ''}: ${markdown(plan.title)}`);
    if (file.state === 'proposed') lines.push(`Decide by ${proposal.expiresAt}: firebreak case ${file.id}`);
  }
  return lines.join('\n\n');
}

/** Characters that mean something in Markdown or HTML, escaped. */
function markdown(text: string): string {
  return plain(text, 300).replace(/[\\`*_{}[\]()#+!|<>~&]/g, (character) => `\\${character}`);
}
