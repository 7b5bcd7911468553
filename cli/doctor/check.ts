/** One thing that was looked at, and what to do where it is not well. */
export interface Check {
  readonly name: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  /** What to do; empty where nothing is to be done. */
  readonly todo: string;
}

/** It is well. */
export const ok = (name: string, detail: string): Check => ({ name, status: 'ok', detail, todo: '' });
/** It works, but a person should know. */
export const warn = (name: string, detail: string, todo: string): Check => ({ name, status: 'warn', detail, todo });
/** It does not work. */
export const fail = (name: string, detail: string, todo: string): Check => ({ name, status: 'fail', detail, todo });
