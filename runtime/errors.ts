import { maskSecrets } from '../model/secrets.ts';

/** What is wrong, and what to do about it. Every error of ours that has a name is one of these, with its cause kept. */
export class FirebreakError extends Error {
  /** What a person can do; empty where the message says it. */
  readonly whatToDo: string;
  constructor(message: string, options: ErrorOptions & { readonly whatToDo?: string } = {}) {
    super(message, options);
    this.name = new.target.name;
    this.whatToDo = options.whatToDo ?? '';
  }
}

/** Something a person did or set is wrong; the message says what, to what, and what to do. Printed without a stack. */
export class UserError extends FirebreakError {
  /** 1: refused, or not so. 2: wrong use or configuration. */
  readonly exitCode: 1 | 2;
  constructor(message: string, exitCode: 1 | 2 = 1, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** The configuration is wrong: one message that names every variable that is. */
export class ConfigurationError extends UserError {
  constructor(problems: readonly string[]) {
    super(`configuration is wrong:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`, 2);
  }
}

/** The trust document cannot be read, is not signed by the root, or is an older one: nothing is authorised until it is mended. A failure, not a refusal. */
export class TrustError extends FirebreakError {}

/** A signature does not hold. The message says in what way, never with the text that was signed. */
export class SignatureError extends FirebreakError {}

/** A file about a case is not what the role that writes it has signed for this case: that case alone stops until it is mended. */
export class UnprovedFileError extends UserError {}

/** The ledger cannot be read or written, or an entry is not what respond wrote: nothing may change. */
export class LedgerError extends FirebreakError {}

/** An entry of the ledger that no role which changes something has written. */
export class ForeignEntryError extends LedgerError {}

/** All changes are stopped. */
export class HaltedError extends FirebreakError {}

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
