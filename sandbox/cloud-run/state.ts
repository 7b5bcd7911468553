import type { Kernel, Section, Store } from '../kernel/service.ts';

/** What Cloud Run's registration takes from the kernel. */
export type CloudRunKernel = Pick<Kernel, 'store' | 'now' | 'routes' | 'quotas'>;

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
interface Compromise {
  readonly beaconText: string;
  readonly everySeconds: number;
  /** How long after the start of an instance its shell opens. */
  readonly afterSeconds: number;
}

export interface RevisionRecord {
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
}

/** How a change ends that was told to fail. */
export interface OperationError {
  /** A gRPC status number. */
  readonly code: number;
  readonly message: string;
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

export interface ServiceRecord {
  readonly project: string;
  readonly projectNumber: string;
  readonly location: string;
  readonly name: string;
  readonly uid: string;
  readonly createTime: number;
  readonly creator: string;
  updateTime: number;
  lastModifier: string;
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
  /** Members of roles/run.invoker. */
  readonly invokers: readonly string[];
  /** How long an instance idles after traffic moved away. */
  readonly idleSeconds: number;
  /** From SIGTERM to the end. */
  readonly graceSeconds: number;
  /** How long a change takes. */
  readonly operationMilliseconds: number;
}

export interface OperationRecord {
  readonly name: string;
  /** Full name of the service. */
  readonly service: string;
  readonly startedAt: number;
  readonly doneAt: number;
  readonly actor: string;
  /** What was changed, as update mask paths. */
  readonly paths: readonly string[];
  error?: OperationError;
  /** The service as it was when the change was done, as on the wire. */
  result?: object;
}

/** Changes of a service that will end in error. */
interface OperationFault extends OperationError {
  readonly service: string;
  count: number;
}

export interface CloudRunState {
  /** By full name, with the project's id. */
  readonly services: Record<string, ServiceRecord>;
  readonly operations: Record<string, OperationRecord>;
  faults: OperationFault[];
}

/** Cloud Run's part of the sandbox's state; Cloud Logging reads it too. */
export function cloudRunSection(store: Store): Section<CloudRunState> {
  return store.section<CloudRunState>('cloud-run', () => ({ services: {}, operations: {}, faults: [] }));
}

/** What was asked for: what is in force, with the pending changes on top. */
export function desiredSpec(record: ServiceRecord): ServiceSpec {
  return record.pending.reduce<ServiceSpec>((spec, { change }) => ({ ...spec, ...change }), record.effective);
}

/** The full name, with the project's id. */
export function fullName(record: Pick<ServiceRecord, 'project' | 'location' | 'name'>): string {
  return `projects/${record.project}/locations/${record.location}/services/${record.name}`;
}

/** The newest revision that is ready; undefined where none is. */
export function latestReady(record: Pick<ServiceRecord, 'revisions'>): RevisionRecord | undefined {
  return record.revisions.findLast(({ ready }) => ready);
}
