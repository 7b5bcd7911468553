import type { ResourceSettings } from '../../model/cloud-run.ts';
import type { CloudRunResource, Finding } from '../../model/finding.ts';
import type { Answered, Unanswered } from '../../model/investigation.ts';
import { settingsRequest } from '../../model/requests.ts';
import { cloudLogging, cloudRun } from '../activities.ts';
import type { CaseFile } from '../case-file.ts';
import { identityRequest } from './identity-request.ts';
import { seekTraffic, trafficRequest } from './past-traffic.ts';
import { attempt, type Branches, budgetLeft, isUnanswered, pending, reading, readLate, settled } from './reading.ts';
import { logRequest } from './requests.ts';

/**
 * The settings tell whose traces to look for, so that the logs wait for them where the first look has not brought them (`known`): half of the
 * time that is left, then they are read without. One activity for both, since both come of the quota of Cloud Logging.
 */
export async function settingsThenLogs(
  file: CaseFile,
  branches: Branches,
  finding: Finding,
  resource: CloudRunResource,
  known: Answered<ResourceSettings>,
): Promise<void> {
  const endsAt = Date.now() + budgetLeft(file) * 1000;
  const left = (): number => Math.max(1, (endsAt - Date.now()) / 1000);
  const early = known.status === 'answered' ? known : await attempt(() => readSettings(finding, resource, left() / 2));
  branches.settings = early;
  const request = identityRequest(finding, resource, early);
  branches.identity = isUnanswered(request) ? request : pending;
  const account = isUnanswered(request) ? undefined : request;
  await Promise.all([
    reading(
      file,
      branches,
      'settings',
      (limit) => (early.status === 'pending' ? readSettings(finding, resource, limit) : settled(early)),
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
      (limit) =>
        cloudLogging('Save the container’s logs, look for traces of its account', limit).pullContainerLogs({
          ...logRequest(finding, resource),
          ...(account !== undefined && { account }),
          ...trafficRequest(finding, resource, early),
        }),
      (answer) => {
        branches.logs = answer.status === 'answered' ? { status: 'answered', value: answer.value.logs } : answer;
        seekTraffic(file, branches, finding, resource);
        if (account === undefined) return;
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
  const look = (limit: number) =>
    cloudLogging('Look for traces of the stolen account', limit).investigateIdentity(request);
  readLate(file, branches, 'the stolen account', look, (answer) => (branches.identity = answer));
}

async function readSettings(
  finding: Finding,
  resource: CloudRunResource,
  limit: number,
): Promise<ResourceSettings | Unanswered> {
  const settings = await cloudRun('Read the settings of the resource', limit).readSettings(
    settingsRequest(finding, resource),
  );
  return settings ?? { status: 'failed', reason: 'the resource no longer exists' };
}
