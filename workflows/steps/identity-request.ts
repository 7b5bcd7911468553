import type { IdentityRequest } from '../../activities/identity.ts';
import type { CloudRunResource, Finding } from '../../model/finding.ts';
import type { Answered, Unanswered } from '../../model/investigation.ts';
import type { ResourceSettings } from '../../model/cloud-run.ts';
import { firstSign } from '../../model/requests.ts';
import { badRevision } from '../assessment/revisions.ts';

/** Whose traces to look for: the account that the compromised revision runs as, else the one that new instances do; or why it cannot be told. */
export function identityRequest(
  finding: Finding,
  resource: CloudRunResource,
  settings: Answered<ResourceSettings>,
): IdentityRequest | Unanswered {
  if (settings.status !== 'answered')
    return { status: settings.status, reason: `which account it runs as is not known: ${settings.reason}` };
  const { revision } = badRevision(finding, settings.value);
  const account = revision?.serviceAccount || settings.value.serviceAccount || defaultAccount(finding, resource);
  if (account === null)
    return {
      status: 'failed',
      reason:
        'it runs as the default service account, whose name needs the project’s number, which the finding does not say',
    };
  return { resource, account, since: firstSign(finding) };
}

/** The default account is named by the project's number. Source: Cloud Run, service identity. */
function defaultAccount({ projectFullName }: Finding, { project }: CloudRunResource): string | null {
  const number = [project, projectFullName.split('/').at(-1) ?? ''].find((name) => /^\d+$/.test(name));
  return number === undefined ? null : `${number}-compute@developer.gserviceaccount.com`;
}
