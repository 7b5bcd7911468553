import type { LogExport } from '../model/investigation.ts';
import { isRefused, showsLife } from './line-kinds.ts';
import type { LogLine } from './log-lines.ts';

const excerptLines = 12;

/** Which revisions showed life, by how many lines, and when last; at most 20. */
export function perRevision(newestFirst: readonly LogLine[]): LogExport['revisions'] {
  const counts = new Map<string, { name: string; entries: number; lastAt: string }>();
  for (const { revision, time } of newestFirst.filter(showsLife)) {
    if (revision === '') continue;
    const count = counts.get(revision) ?? { name: revision, entries: 0, lastAt: time };
    counts.set(revision, { ...count, entries: count.entries + 1 });
  }
  return [...counts.values()].slice(0, 20);
}

/** Distinct texts, newest first, at most 12: a line that repeats every second says as much once, and requests that were refused say nothing of it. */
export function excerptOf(newestFirst: readonly LogLine[]): LogExport['excerpt'] {
  const seen = new Map<string, LogLine>();
  for (const line of newestFirst) {
    if (isRefused(line)) continue;
    if (!seen.has(line.text)) seen.set(line.text, line);
    if (seen.size === excerptLines) break;
  }
  return [...seen.values()].map(({ time, severity, text }) => ({ time, severity, text }));
}
