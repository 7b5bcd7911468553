import { CommanderError } from 'commander';
import { messageOf, UserError } from '../runtime/errors.ts';
import { shown } from './terminal/shown.ts';

/** Errors of other modules that mean wrong use or configuration, by name: naming their classes here would load those modules each time. */
const wrongUse: ReadonlySet<string> = new Set(['BasePortError', 'BinarySettingError', 'StateVersionError']);

/** 0: help or version was asked for. 1: refused, or not so. 2: wrong use or configuration. */
export function exitCodeOf(error: unknown): 0 | 1 | 2 {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UserError) return error.exitCode;
  return error instanceof Error && wrongUse.has(error.name) ? 2 : 1;
}

/** Says what went wrong on standard error: the message, and where it was thrown only if `stack` is asked for. */
export function reportFailure(error: unknown, stack: boolean): void {
  // Commander has said it already.
  if (error instanceof CommanderError) return;
  process.stderr.write(`firebreak: ${linesShown(messageOf(error))}\n`);
  if (stack && error instanceof Error) process.stderr.write(`${stackOf(error)}\n`);
}

function stackOf(error: Error): string {
  const own = error.stack ?? '';
  return error.cause instanceof Error ? `${own}\ncaused by ${stackOf(error.cause)}` : own;
}

/** A message of several lines, each made safe for a terminal. */
export function linesShown(text: string): string {
  return text
    .split('\n')
    .map((line) => shown(line))
    .join('\n');
}
