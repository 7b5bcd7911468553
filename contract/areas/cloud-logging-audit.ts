import { answered } from '../answers.ts';
import { by, type Claim, holds } from '../claim.ts';
import { noResponder } from '../errors.ts';
import { linesOf, readableAfter } from '../observations.ts';
import { to } from './cloud-run-traffic.ts';

const activity = 'logName:"cloudaudit.googleapis.com%2Factivity"';

/** Google's own record of who changed what. */
export const auditClaims: readonly Claim[] = [
  {
    id: 'audit.entry',
    statement:
      'an accepted change is an entry of `cloudaudit.googleapis.com%2Factivity` with method, resource, principal and the caller’s address',
    source: 'Cloud Audit Logs documentation; cloud-run-slack-bot, two published entries (2024-05)',
    strength: 'recorded',
    check: by(['service'], async (ground) => {
      const service = await ground.canaries.service();
      const since = await ground.now();
      await service.change({ description: 'audited' }, ['description']);
      await ground.pause(readableAfter);
      const found = await linesOf(
        ground,
        service.name,
        since,
        `${activity} AND (protoPayload.methodName:"UpdateService" OR protoPayload.methodName:"ReplaceService") AND protoPayload.authenticationInfo.principalEmail:"@"`,
      );
      return holds(found.length > 0, `${found.length} such entries`);
    }),
  },
  {
    id: 'audit.v2-names',
    statement:
      'a change by API v2 carries v2 names: `google.cloud.run.v2.Executions.CancelExecution`, and the full name of the resource',
    source: 'none: only entries of v1 were published',
    strength: 'assumed',
    check: by(['job', 'responder'], async (ground) => {
      if (ground.responder === undefined) throw noResponder();
      const job = await ground.canaries.job();
      const since = await ground.now();
      const { execution } = await job.start();
      await ground.pause(5);
      // By the second identity: in the sandbox the owners come by the console, whose names are those of v1.
      await ground.responder.executions.cancelExecution({ name: execution });
      await ground.pause(readableAfter);
      const found = await linesOf(
        ground,
        job.name,
        since,
        `${activity} AND protoPayload.methodName="google.cloud.run.v2.Executions.CancelExecution" AND protoPayload.resourceName:"${job.name}/executions/"`,
      );
      return holds(found.length > 0, `${found.length} such entries`);
    }),
  },
  {
    id: 'audit.v1-names',
    statement:
      'changes by console, gcloud and the GitHub action carry v1 names: `google.cloud.run.v1.Services.ReplaceService`, `namespaces/P/services/S`',
    source: 'cloud-run-slack-bot, two published entries (2024-05)',
    strength: 'recorded',
    check: { none: 'the client packages speak v2 only' },
  },
  {
    id: 'audit.refused',
    statement: 'a refused call is an entry too, with `protoPayload.status.code` and severity ERROR: it is no deed',
    source: 'cloud-run-slack-bot, a published entry with code 10 (2024-05); another with code 3',
    strength: 'recorded',
    check: by(['service'], async (ground) => {
      const service = await ground.canaries.service();
      const since = await ground.now();
      await answered(() => service.begin({ traffic: [to('no-such-revision')] }, ['traffic']));
      await ground.pause(readableAfter);
      const found = await linesOf(ground, service.name, since, `${activity} AND severity="ERROR"`);
      return holds(found.length > 0, `${found.length} entries of severity ERROR`);
    }),
  },
  {
    id: 'audit.second-entry',
    statement:
      'when a change by v1, or an execution, has ended a second entry comes, in `cloudaudit.googleapis.com%2Fsystem_event`, without a principal',
    source: 'a published entry of `/Services.ReplaceService` on `namespaces/P/revisions/R`',
    strength: 'recorded',
    check: { none: 'it was seen for v1 changes; of v2 ones nothing is known, and nothing rests on it' },
  },
  {
    id: 'audit.run-job',
    statement: 'who ran a job is a Data Access entry, which is off by default: nothing of it is in `activity`',
    source: 'SwarmCloud, proof W0b (2026-10), citing Cloud Run’s page on audit logging',
    strength: 'live write-up',
    check: by(['job'], async (ground) => {
      const job = await ground.canaries.job();
      const since = await ground.now();
      const { execution } = await job.start();
      await ground.pause(readableAfter);
      await job.cancel(execution);
      const found = await linesOf(ground, job.name, since, `${activity} AND protoPayload.methodName:"RunJob"`);
      return holds(found.length === 0, `${found.length} entries of RunJob in activity`);
    }),
  },
  {
    id: 'audit.data-access',
    statement: 'data-access logs are off until they are turned on, and what happened before is in none',
    source: 'Cloud Audit Logs documentation, "Data Access audit logs"',
    strength: 'documented',
    check: { none: 'it would change what the project logs' },
  },
];
