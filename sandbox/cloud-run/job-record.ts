import type { ResourceRecord } from './governed.ts';
import type { Compromise, Template } from './service-record.ts';

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

export interface JobRecord extends ResourceRecord {
  readonly kind: 'jobs';
  version: number;
  /** An ExecutionTemplate as plain JSON, zero values left out. */
  template: Template;
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
  readonly executions: ExecutionRecord[];
  /** Lives in every execution of that image. */
  readonly compromise?: Compromise;
  /** An outside scheduler runs it so often, as long as somebody may invoke it. */
  readonly rerunEverySeconds?: number;
  /** How long an execution takes that nobody cancels. */
  readonly runsSeconds: number;
  /** The last update: until then the job is as it was before for what begins to run. */
  updating?: { readonly until: number; readonly before: Template };
  nextRunAt?: number;
  readonly graceSeconds: number;
  readonly operationMilliseconds: number;
  deletedAt?: number;
}
