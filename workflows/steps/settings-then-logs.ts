import { type ResourceSettings, settingsFoundSchema } from '../../model/cloud-run.ts';
import type { CloudRunResource, Finding } from '../../model/finding.ts';
import type { Surroundings } from '../../model/first-look.ts';
import {
  carriedTrafficSchema,
  identityTracesSchema,
  type LogsAndIdentity,
  logsAndIdentitySchema,
  type Unanswered,
} from '../../model/investigation.ts';
import { identityRequest, logQuestions, logRequest, trafficRequest } from '../../model/log-requests.ts';
import { resourceKinds } from '../../model/resource-kinds.ts';
import { settingsRequest } from '../../model/requests.ts';
import { cloudLogging, cloudRun } from '../activities.ts';
import type { CaseFile } from '../case-file.ts';
import { imageSuspected } from '../playbooks/select-playbook.ts';
import { unsealed } from './seals.ts';
import { attempt, type Branches, budgetLeft, isUnanswered, pending, reading, readLate, settled } from './reading.ts';

/**
 * The settings tell whose traces to look for, so that the logs wait for them where the first look has not brought them (`known`): half of the
 * time that is left, then they are read without. One activity for both, since both come of the quota of Cloud Logging.
 */
export async function settingsThenLogs(
  file: CaseFile,
  branches: Branches,
  finding: Finding,
  resource: CloudRunResource,
  known: Surroundings,
): Promise<void> {
  const endsAt = Date.now() + budgetLeft(file) * 1000;
  const left = (): number => Math.max(1, (endsAt - Date.now()) / 1000);
  const early =
    known.settings.status === 'answered'
      ? known.settings
      : await attempt(() => readSettings(file, branches, finding, resource, left() / 2));
  branches.settings = early;
  const request = identityRequest(finding, resource, early);
  branches.identity = isUnanswered(request) ? request : pending;
  const questions = logQuestions(finding, resource, early, imageSuspected(finding), file.input.rails.knownGood);
  await Promise.all([
    reading(
      file,
      branches,
      'settings',
      (limit) => (early.status === 'pending' ? readSettings(file, branches, finding, resource, limit) : settled(early)),
      (answer) => {
        branches.settings = answer;
        if (early.status === 'pending' && answer.status !== 'pending') seekIdentity(file, branches, finding, resource);
        seekTraffic(file, branches, finding, resource);
      },
      left(),
    ),
    reading(
      file,
      branches,
      'container logs',
      async (limit): Promise<LogsAndIdentity | Unanswered> =>
        known.logs.status === 'answered'
          ? known.logs.value
          : unsealed(
              file,
              ['logs', 'identity', 'traffic'],
              logsAndIdentitySchema,
              await cloudLogging('Save the container’s logs, look for traces of its account', limit).pullContainerLogs({
                ...logRequest(finding, resource),
                ...questions,
              }),
              branches,
            ),
      (answer) => {
        branches.logs = answer.status === 'answered' ? { status: 'answered', value: answer.value.logs } : answer;
        seekTraffic(file, branches, finding, resource);
        if (questions.account === undefined) return;
        branches.identity = answer.status === 'answered' ? answer.value.identity : answer;
        if (answer.status === 'answered' && branches.identity.status === 'pending')
          seekIdentity(file, branches, finding, resource);
      },
      left(),
    ),
  ]);
}

/** Looks for the account's traces on their own, in the background, where they did not come with the logs. */
function seekIdentity(file: CaseFile, branches: Branches, finding: Finding, resource: CloudRunResource): void {
  const request = identityRequest(finding, resource, branches.settings);
  if (isUnanswered(request)) {
    branches.identity = request;
    return;
  }
  const look = async (limit: number) =>
    unsealed(
      file,
      ['identity'],
      identityTracesSchema,
      await cloudLogging('Look for traces of the stolen account', limit).investigateIdentity(request),
      branches,
    );
  readLate(file, branches, 'the stolen account', look, (answer) => (branches.identity = answer));
}

/** Looks for past traffic on its own, in the background, where the answer did not come with the logs. */
export function seekTraffic(file: CaseFile, branches: Branches, finding: Finding, resource: CloudRunResource): void {
  const traffic = trafficRequest(
    finding,
    resource,
    branches.settings,
    imageSuspected(finding),
    file.input.rails.knownGood,
  );
  const { logs } = branches;
  if (traffic === undefined || logs.status !== 'answered' || logs.value.carriedTraffic.status !== 'pending') return;
  const look = async (limit: number) =>
    unsealed(
      file,
      ['traffic'],
      carriedTrafficSchema,
      await cloudLogging('Look for past traffic', limit).findCarriedTraffic(traffic),
      branches,
    );
  readLate(file, branches, 'the past traffic of older revisions', look, (carriedTraffic) => {
    branches.logs = { status: 'answered', value: { ...logs.value, carriedTraffic } };
  });
}

/** Reads the settings, signed by observe. Throws what is no answer. */
export async function readSettings(
  file: CaseFile,
  branches: Branches,
  finding: Finding,
  resource: CloudRunResource,
  limit: number,
): Promise<ResourceSettings | Unanswered> {
  const settings = unsealed(
    file,
    ['settings'],
    settingsFoundSchema,
    await cloudRun('Read the settings of the resource', limit).readSettings(settingsRequest(finding, resource)),
    branches,
  );
  return (
    settings ?? {
      status: 'gone',
      reason: `the ${resourceKinds[resource.kind].words} ${resource.name} has been deleted`,
    }
  );
}
