import pino, { type Logger } from 'pino';
import type { Json } from '../model/json.ts';
import { redact } from '../model/redact.ts';
import { maskSecrets } from '../model/secrets.ts';

export type { Logger };

/** A logger that writes JSON lines to stderr (stdout is for answers). Names of people and decisions may stand in it, never keys or finding text; what libraries log of it has its secrets masked. */
export function createLogger(name: string, level: string): Logger {
  return pino(
    { name, level, base: { pid: process.pid }, hooks: { streamWrite: withoutSecrets } },
    pino.destination({ fd: 2, sync: true }),
  );
}

/** A line is seldom more than looked at. */
function withoutSecrets(line: string): string {
  return maskSecrets(line) === line ? line : `${JSON.stringify(redact(JSON.parse(line) as Json))}\n`;
}
