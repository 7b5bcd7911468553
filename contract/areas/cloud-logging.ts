import { answered } from '../answers.ts';
import { type Area, by, type Claim, holds } from '../claim.ts';
import { NotCheckedError } from '../errors.ts';
import { entriesOf, linesOf, readableAfter } from '../observations.ts';
import { auditClaims } from './cloud-logging-audit.ts';

const listClaims: readonly Claim[] = [
  {
    id: 'logging.limits',
    statement:
      'a call takes at most 100 resource names, a filter of 20,000 characters and a page of 1000; more is INVALID_ARGUMENT. Without a size a page has 50',
    source: 'logging.proto, ListLogEntriesRequest; a collection of Google’s quota pages',
    strength: 'documented',
    check: by([], async ({ clients, project }) => {
      const own = `projects/${project}`;
      const list = (request: object) =>
        answered(() =>
          clients.logs.listLogEntries({ resourceNames: [own], pageSize: 1, ...request }, { autoPaginate: false }),
        );
      const names = await list({ resourceNames: Array.from({ length: 101 }, () => own) });
      const filter = await list({ filter: `textPayload="${'x'.repeat(20_000)}"` });
      const size = await list({ pageSize: 1_001 });
      const codes = [names, filter, size].map(({ code }) => code);
      return holds(
        codes.every((code) => code === 'INVALID_ARGUMENT'),
        `101 names ${codes[0]}, a longer filter ${codes[1]}, a larger page ${codes[2]}`,
      );
    }),
  },
  {
    id: 'logging.order',
    statement: 'entries come by `timestamp asc` or `timestamp desc`; another order is INVALID_ARGUMENT',
    source: 'logging.proto, ListLogEntriesRequest.order_by',
    strength: 'documented',
    check: by([], async ({ clients, project }) => {
      const list = (orderBy: string) =>
        answered(() =>
          clients.logs.listLogEntries(
            { resourceNames: [`projects/${project}`], orderBy, pageSize: 1 },
            { autoPaginate: false },
          ),
        );
      const codes = [await list('timestamp asc'), await list('timestamp desc'), await list('severity desc')];
      return holds(
        codes.map(({ code }) => code).join() === 'OK,OK,INVALID_ARGUMENT',
        `by time ${codes[0]?.code} and ${codes[1]?.code}, by severity ${codes[2]?.code}`,
      );
    }),
  },
  {
    id: 'logging.page-token',
    statement: 'a page token of a request with other parameters is INVALID_ARGUMENT',
    source: 'logging.proto, ListLogEntriesRequest.page_token; the code is a guess',
    strength: 'assumed',
    check: by(['service'], async ({ canaries, clients, project, pause }) => {
      const service = await canaries.service();
      await service.change({ description: 'an entry' }, ['description']);
      await service.change({ description: 'another entry' }, ['description']);
      await pause(readableAfter);
      const list = (filter: string, pageToken = '') =>
        clients.logs.listLogEntries(
          { resourceNames: [`projects/${project}`], filter, pageSize: 1, pageToken },
          { autoPaginate: false },
        );
      const filter = 'protoPayload.serviceName="run.googleapis.com"';
      const [, , first] = await list(filter);
      const token = first.nextPageToken ?? '';
      if (token === '') throw new NotCheckedError('there was no second page');
      const { code, said } = await answered(() => list(`${filter} AND severity="NOTICE"`, token));
      return holds(code === 'INVALID_ARGUMENT', `answered ${said}`);
    }),
  },
  {
    id: 'logging.unknown-project',
    statement: 'the logs of a project that does not exist are NOT_FOUND; a log view stands for the logs that it shows',
    source: 'none; the real answer may be PERMISSION_DENIED',
    strength: 'assumed',
    check: by([], async ({ clients }) => {
      const { code, said } = await answered(
        () =>
          clients.logs.listLogEntries(
            { resourceNames: ['projects/no-such-project-of-anybody'], pageSize: 1 },
            { autoPaginate: false },
          ),
        'answers',
      );
      return holds(code === 'NOT_FOUND', `answered ${said}`);
    }),
  },
  {
    id: 'logging.quota',
    statement:
      '60 calls a minute a project, RESOURCE_EXHAUSTED without a hint when to come back; the sandbox counts any 60 seconds',
    source: 'a collection of Google’s quota pages; shakedown (2026-10); the window is a guess',
    strength: 'live write-up',
    check: { none: 'it would use up what the engine and others need' },
  },
  {
    id: 'logging.filters',
    statement:
      'NOT binds tighter than OR, OR tighter than AND; side by side is AND; texts are compared without case; on a label that is missing every comparison is false',
    source: 'page "Logging query language"',
    strength: 'documented',
    check: by(['service'], async (ground) => {
      const service = await ground.canaries.service();
      const since = (await ground.now()) - 3_600_000;
      await service.change({ description: 'to be found' }, ['description']);
      await ground.pause(readableAfter);
      const count = async (filter: string) => (await linesOf(ground, service.name, since, filter)).length;
      const own = 'protoPayload.serviceName="RUN.googleapis.com"';
      const none = 'protoPayload.serviceName="none"';
      const found = await count(own);
      const tighter = await count(`${none} AND severity="NOTICE" OR ${own}`);
      const beside = await count(`${own} NOT ${none}`);
      const missing = await count(`${own} AND labels.not_there!="x"`);
      return holds(
        found > 0 && tighter === 0 && beside === found && missing === 0,
        `${found} in other case, ${tighter} by OR after AND, ${beside} side by side, ${missing} by a label that is missing`,
      );
    }),
  },
  {
    id: 'logging.container-lines',
    statement:
      'lines of a service have the resource cloud_run_revision with five labels (project_id, location, service_name, revision_name, configuration_name), and `labels.instanceId` where an instance had a part in them',
    source: 'log entries that users published (2023 to 2025)',
    strength: 'recorded',
    check: by(['service'], async (ground) => {
      const service = await ground.canaries.service();
      const address = await service.open();
      const since = await ground.now();
      await ground.ask(address);
      await ground.pause(readableAfter);
      const served = await linesOf(ground, service.name, since, 'logName:"requests" AND httpRequest.status=200').catch(
        () => linesOf(ground, service.name, since, 'logName:"requests"'),
      );
      const [line] = served;
      const labels = Object.keys(line?.resource?.labels ?? {}).toSorted();
      const instance = line?.labels?.['instanceId'] !== undefined;
      return holds(
        labels.join() === 'configuration_name,location,project_id,revision_name,service_name' && instance,
        `${served.length} lines, with ${labels.join(', ') || 'no labels'}${instance ? ' and instanceId' : ''}`,
      );
    }),
  },
  {
    id: 'logging.job-lines',
    statement:
      'lines of a job have the resource cloud_run_job (project_id, location, job_name), and the execution in `labels."run.googleapis.com/execution_name"`',
    source: 'a user’s count: 100 of 100 entries',
    strength: 'live write-up',
    check: by(['job'], async (ground) => {
      const job = await ground.canaries.job();
      const since = await ground.now();
      const { execution } = await job.start();
      await ground.pause(readableAfter);
      await job.cancel(execution);
      const lines = await linesOf(ground, job.name, since, 'logName:"run.googleapis.com%2Fstd"');
      const named = lines.filter(
        ({ labels }) => labels?.['run.googleapis.com/execution_name'] === execution.split('/').at(-1),
      );
      return holds(
        lines.length > 0 && named.length === lines.length,
        `${named.length} of ${lines.length} lines name it`,
      );
    }),
  },
  {
    id: 'logging.pool-lines',
    statement:
      'lines of a worker pool have the resource cloud_run_worker_pool (project_id, location, worker_pool_name, revision_name)',
    source: 'gcloud’s own filters',
    strength: 'documented',
    check: { none: 'a pool of the sample image need not write anything' },
  },
  {
    id: 'logging.platform-lines',
    statement:
      'what Cloud Run itself says of an instance, its start and its exit, is in `run.googleapis.com%2Fvarlog%2Fsystem`, with its id',
    source: 'log entries that users published (2025)',
    strength: 'recorded',
    check: by(['service'], async (ground) => {
      const service = await ground.canaries.service();
      const address = await service.open();
      await ground.ask(address);
      await ground.pause(readableAfter);
      const since = (await ground.now()) - 7_200_000;
      const lines = await linesOf(ground, service.name, since, 'logName:"run.googleapis.com%2Fvarlog%2Fsystem"');
      const named = lines.filter(({ labels }) => labels?.['instanceId'] !== undefined);
      return holds(named.length > 0, `${lines.length} lines, ${named.length} with an instance`);
    }),
  },
  {
    id: 'logging.delay',
    statement: 'an entry can be read seconds after it was written, `receiveTimestamp` says when it came in',
    source: 'log_entry.proto, receive_timestamp; how many seconds is a guess',
    strength: 'documented',
    check: by(['service'], async (ground) => {
      const service = await ground.canaries.service();
      await service.change({ description: 'received' }, ['description']);
      await ground.pause(readableAfter);
      const [entry] = await entriesOf(ground, 'protoPayload.serviceName="run.googleapis.com"');
      const [written, received] = [entry?.timestamp, entry?.receiveTimestamp].map((time) =>
        typeof time === 'object' && time !== null && 'seconds' in time ? Number(time.seconds) : Number.NaN,
      );
      const late = Number(received) - Number(written);
      return holds(late >= 0 && late <= readableAfter, `it came in ${late} s after it was written`);
    }),
  },
  {
    id: 'logging.kept',
    statement:
      'lines end after 30 days by default, a page token after 24 h; a search may run out of time and answer an empty page with a token',
    source: 'a collection of Google’s quota pages; logging.proto, next_page_token',
    strength: 'documented',
    check: { none: 'it takes days, or a project with very many lines' },
  },
];

