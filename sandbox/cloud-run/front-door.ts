import type { HttpAnswer, HttpRequest } from '../kernel/http-server.ts';
import type { Section } from '../kernel/service.ts';
import type { RevisionRecord, ServiceRecord, Snapshot } from './service-record.ts';
import { settleAll } from './settle.ts';
import type { CloudRunState } from './state.ts';
import { wantedInstances } from './wanted-instances.ts';
import { addressesOf } from './wire.ts';

/**
 * The front end that requests of the internet come to, for whatever address the Host header names: who is asked, and whether he gets through. A
 * request by a tag starts an instance. Sources: Google's pages on ingress, on manual scaling and on troubleshooting (403, 404, 503).
 */
export function frontDoor(
  section: Section<CloudRunState>,
  now: () => number,
): (request: HttpRequest) => Promise<HttpAnswer> {
  return async ({ headers }) => {
    const at = now();
    if (settleAll(section.value, at)) section.touch();
    const found = addressed(section.value, headers.host ?? '');
    const snapshot = found?.record.history.findLast((one) => one.at <= at);
    if (found === undefined || snapshot === undefined) return refused(404);
    const { record, tag } = found;
    if (!snapshot.open) return refused(hidden(record) ? 404 : 403);
    const revision = answering(record, snapshot, tag);
    if (revision === undefined) return refused(404);
    if (tag !== undefined) {
      record.tagRequests.push({ at, tag });
      section.touch();
    } else if (wantedInstances(snapshot, revision, record.kind).count === 0) return refused(503);
    return { status: 200, body: { service: record.name, revision: revision.name } };
  };
}

/** The service of that host, and the tag in it. */
function addressed({ services }: CloudRunState, host: string) {
  const cut = host.indexOf('---');
  const [tag, own] = cut < 0 ? [undefined, host] : [host.slice(0, cut), host.slice(cut + 3)];
  const record = Object.values(services).find(
    (one) => one.kind === 'services' && one.deletedAt === undefined && addressesOf(one).includes(`https://${own}`),
  );
  return record === undefined ? undefined : { record, tag };
}

/** True where the service is not there for the internet at all. */
function hidden({ effective: { ingress, defaultUriDisabled } }: ServiceRecord): boolean {
  return ingress !== 'INGRESS_TRAFFIC_ALL' || defaultUriDisabled;
}

function answering(
  { revisions }: ServiceRecord,
  { targets }: Snapshot,
  tag: string | undefined,
): RevisionRecord | undefined {
  const target = targets
    .toSorted((a, b) => b.percent - a.percent)
    .find(({ percent, tags }) => (tag === undefined ? percent > 0 : tags.includes(tag)));
  return revisions.find(({ name }) => name === target?.revision);
}

function refused(status: 403 | 404 | 503): HttpAnswer {
  const messages = { 403: 'the caller may not invoke the service', 404: 'Page not found', 503: 'Service is disabled' };
  return { status, body: { error: messages[status] } };
}
