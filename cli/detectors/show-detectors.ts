import { attackCopyright } from '../../model/attack/attack-notice.ts';
import { pageWidth, say, sayJson } from '../terminal/output.ts';
import { paintFor } from '../terminal/paint.ts';
import { wrap } from '../terminal/wrap.ts';
import { detectorTable } from './detector-table.ts';
import { listedDetectors } from './listed-detector.ts';

/** Prints every detector of the catalogue, with its playbook. */
export function showDetectors({
  json,
  typed,
}: {
  readonly json: boolean;
  readonly typed: (words: string) => string;
}): void {
  const detectors = listedDetectors();
  if (json) return sayJson(detectors);
  const paint = paintFor(process.stdout);
  const width = pageWidth();
  for (const line of detectorTable(detectors, { width, paint })) say(line);
  say();
  const notes = [
    'Severities and techniques are those that Google’s pages on Cloud Run name; a star marks our own mapping. A finding’s own go before both. A threat of a category that is not listed is answered by the playbook generic.',
    `ATT&CK: ${attackCopyright} Its licence is in the file NOTICE.`,
  ];
  for (const line of notes.flatMap((note) => wrap(note, width))) say(paint.faint(line));
  say();
  say(`Look at one with: ${paint.strong(typed("detectors show 'Reverse Shell'"))}`);
}
