import type { ResourceRecord } from './governed.ts';
import type { OperationError } from './operation-record.ts';

/** One entry of a service's `traffic`, as on the wire. Source: run/v2/traffic_target.proto. */
export interface TrafficTarget {
  readonly type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST' | 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION';
  /** Short name. */
  readonly revision?: string;
  readonly percent: number;
  readonly tag?: string;
}

/** A service's scaling. Counts that were never set are absent; on the wire min and max cannot say so. Source: run/v2/vendor_settings.proto. */
export interface Scaling {
  readonly mode: 'AUTOMATIC' | 'MANUAL';
  readonly min?: number;
  readonly max?: number;
  readonly manual?: number;
}

/** A revision template as plain JSON in the shape of run/v2/revision_template.proto, zero values left out. */
export type Template = Readonly<Record<string, unknown>>;

/** What a service is asked to be. */
export interface ServiceSpec {
  readonly traffic: readonly TrafficTarget[];
  readonly scaling: Scaling;
  readonly ingress: string;
  readonly template: Template;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly description: string;
  readonly invokerIamDisabled: boolean;
  readonly defaultUriDisabled: boolean;
}

/** An outbound shell inside a revision: what it writes, and how often. */
export interface Compromise {
  readonly beaconText: string;
  readonly everySeconds: number;
  /** How long after the start of an instance its shell opens. */
  readonly afterSeconds: number;
  /** It lives in every revision that has a container of this image. */
  readonly image: string;
}

export interface RevisionRecord {
  /** Milliseconds since the epoch; its instances and logs are remembered. */
  deletedAt?: number;
  readonly name: string;
  readonly uid: string;
  /** Milliseconds since the epoch. */
  readonly createTime: number;
  readonly creator: string;
  readonly template: Template;
  ready: boolean;
  readonly compromise?: Compromise;
}

/** What was in force from a moment on. Instances and log lines are computed from these, so they survive restarts and clock jumps. */
export interface Snapshot {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** LATEST resolved; one entry a revision. */
  readonly targets: readonly {
    readonly revision: string;
    readonly percent: number;
    readonly tags: readonly string[];
  }[];
  readonly scaling: Scaling;
  /** Whether anyone on the internet reaches it. */
  readonly open: boolean;
  /** How long instances live on that are to end; absent: they get SIGTERM at once. */
  readonly lingerMilliseconds?: number;
}

/** A change that was accepted and is not yet in force. */
export interface PendingChange {
  readonly operation: string;
  readonly doneAt: number;
  readonly generation: number;
  readonly change: Partial<ServiceSpec>;
  /** The revision that the change creates. */
  readonly revision?: string;
  readonly error?: OperationError;
}

/** A service, or a worker pool: that one has instance splits for traffic, manual scaling only, and no requests. */
export interface ServiceRecord extends ResourceRecord {
  readonly kind: 'services' | 'workerPools';
  /** Milliseconds since the epoch; its logs are remembered. */
  deletedAt?: number;
  generation: number;
  observedGeneration: number;
  /** Counts modifications; the etag is made of it. */
  version: number;
  /** What is in force. With the pending changes on top it is what was asked for. */
  effective: ServiceSpec;
  readonly pending: PendingChange[];
  terminal: { readonly at: number; readonly error?: string };
  /** Oldest first. */
  readonly revisions: RevisionRecord[];
  readonly history: Snapshot[];
  /** How long an instance idles after traffic moved away. */
  readonly idleSeconds: number;
  /** From SIGTERM to the end. */
  readonly graceSeconds: number;
  /** How long the last request stays open after traffic moved away; the instance idles after it. */
  readonly heldConnectionSeconds: number;
  /** Absent: as is usual. */
  readonly requestEverySeconds?: number;
  /** Requests by the address of a tag, oldest first. Milliseconds since the epoch. */
  readonly tagRequests: { readonly at: number; readonly tag: string }[];
  /** Somebody on the internet who keeps asking by the address of a tag. */
  readonly tagAttacker?: { readonly tag: string; readonly everySeconds: number };
  /** A new revision that runs as one of these never becomes ready. */
  readonly brokenServiceAccounts: readonly string[];
  /** How long a change takes; absent: as long as is usual. */
  readonly operationMilliseconds?: number;
  /** How long instances live on after manual scaling to 0, where they do; absent: as long as is usual. */
  readonly lingerSeconds?: number;
  /** How many updates were asked for. */
  updatesAsked?: number;
  /** When the traffic moves that an update has moved. Milliseconds since the epoch. */
  trafficMovesAt?: number;
}

/** What was asked for: what is in force, with the pending changes on top. */
export function desiredSpec(record: ServiceRecord): ServiceSpec {
  return record.pending.reduce<ServiceSpec>((spec, { change }) => ({ ...spec, ...change }), record.effective);
}

/** The newest revision that is ready; undefined where none is. */
export function latestReady(record: Pick<ServiceRecord, 'revisions'>): RevisionRecord | undefined {
  return record.revisions.findLast(({ ready, deletedAt }) => ready && deletedAt === undefined);
}
