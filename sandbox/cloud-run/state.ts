import { durationsOf } from '../kernel/pace.ts';
import { worldOf } from '../kernel/reality.ts';
import type { Kernel, Section, Store } from '../kernel/service.ts';
import type { InstanceRecord } from './instance-record.ts';
import type { JobRecord } from './job-record.ts';
import type { OperationError, OperationRecord } from './operation-record.ts';
import type { ServiceRecord } from './service-record.ts';

/** What Cloud Run's registration takes from the kernel. */
export type CloudRunKernel = Pick<Kernel, 'store' | 'now' | 'routes' | 'quotas' | 'world' | 'durations'>;

/** How what is not known of the real service is played, and how long things take. */
export type Played = Pick<Kernel, 'world' | 'durations'>;

/** An entry of Google's audit log that no operation stands for. */
export interface AuditRecord {
  readonly at: number;
  readonly actor: string;
  readonly method: string;
  /** Full name of what was changed. */
  readonly resource: string;
  /** Why it was not. */
  readonly status?: OperationError;
  /** By which version of the API; absent: v2. The console, gcloud and schedules call v1. */
  readonly api?: 'v1';
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
  /** Absent in states that were kept before there were any. */
  instances?: Record<string, InstanceRecord>;
  readonly audit: AuditRecord[];
  readonly operations: Record<string, OperationRecord>;
  faults: OperationFault[];
  /** That of the sandbox that runs, not of the one that wrote the state. */
  played: Played;
}

/** Cloud Run's part of the sandbox's state; Cloud Logging reads it too. */
export function cloudRunSection(store: Store): Section<CloudRunState> {
  return store.section<CloudRunState>('cloud-run', () => ({
    services: {},
    jobs: {},
    audit: [],
    operations: {},
    faults: [],
    played: { world: worldOf(), durations: durationsOf.real },
  }));
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
