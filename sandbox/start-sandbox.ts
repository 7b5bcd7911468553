import type { LogEntry } from './cloud-logging/entry.ts';
import { registerCloudLogging, storedEntries } from './cloud-logging/register.ts';
import { seedAuditEntries, setDataAccessLogs } from './cloud-logging/seed-audit.ts';
import type { AuditDescription } from './cloud-logging/seed-audit.ts';
import { registerCloudMonitoring } from './cloud-monitoring/register.ts';
import { frontDoor } from './cloud-run/front-door.ts';
import { registerCloudRun } from './cloud-run/register.ts';
import { type InstanceDescription, seedInstance } from './cloud-run/seed-instance.ts';
import { seedJob } from './cloud-run/seed-job.ts';
import type { JobDescription } from './cloud-run/seed-job.ts';
import { seedService, seedWorkerPool } from './cloud-run/seed.ts';
import type { ServiceDescription } from './cloud-run/seed.ts';
import { cloudRunSection } from './cloud-run/state.ts';
import { registerCloudScheduler } from './cloud-scheduler/register.ts';
import { type ScheduleDescription, schedulesSection, seedSchedule } from './cloud-scheduler/schedules.ts';
import type { CallFilter, CallRecord } from './kernel/calls.ts';
import type { FaultRule } from './kernel/faults.ts';
import type { Reality } from './kernel/reality.ts';
import type { Kernel, Section } from './kernel/service.ts';
import { startKernel } from './kernel/start-kernel.ts';
import type { KernelOptions, Registered, RunningKernel } from './kernel/start-kernel.ts';
import { registerPubsub } from './pubsub/register.ts';
import type { Pubsub } from './pubsub/register.ts';
import { demonstrationFindings, demonstrationReputation, demonstrationServices } from './scenario/demonstration.ts';
import { type ProjectPolicy, projectPoliciesSection, seedProjectPolicy } from './resource-manager/project-policies.ts';
import { type GrantDescription, grantsSection, seedGrants } from './iam/grants.ts';
import { registerIam } from './iam/register.ts';
import { registerResourceManager } from './resource-manager/register.ts';
import type { Findings } from './security-command-center/findings.ts';
import { registerSecurityCommandCenter } from './security-command-center/register.ts';
import { seedReputation } from './virustotal/answers.ts';
import type { ReputationSeed, ReputationState } from './virustotal/answers.ts';
import { registerServiceUsage } from './service-usage/register.ts';
import { registerVirusTotal } from './virustotal/register.ts';
import { licensedKey, publicKey } from './virustotal/virustotal-server.ts';

/** How to run the whole sandbox. */
export interface SandboxOptions extends KernelOptions {
  /** The API keys that its VirusTotal takes. Default: one with the public quota, one as if under a contract. */
  readonly virusTotalKeys?: readonly string[] | undefined;
}

/** What the control API does, for code in the same process. */
export interface SandboxControl {
  /** Makes a finding exist and sends it: a NotificationMessage, or {finding, resource}. Throws StatusError for what does not fit. */
  publish(document: unknown): { readonly name: string; readonly messageId: string };
  /** Makes a finding exist without sending it. */
  putFinding(document: unknown): { readonly name: string };
  /** Publishes bytes to the findings topic as they are; answers the message id. */
  publishRaw(data: Uint8Array | string, attributes?: Readonly<Record<string, string>>): string;
  /** Every finding, its marks and state included. */
  readonly findings: Pick<Findings, 'all' | 'byName'>;
  /** Plays some of what is not known of the real services another way, from now on. */
  setReality(reality: Reality): void;
  calls(filter?: CallFilter): readonly CallRecord[];
  clearCalls(): void;
  fault(rule: FaultRule): void;
  clearFaults(): void;
  /** The sandbox's clock, milliseconds since the epoch. */
  now(): number;
  advanceClock(milliseconds: number): void;
  seedReputation(seed: ReputationSeed): void;
  /** Makes a Cloud Run service, worker pool or job exist, or be as described again. */
  seedService(description: ServiceDescription): void;
  seedWorkerPool(description: ServiceDescription): void;
  seedJob(description: JobDescription): void;
  seedInstance(description: InstanceDescription): void;
  /** Puts entries into the logs: what others did, by Google's audit logs. */
  putLogEntries(entries: readonly LogEntry[]): void;
  /** Puts in what somebody did, by Google's audit logs; what happens in a log that is off is not written. Throws StatusError for what does not fit. */
  seedAuditEntries(entries: readonly AuditDescription[]): { readonly written: number; readonly dropped: number };
  /** Turns a project's data-access logs on or off; they are off at first. */
  setDataAccessLogs(project: string, on: boolean): void;
  /** Replaces a project's own policy. Throws StatusError for what does not fit. */
  seedProjectPolicy(policy: ProjectPolicy): void;
  /** Replaces who has what updates ask for: nobody has what is in no grant. At first owners and respond have all of it. */
  seedGrants(grants: readonly GrantDescription[]): void;
  /** Makes a schedule of Cloud Scheduler exist, or be as described again. Throws StatusError for what does not fit. */
  seedSchedule(schedule: ScheduleDescription): void;
  /** Seeds the two services of the demonstration and publishes their findings, once in the life of this state. Answers the names it published. */
  demonstrate(): readonly string[];
  /** A part of the kept state, for tests: the same object that the service uses. */
  section<T extends object>(name: string, initial: () => T): Section<T>;
}

