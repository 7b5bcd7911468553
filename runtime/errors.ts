import { maskSecrets } from '../model/secrets.ts';

/** Something a person did or set is wrong; the message says what, to what, and what to do. Printed without a stack. */
export class UserError extends Error {
  /** 1: refused, or not so. 2: wrong use or configuration. */
  readonly exitCode: 1 | 2;
  constructor(message: string, exitCode: 1 | 2 = 1, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UserError';
    this.exitCode = exitCode;
  }
}

/** The configuration is wrong: one message that names every variable that is. */
export class ConfigurationError extends UserError {
  constructor(problems: readonly string[]) {
    super(`configuration is wrong:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`, 2);
    this.name = 'ConfigurationError';
  }
}

/** The text of whatever was thrown. Others' errors may quote what came from outside: secrets in them are masked. */
export function messageOf(error: unknown): string {
  if (error instanceof UserError) return error.message;
  return maskSecrets(error instanceof Error ? error.message : String(error));
}

/** The `code` of whatever was thrown (`ENOENT`, a gRPC status number), if it has one. */
export function codeOf(error: unknown): string | number | undefined {
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' || typeof code === 'number' ? code : undefined;
}
