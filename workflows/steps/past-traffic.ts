import type { TrafficRequest } from '../../activities/carried-traffic.ts';
import type { ResourceSettings } from '../../model/cloud-run.ts';
import type { CloudRunResource, Finding } from '../../model/finding.ts';
import type { Answered } from '../../model/investigation.ts';
import { cloudLogging } from '../activities.ts';
import { goodCandidates, mostAsked } from '../assessment/known-good.ts';
import { badRevision } from '../assessment/revisions.ts';
import type { CaseFile } from '../case-file.ts';
import { playbookFor } from '../playbooks/select-playbook.ts';
import { type Branches, readLate } from './reading.ts';
import { firstSign } from '../../model/requests.ts';

/** Which revisions to ask about: those that may be good, unless one of them has a share of traffic now. Nothing where there is none. */
export function trafficRequest(
  finding: Finding,
  resource: CloudRunResource,
  settings: Answered<ResourceSettings>,
): { readonly traffic?: TrafficRequest } {
  if (settings.status !== 'answered' || settings.value.kind === 'job') return {};
  const { revision: bad } = badRevision(finding, settings.value);
  if (bad === null) return {};
  const { imageSuspect } = playbookFor(finding);
  const { candidates } = goodCandidates(finding, settings.value, bad, imageSuspect === true);
  if (candidates.length === 0 || candidates.some(({ percent }) => percent > 0)) return {};
  const revisions = candidates.slice(0, mostAsked).map(({ name }) => name);
  return { traffic: { resource, revisions, before: firstSign(finding) } };
}

/** Looks for past traffic on its own, in the background, where the answer did not come with the logs. */
export function seekTraffic(file: CaseFile, branches: Branches, finding: Finding, resource: CloudRunResource): void {
  const { traffic } = trafficRequest(finding, resource, branches.settings);
  const { logs } = branches;
  if (traffic === undefined || logs.status !== 'answered' || logs.value.carriedTraffic.status !== 'pending') return;
  const look = (limit: number) => cloudLogging('Look for past traffic', limit).findCarriedTraffic(traffic);
  readLate(file, branches, 'the past traffic of older revisions', look, (carriedTraffic) => {
    branches.logs = { status: 'answered', value: { ...logs.value, carriedTraffic } };
  });
}
