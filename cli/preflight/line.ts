/** What was found, and what to do where it is not well. */
export interface Line {
  readonly status: 'ok' | 'attention' | 'failed' | 'not-known';
  readonly detail: string;
  /** What to do; empty where nothing is to be done. */
  readonly todo: string;
}

/** It is as it should be. */
export const ok = (detail: string): Line => ({ status: 'ok', detail, todo: '' });
/** It works, and a person should know. */
export const attention = (detail: string, todo: string): Line => ({ status: 'attention', detail, todo });
/** It does not work. */
export const failed = (detail: string, todo: string): Line => ({ status: 'failed', detail, todo });
/** It could not be found out: it is taken for neither well nor broken. */
export const notKnown = (detail: string, todo: string): Line => ({ status: 'not-known', detail, todo });
