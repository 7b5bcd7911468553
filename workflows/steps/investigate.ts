import type { Surroundings } from '../../model/first-look.ts';
import type { CloudRunResource } from '../../model/finding.ts';
import { relatedFindingsSchema, type Unanswered } from '../../model/investigation.ts';
import { relatedRequest } from '../../model/requests.ts';
import { securityCommandCenter } from '../activities.ts';
import type { CaseFile } from '../case-file.ts';
import { playbookFor } from '../playbooks/select-playbook.ts';
import { nothingAround } from './first-look.ts';
import { askGrants } from './grants.ts';
import { type Branches, pending, reading } from './reading.ts';
import { unsealed } from './seals.ts';
import { type AskedAhead, askReputation } from './reputation.ts';
import { settingsThenLogs } from './settings-then-logs.ts';

/**
 * Reads what is not there yet of settings, related findings, reputation and logs side by side. Returns when each has answered or used up the budget; what comes later
 * counts up `file.answers`, and revises the proposal.
 */
export async function investigate(
  file: CaseFile,
  around: Surroundings = nothingAround,
  ahead?: AskedAhead,
): Promise<void> {
  const { fetched } = file;
  if (fetched === null) throw new TypeError('the finding is fetched before it is investigated');
  const { finding } = fetched;
  const { resource } = finding;
  const indicators = playbookFor(finding).lookUp(finding);
  const branches: Branches = {
    fetched,
    settings: around.settings,
    related: around.related,
    logs: pending,
    identity: pending,
    reputation: indicators.map(() => pending),
    indicators,
  };
  file.investigation = branches;
  if (resource === undefined) {
    Object.assign(branches, {
      settings: notCloudRun,
      related: notCloudRun,
      logs: notCloudRun,
      identity: notCloudRun,
    } satisfies Partial<Branches>);
    return askReputation(file, branches, indicators, ahead);
  }
  await Promise.all([
    settingsThenLogs(file, branches, finding, resource, around),
    ...(around.related.status === 'answered' ? [] : [findRelated(file, branches, resource)]),
    askReputation(file, branches, indicators, ahead),
    askGrants(file, branches, resource, around.grants),
  ]);
}

function findRelated(file: CaseFile, branches: Branches, resource: CloudRunResource): Promise<void> {
  const request = relatedRequest(branches.fetched.finding, resource, file.input.times);
  return reading(
    file,
    branches,
    'related findings',
    async (limit) =>
      unsealed(
        file,
        ['related'],
        relatedFindingsSchema,
        await securityCommandCenter('Find related findings', limit).findRelatedFindings(request),
        branches,
      ),
    (answer) => (branches.related = answer),
  );
}

const notCloudRun: Unanswered = { status: 'not-applicable', reason: 'the finding names no Cloud Run resource' };
