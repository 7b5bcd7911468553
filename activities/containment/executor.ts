import type { Fields } from '../../model/fields.ts';
import type { Action, ActionKind, Target } from '../../model/plan.ts';

/** A target as just read. `fields.exists` is always told; of one that is gone nothing else is. */
export interface Live {
  /** The resource's full name as the API answers it, which may have the project's number; absent where it does not say. */
  readonly name?: string;
  readonly fields: Fields;
  /** What the change is made against, where the API has one: another change in between is refused. */
  readonly etag: string;
  /** False while Cloud Run still works on an earlier change. */
  readonly settled: boolean;
}

/** What was started: its name, and its end. */
export interface StartedOperation {
  readonly name: string;
  /** Resolves when Cloud Run says that it is done, throws its error. */
  readonly ended: () => Promise<unknown>;
}

/** How one kind of action is done. Every call is made once; retries are Temporal's. What its calls need stands in model/permissions.ts. */
export interface Executor {
  readonly read: (target: Target) => Promise<Live>;
  /** Has Google check the change without making it; absent where the method cannot. */
  readonly validate?: (action: Action, live: Live, reason: string) => Promise<void>;
  /** Makes the change with the etag just read. Null where it is done with the answer. */
  readonly start: (action: Action, live: Live, reason: string) => Promise<StartedOperation | null>;
}

/** The executors that a role has; what it lacks it cannot do. */
export type Executors = Partial<Readonly<Record<ActionKind, Executor>>>;

/** No retries by the client, and no waiting beyond what Cloud Run's own client waits. */
export const callOptions = { timeout: 15_000, retry: null } as const;

/** An operation as Cloud Run's clients answer it. */
export function startedOperation(operation: {
  readonly name?: string | undefined;
  promise(): Promise<unknown>;
}): StartedOperation {
  return { name: operation.name ?? '', ended: () => operation.promise() };
}

/** A resource that is no longer there. */
export const gone: Live = { fields: { exists: false }, etag: '', settled: true };
