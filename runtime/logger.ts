import pino, { type Logger } from 'pino';

export type { Logger };

/** A logger that writes JSON lines to stderr (stdout is for answers). Names of people and decisions may stand in it, never keys or finding text. */
export function createLogger(name: string, level: string): Logger {
  return pino({ name, level, base: { pid: process.pid } }, pino.destination({ fd: 2, sync: true }));
}
