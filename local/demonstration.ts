import { parseFindings } from '../model/parse-finding.ts';
import { demonstrationFindings } from '../sandbox/scenario/demonstration.ts';

/** A case of the demonstration, before it exists: its id, and how it is called in a line. */
export interface DemonstrationCase {
  readonly id: string;
  readonly name: string;
}

/** The cases that the demonstration's findings become. The findings' names do not change with time. */
export function demonstrationCases(): DemonstrationCase[] {
  const { published } = demonstrationFindings(Date.now());
  return published
    .flatMap((message) => parseFindings(message))
    .map(({ finding }) => ({ id: finding.caseId, name: finding.resource?.name ?? finding.caseId }));
}

/**
 * Has the sandbox play the demonstration: two services with a compromised revision, and their findings. The sandbox remembers with its state
 * that it did, so that a restart goes on where it was. Answers `published`, or `played` where it was played before. Throws an Error.
 */
export async function playDemonstration(sandbox: string): Promise<'published' | 'played'> {
  const response = await fetch(`http://${sandbox}/demonstration`, {
    method: 'POST',
    signal: AbortSignal.timeout(10_000),
  });
  const answer: unknown = await response.json();
  const published =
    typeof answer === 'object' && answer !== null && 'published' in answer ? answer.published : undefined;
  if (!response.ok || !Array.isArray(published))
    throw new Error(`the sandbox did not play the demonstration: HTTP ${response.status}`);
  return published.length > 0 ? 'published' : 'played';
}
