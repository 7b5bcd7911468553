import type { ResourceRecord } from './governed.ts';
import type { Compromise, Template } from './service-record.ts';

/** From when to when an instance ran. Milliseconds since the epoch; without an end it still does. */
export interface InstanceLife {
  readonly from: number;
  to?: number;
}

/** A Cloud Run instance: a single container group that is started and stopped by hand. Source: run/v2/instance.proto. */
export interface InstanceRecord extends ResourceRecord {
  readonly kind: 'instances';
  generation: number;
  version: number;
  /** Containers, volumes and account, as in run/v2/instance.proto. */
  readonly spec: Template;
  readonly ingress: string;
  readonly invokerIamDisabled: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly lives: InstanceLife[];
  readonly compromise?: Compromise;
  readonly graceSeconds: number;
  readonly operationMilliseconds: number;
  /** Until when Cloud Run works on the last stop or start. */
  workingUntil: number;
  deletedAt?: number;
}

/** True where nothing has stopped it. */
export function isStarted({ lives }: InstanceRecord): boolean {
  const last = lives.at(-1);
  return last !== undefined && last.to === undefined;
}
