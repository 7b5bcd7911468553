import { protos } from '@google-cloud/run';
import type { Fields } from '../../model/fields.ts';
import type { Json } from '../../model/json.ts';
import type { Action, ActionKind, Target } from '../../model/plan.ts';
import type { Meanwhile } from '../../model/receipt.ts';

/** A target as just read. `fields.exists` is always told; of one that is gone nothing else is. */
export interface Live {
  /** The resource's full name as the API answers it, which may have the project's number; absent where it does not say. */
  readonly name?: string;
  readonly fields: Fields;
  /** What the change is made against, where the API has one. Whether another change in between is refused by it is not known of every method. */
  readonly etag: string;
  /** False while Cloud Run still works on an earlier change. */
  readonly settled: boolean;
  /** How often what is asked for was changed, whoever did; absent where the API does not count. Source: run/v2/service.proto, generation. */
  readonly generation?: number;
  /** All that is asked for, by field: with the names of `fields` where those have one. It holds environment values: to compare, in memory only. */
  readonly asked?: Readonly<Record<string, Json>>;
  /** When it was last changed, RFC 3339 UTC; absent where the API does not say. */
  readonly updateTime?: string;
}

/** What was started: its name, and its end. */
export interface StartedOperation {
  readonly name: string;
  /** The resource's generation as this change made it; absent where the answer does not say. */
  readonly generation?: number;
  /** Resolves when Cloud Run says that it is done, throws its error. */
  readonly ended: () => Promise<EndedOperation>;
}

/** What a change took besides what was started; empty where nothing. */
export interface EndedOperation {
  /** The resource's generation as the last of its own changes made it. */
  readonly generation?: number;
  /** How many changes more it took. */
  readonly further?: number;
}

/** How one kind of action is done. Every call is made once; retries are Temporal's. What its calls need stands in model/permissions.ts. */
export interface Executor {
  readonly read: (target: Target) => Promise<Live>;
  /** Has Google check the change without making it; absent where the method cannot. */
  readonly validate?: (action: Action, live: Live, reason: string) => Promise<void>;
  /** Makes the change with the etag just read. Null where it is done with the answer; `not-needed` where it was so when the call came. */
  readonly start: (action: Action, live: Live, reason: string) => Promise<StartedOperation | null | 'not-needed'>;
  /** By how much the change moves the resource's generation; absent where that is not counted. */
  readonly moves?: 0 | 1;
  /** The revisions that were made after that time (RFC 3339 UTC), oldest first; absent where there are none of them. */
  readonly deployedSince?: (target: Target, time: string) => Promise<Meanwhile['revisions']>;
}

/** The executors that a role has; what it lacks it cannot do. */
export type Executors = Partial<Readonly<Record<ActionKind, Executor>>>;

/** No retries by the client, and no waiting beyond what Cloud Run's own client waits. */
export const callOptions = { timeout: 15_000, retry: null } as const;

interface OperationOfClient {
  readonly name?: string | undefined;
  readonly latestResponse?: { readonly metadata?: Packed | null };
  promise(): Promise<unknown>;
}

interface Packed {
  readonly type_url?: string | null;
  readonly value?: Uint8Array | string | null;
}

/** An operation as Cloud Run's clients answer it. */
export function startedOperation(operation: OperationOfClient): StartedOperation {
  const generation = generationIn(operation.latestResponse?.metadata);
  return {
    name: operation.name ?? '',
    ...(generation !== undefined && { generation }),
    async ended() {
      await operation.promise();
      return {};
    },
  };
}

const { Service, WorkerPool } = protos.google.cloud.run.v2;

/** The resource stands in the operation's metadata, as the change made it. Source: run/v2/service.proto, UpdateService. */
function generationIn(packed: Packed | null | undefined): number | undefined {
  const { type_url: type = '', value } = packed ?? {};
  if (!(value instanceof Uint8Array)) return undefined;
  if (type?.endsWith('/google.cloud.run.v2.Service')) return generationOf(Service.decode(value));
  return type?.endsWith('/google.cloud.run.v2.WorkerPool') ? generationOf(WorkerPool.decode(value)) : undefined;
}

/** A generation as a number; undefined where it is none that can be counted with. */
export function generationOf({
  generation,
}: {
  readonly generation?: { toString(): string } | number | string | null;
}): number | undefined {
  const number = Number(String(generation ?? ''));
  return Number.isSafeInteger(number) && number > 0 ? number : undefined;
}

/** A resource that is no longer there. */
export const gone: Live = { fields: { exists: false }, etag: '', settled: true };
