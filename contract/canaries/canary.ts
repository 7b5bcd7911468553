import { codeOf } from '../../runtime/errors.ts';

/** The label, and the beginning of the names, of everything that a run makes. Its value is the run's id. */
export const canaryLabel = 'firebreak-contract';

/** The sample that Google publishes for first steps: it answers requests and does nothing else. */
export const sampleImage = 'us-docker.pkg.dev/cloudrun/container/hello';

/** What a canary is made of. */
export interface Maker {
  readonly project: string;
  readonly location: string;
  /** Of this run: eight hex digits. */
  readonly run: string;
  /** The account that it runs as; absent: the project's default. */
  readonly serviceAccount?: string;
  readonly pause: (seconds: number) => Promise<void>;
  readonly ask: (address: string) => Promise<{ readonly status: number; readonly text: string }>;
}

/** The short name of what a run makes. */
export function canaryName({ run }: Pick<Maker, 'run'>): string {
  return `${canaryLabel}-${run}`;
}

/** An operation that has ended in error. */
export class OperationFailedError extends Error {
  /** A gRPC status number. */
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** Where an operation stands. */
interface Standing {
  readonly done?: boolean | null;
  readonly error?: { readonly code?: number | null; readonly message?: string | null } | null;
}

/** Seconds that an operation has; the longest that was reported is half a minute. */
const patience = 300;

/** Waits for the end of an operation. Throws OperationFailedError where it ends in error, or not in five minutes. */
export async function untilDone(
  look: () => Promise<Standing>,
  pause: (seconds: number) => Promise<void>,
): Promise<void> {
  for (let waited = 0; waited <= patience; waited += 1) {
    const { done, error } = await look();
    if (done === true && error !== undefined && error !== null)
      throw new OperationFailedError(error.code ?? 0, error.message ?? 'an error without a message');
    if (done === true) return;
    await pause(1);
  }
  throw new OperationFailedError(4, `the operation was not done after ${patience} s`);
}

/** gRPC status ABORTED. */
const aborted = 10;

/** Makes a call again that is ABORTED, up to five times: the platform's own changes do that, and mean nothing. */
export async function notAborted<T>(call: () => Promise<T>, pause: (seconds: number) => Promise<void>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (codeOf(error) !== aborted || attempt === 5) throw error;
      await pause(attempt);
    }
  }
}