/** Cloud Logging, which containers and Google itself write to. */
export const cloudLogging: Area = {
  title: 'Cloud Logging (`google.logging.v2`)',
  served:
    'Served: `LoggingServiceV2` ListLogEntries (observe), `ConfigServiceV2` ListSinks and ListExclusions (owner); others PERMISSION_DENIED.',
  claims: [...listClaims, ...auditClaims],
  own: [
    'Equal times are ordered by insertId; lines written meanwhile neither repeat nor hide one.',
    'Filters know `timestamp`, `severity`, `logName`, `insertId`, `textPayload`, `resource.type`, `resource.labels.KEY`, `labels.KEY`, `protoPayload.` serviceName, methodName, resourceName, authenticationInfo.principalEmail, authenticationInfo.serviceAccountKeyName, requestMetadata.callerIp. Everything else, regular expressions and bare words too, is INVALID_ARGUMENT by name. `textPayload` that was not set compares as empty.',
    'Lines are there at once and are never deleted; an entry that is put in may say that it was taken in later (`receivedAt`).',
    'A serving revision writes a request line and a line of its own every 30 s, or as often as its service’s seed says (`requestEverySeconds`); a shell its beacon every second. A seeded revision served from its creation until the next was created, unless its seed says `served: false`.',
    '`protoPayload` is a google.cloud.audit.AuditLog in an Any: requests and answers are not modelled, addresses are invented.',
    'Sinks and exclusions are described by the control API and drop nothing here: a project has `_Required` and `_Default`, whose usual filter leaves to `_Required` what that keeps (Cloud Logging, "Routing and storage overview").',
    'What others did is put in by the control API: any service, method, resource, address. Data-access logs are off until it turns them on, project by project; what happens meanwhile is never written.',
  ],
};