/** A sandbox that runs. */
export interface Sandbox {
  readonly basePort: number;
  readonly project: string;
  readonly control: SandboxControl;
  /** Stops listening and writes the state. */
  close(): Promise<void>;
}

interface Parts {
  readonly kernel: Kernel;
  readonly pubsub: Pubsub;
  readonly findings: Findings;
  readonly reputation: Section<ReputationState>;
}

/**
 * Starts a Google Cloud and a VirusTotal on this machine: ten ports from the base port on, see `portOffset`. Throws an Error that says what
 * to do, with nothing left running, where a port is in use or the state cannot be read.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const running = await startKernel(options, (kernel) => {
    const pubsub = registerPubsub(kernel);
    const { services, findings } = registerSecurityCommandCenter(kernel, pubsub);
    const { server, section: reputation } = registerVirusTotal(
      kernel,
      options.virusTotalKeys ?? [publicKey, licensedKey],
    );
    const parts = { kernel, pubsub, findings, reputation };
    kernel.routes.add({
      method: 'POST',
      path: '/demonstration',
      summary: 'seeds the services of the demonstration and publishes its findings, once',
      handle: () => ({ published: demonstrate(parts) }),
    });
    return {
      parts,
      virustotal: server,
      frontDoor: frontDoor(cloudRunSection(kernel.store), kernel.now),
      services: [
        ...pubsub.services,
        ...services,
        ...registerCloudRun(kernel),
        ...registerCloudLogging(kernel),
        ...registerCloudMonitoring(kernel),
        ...registerCloudScheduler(kernel),
        ...registerResourceManager(kernel),
        ...registerServiceUsage(kernel),
        ...registerIam(kernel),
      ],
    };
  });
  return {
    basePort: running.basePort,
    project: running.project,
    control: controlOf(running),
    close: () => running.close(),
  };
}

function controlOf({
  calls,
  faults,
  clock,
  store,
  setReality,
  registered: { parts },
}: RunningKernel<Registered & { parts: Parts }>): SandboxControl {
  const { findings, pubsub, reputation } = parts;
  return {
    publish: (document) => findings.publish(document),
    putFinding: (document) => findings.put(document),
    publishRaw: (data, attributes) => pubsub.publish({ data: Buffer.from(data), attributes }),
    findings,
    setReality,
    calls: (filter) => calls.list(filter),
    clearCalls: () => calls.clear(),
    fault: (rule) => faults.add(rule),
    clearFaults: () => faults.clear(),
    now: clock.now,
    advanceClock: (milliseconds) => clock.advance(milliseconds),
    seedReputation: (seed) => seedReputation(reputation, seed),
    seedService: (description) => {
      seedService(cloudRunSection(store), description);
    },
    seedWorkerPool: (description) => {
      seedWorkerPool(cloudRunSection(store), description);
    },
    seedJob: (description) => {
      seedJob(cloudRunSection(store), description);
    },
    seedInstance: (description) => {
      seedInstance(cloudRunSection(store), description);
    },
    putLogEntries: (entries) => {
      const logging = storedEntries(store);
      logging.value.entries.push(...entries);
      logging.touch();
    },
    seedAuditEntries: (entries) => seedAuditEntries(store, storedEntries(store), entries),
    setDataAccessLogs: (project, on) => setDataAccessLogs(store, project, on, clock.now()),
    seedProjectPolicy: (policy) => {
      seedProjectPolicy(projectPoliciesSection(store), policy);
    },
    seedGrants: (grants) => {
      seedGrants(grantsSection(store), { grants });
    },
    seedSchedule: (schedule) => {
      seedSchedule(schedulesSection(store), schedule);
    },
    demonstrate: () => demonstrate(parts),
    section: (name, initial) => store.section(name, initial),
  };
}

function demonstrate({ kernel, findings, reputation }: Parts): readonly string[] {
  const section = kernel.store.section('demonstration', () => ({ played: false }));
  if (section.value.played) return [];
  const now = kernel.now();
  const { published, alsoInScc } = demonstrationFindings(now);
  for (const service of demonstrationServices(now)) seedService(cloudRunSection(kernel.store), service);
  for (const seed of demonstrationReputation()) seedReputation(reputation, seed);
  for (const document of alsoInScc) findings.put(document);
  const names = published.map((document) => findings.publish(document).name);
  section.value.played = true;
  section.touch();
  return names;
}
