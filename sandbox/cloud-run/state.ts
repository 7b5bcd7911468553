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

/** One binding of a resource's own policy. Source: google/iam/v1/policy.proto. */
export interface Binding {
  readonly role: string;
  readonly members: readonly string[];
  readonly condition?: object;
}

/** What has a policy of its own. */
export interface Governed {
  bindings: readonly Binding[];
  /** Members of roles/run.invoker by the policies of project, folder or organization: they are in no answer. */
  readonly inheritedInvokers: readonly string[];
  /** Counts changes of the policy; its etag is made of it. */
  policyVersion: number;
}

/** A service, or a worker pool: that one has instance splits for traffic, manual scaling only, and no requests. */
export interface ServiceRecord extends Governed {
  readonly kind: 'services' | 'workerPools';
  /** Milliseconds since the epoch; its logs are remembered. */
  deletedAt?: number;
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
  /** How long an instance idles after traffic moved away. */
  readonly idleSeconds: number;
  /** From SIGTERM to the end. */
  readonly graceSeconds: number;
  /** How long the last request stays open after traffic moved away; the instance idles after it. */
  readonly heldConnectionSeconds: number;
  /** Requests by the address of a tag, oldest first. Milliseconds since the epoch. */
  readonly tagRequests: { readonly at: number; readonly tag: string }[];
  /** Somebody on the internet who keeps asking by the address of a tag. */
  readonly tagAttacker?: { readonly tag: string; readonly everySeconds: number };
  /** A new revision that runs as one of these never becomes ready. */
  readonly brokenServiceAccounts: readonly string[];
  /** How long a change takes. */
  readonly operationMilliseconds: number;
}

/** One run of a job. */
export interface ExecutionRecord {
  readonly name: string;
  readonly uid: string;
  /** Milliseconds since the epoch. */
  readonly createTime: number;
  readonly creator: string;
  /** The job's execution template when it began. */
  readonly template: Template;
  readonly compromise?: Compromise;
  /** When it ends by itself. */
  readonly endsAt: number;
  cancelledAt?: number;
  deletedAt?: number;
}

export interface JobRecord extends Governed {
  readonly kind: 'jobs';
  readonly project: string;
  readonly projectNumber: string;
  readonly location: string;
  readonly name: string;
  readonly uid: string;
  readonly createTime: number;
  readonly creator: string;
  updateTime: number;
  lastModifier: string;
  version: number;
  /** An ExecutionTemplate as plain JSON, zero values left out. */
  template: Template;
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
  readonly executions: ExecutionRecord[];
  /** Lives in every execution of that image. */
  readonly compromise?: Compromise & { readonly image: string };
  /** An outside scheduler runs it so often, as long as somebody may invoke it. */
  readonly rerunEverySeconds?: number;
  /** How long an execution takes that nobody cancels. */
  readonly runsSeconds: number;
  nextRunAt?: number;
  readonly graceSeconds: number;
  readonly operationMilliseconds: number;
  deletedAt?: number;
}

/** An entry of Google's audit log that no operation stands for. */
export interface AuditRecord {
  readonly at: number;
  readonly actor: string;
  readonly method: string;
  /** Full name of what was changed. */
  readonly resource: string;
}

export interface OperationRecord {
  /** `google.cloud.run.v2.Jobs.RunJob`; absent: UpdateService. */
  readonly method?: string;
  /** The message in the answer; absent: Service. */
  readonly type?: string;
  readonly name: string;
  /** Full name of what was changed. */
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
  readonly jobs: Record<string, JobRecord>;
  readonly audit: AuditRecord[];
  readonly operations: Record<string, OperationRecord>;
  faults: OperationFault[];
}

/** Cloud Run's part of the sandbox's state; Cloud Logging reads it too. */
export function cloudRunSection(store: Store): Section<CloudRunState> {
  return store.section<CloudRunState>('cloud-run', () => ({
    services: {},
    jobs: {},
    audit: [],
    operations: {},
    faults: [],
  }));
}

/** What was asked for: what is in force, with the pending changes on top. */
export function desiredSpec(record: ServiceRecord): ServiceSpec {
  return record.pending.reduce<ServiceSpec>((spec, { change }) => ({ ...spec, ...change }), record.effective);
}

/** The full name, with the project's id. */
export function fullName(record: {
  readonly project: string;
  readonly location: string;
  readonly kind: string;
  readonly name: string;
}): string {
  return `projects/${record.project}/locations/${record.location}/${record.kind}/${record.name}`;
}

/** Who may invoke: by the resource's own policy, or by one that it inherits. */
export function invokersOf({ bindings, inheritedInvokers }: Governed): readonly string[] {
  const own = bindings.filter(({ role }) => role === 'roles/run.invoker').flatMap(({ members }) => members);
  return [...own, ...inheritedInvokers];
}

/** The newest revision that is ready; undefined where none is. */
export function latestReady(record: Pick<ServiceRecord, 'revisions'>): RevisionRecord | undefined {
  return record.revisions.findLast(({ ready, deletedAt }) => ready && deletedAt === undefined);
}
