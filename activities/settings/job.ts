import type { protos } from '@google-cloud/run';
import type { ExecutionSummary, JobSchedules, ResourceSettings } from '../../model/cloud-run.ts';
import type { EvidenceReference } from '../../model/evidence.ts';
import type { Answered } from '../../model/investigation.ts';
import type { FirstSign } from '../../model/requests.ts';
import type { TypedFlag } from '../../model/settings-flag.ts';
import { timeText } from '../plain-json.ts';
import { workloadFlags } from './flags.ts';
import { isRunning, jobFields, jobTemplate } from './job-fields.ts';
import { invokerFlags, invokersField, type Policy, whetherPublic } from './policy.ts';
import { newestFirst } from './revision-summaries.ts';
import type { Place } from './service.ts';
import { shortName } from './service-fields.ts';
import { imagesOf, secretsOf } from './workload.ts';

type Execution = protos.google.cloud.run.v2.IExecution;

/** What was read of a job. */
export interface JobObjects {
  readonly job: protos.google.cloud.run.v2.IJob;
  readonly executions: readonly Execution[];
  /** True where there are more executions than were read. */
  readonly moreExecutions: boolean;
  readonly policy: Policy;
  readonly schedules?: Answered<JobSchedules>;
}

/** Executions to list besides those that run. */
const mostExecutions = 20;

/** What plans and people need of a job's settings. */
export function jobSettings(
  place: Place,
  { job, executions, moreExecutions, policy, schedules }: JobObjects,
  sign: FirstSign | undefined,
  evidence: EvidenceReference,
): ResourceSettings {
  const template = job.template?.template ?? {};
  const running = executions.filter(isRunning).map(({ template: ran }) => ran ?? {});
  const publicInvoker = whetherPublic(policy);
  const [creator, lastModifier, updateTime] = [job.creator ?? '', job.lastModifier ?? '', timeText(job.updateTime)];
  return {
    ...place,
    uri: '',
    lastModifier,
    updateTime,
    publicInvoker,
    serviceAccount: template.serviceAccount ?? '',
    fields: {
      ...jobFields(executions),
      template: jobTemplate(job),
      ...invokersField(policy),
    },
    latestReadyRevision: '',
    revisions: [],
    executions: summariesOf(executions),
    ...(schedules && { schedules }),
    secretNames: secretsOf(template, ...running),
    flags: [
      ...invokerFlags(policy),
      ...triggerFlags(publicInvoker, schedules, moreExecutions, executions.length),
      ...workloadFlags(
        {
          template,
          running,
          marked: job,
          binaryAuthorization: job.binaryAuthorization,
          creator,
          lastModifier,
          deployments: [{ name: place.name, time: updateTime, by: lastModifier }],
          images: executions.flatMap(({ template: ran }) => imagesOf(ran ?? {})),
        },
        sign,
      ),
    ],
    evidence,
  };
}

/** Newest first, at most 20; those that run are always among them. */
function summariesOf(executions: readonly Execution[]): ExecutionSummary[] {
  const summaries = executions
    .map((execution) => ({
      name: shortName(execution.name),
      createTime: timeText(execution.createTime),
      creator: execution.creator ?? '',
      running: isRunning(execution),
    }))
    .sort(newestFirst);
  return [...summaries.slice(0, mostExecutions), ...summaries.slice(mostExecutions).filter(({ running }) => running)];
}

function triggerFlags(
  publicInvoker: ResourceSettings['publicInvoker'],
  schedules: ResourceSettings['schedules'],
  moreExecutions: boolean,
  read: number,
): TypedFlag[] {
  return [
    ...(publicInvoker === 'yes' ? [{ id: 'anyone-may-run' as const }] : []),
    ...scheduleFlags(schedules),
    ...(moreExecutions ? [{ id: 'executions-not-read' as const, count: read }] : []),
  ];
}

function scheduleFlags(schedules: ResourceSettings['schedules']): TypedFlag[] {
  if (schedules?.status !== 'answered') return [{ id: 'starters-unknown', reason: schedules?.reason ?? '' }];
  const { found, unread } = schedules.value;
  return [
    ...(found.length === 0 ? [] : [{ id: 'scheduled' as const }]),
    ...(unread === '' ? [] : [{ id: 'schedules-not-read' as const, reason: unread }]),
    { id: 'starters-not-listed' },
  ];
}
