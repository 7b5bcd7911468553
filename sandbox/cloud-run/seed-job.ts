import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { invalidArgument } from '../kernel/refuse.ts';
import type { Section } from '../kernel/service.ts';
import { newExecution } from './jobs.ts';
import { policyDescription, policyOf } from './seed-policy.ts';
import { compromiseOf, revisionDescription, templateOf } from './seed-revision.ts';
import type { JobRecord } from './job-record.ts';
import { withDefaults } from './template-defaults.ts';
import { type CloudRunState, fullName } from './state.ts';

/** A job in a seed: what `POST /cloud-run/jobs` is written in. */
const jobDescription = z.strictObject({
  project: z.string().min(1),
  projectNumber: z.string().regex(/^\d+$/),
  location: z.string().min(1),
  name: z.string().min(1),
  creator: z.string().default('deployer@example.com'),
  createTime: z.iso.datetime({ offset: true }),
  image: z.string().min(1),
  command: revisionDescription.shape.command,
  args: revisionDescription.shape.args,
  serviceAccount: revisionDescription.shape.serviceAccount,
  env: revisionDescription.shape.env,
  secrets: revisionDescription.shape.secrets,
  sidecars: revisionDescription.shape.sidecars,
  volumes: revisionDescription.shape.volumes,
  compromised: revisionDescription.shape.compromised,
  labels: z.record(z.string(), z.string()).default({}),
  ...policyDescription,
  /** When the executions began that there are; RFC 3339, oldest first. */
  executions: z.array(z.iso.datetime({ offset: true })).default([]),
  /** How long an execution takes that nobody cancels. */
  runsSeconds: z.number().positive().default(86_400),
  rerunEverySeconds: z.number().positive().optional(),
  graceSeconds: z.number().min(0).default(10),
  operationMilliseconds: z.number().min(0).default(300),
});

export type JobDescription = z.input<typeof jobDescription>;

/** Makes a job exist, or be as described again. Throws INVALID_ARGUMENT. */
export function seedJob(section: Section<CloudRunState>, description: JobDescription): JobRecord {
  const parsed = jobDescription.safeParse(description);
  if (!parsed.success) throw invalidArgument(`this is not the description of a job:\n${z.prettifyError(parsed.error)}`);
  const { createTime, executions, labels, rerunEverySeconds, ...given } = parsed.data;
  const { project, projectNumber, location, name, creator, runsSeconds, graceSeconds, operationMilliseconds } = given;
  const created = Date.parse(createTime);
  const last = executions.at(-1);
  const record: JobRecord = {
    kind: 'jobs',
    project,
    projectNumber,
    location,
    name,
    creator,
    runsSeconds,
    graceSeconds,
    operationMilliseconds,
    uid: randomUUID(),
    createTime: created,
    updateTime: created,
    lastModifier: creator,
    version: 1,
    template: {
      taskCount: 1,
      template: { ...withDefaults(templateOf(given), 'jobs', projectNumber), maxRetries: 3 },
    },
    executions: [],
    ...policyOf(given),
    labels,
    annotations: {},
    ...compromiseOf(given),
    ...(rerunEverySeconds === undefined
      ? {}
      : {
          rerunEverySeconds,
          nextRunAt: (last === undefined ? created : Date.parse(last)) + rerunEverySeconds * 1000,
        }),
  };
  for (const time of executions) record.executions.push(newExecution(record, Date.parse(time), creator));
  section.value.jobs[fullName(record)] = record;
  section.touch();
  return record;
}
