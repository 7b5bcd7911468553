import type { protos } from '@google-cloud/run';
import type { ResourceSettings } from '../../model/cloud-run.ts';
import type { EvidenceReference } from '../../model/evidence.ts';
import type { FirstSign } from '../../model/requests.ts';
import type { TypedFlag } from '../../model/settings-flag.ts';
import { timeText } from '../plain-json.ts';
import { threatDetectionFlags, workloadFlags } from './flags.ts';
import { invokerFlags, invokersField, type Policy, whetherPublic } from './policy.ts';
import { inForce, type Share, summariesOf } from './revision-summaries.ts';
import { enumName, serviceFields, servingName, shortName } from './service-fields.ts';
import { imagesOf, secretsOf } from './workload.ts';

type Service = protos.google.cloud.run.v2.IService;

/** Where a resource is: what settings begin with. */
export type Place = Pick<ResourceSettings, 'kind' | 'project' | 'location' | 'name'>;

/** What was read of a service. */
export interface ServiceObjects {
  readonly service: Service;
  readonly revisions: readonly protos.google.cloud.run.v2.IRevision[];
  readonly policy: Policy;
}

/** What plans and people need of a service's settings. */
export function serviceSettings(
  place: Place,
  { service, revisions, policy }: ServiceObjects,
  sign: FirstSign | undefined,
  evidence: EvidenceReference,
): ResourceSettings {
  const template = service.template ?? {};
  const publicInvoker = service.invokerIamDisabled === true ? 'yes' : whetherPublic(policy);
  const summaries = summariesOf(revisions, (name) => shareOf(service, name), sign?.revision);
  const running = inForce(revisions, (name) => shareOf(service, name), sign);
  const [creator, lastModifier] = [service.creator ?? '', service.lastModifier ?? ''];
  return {
    ...place,
    uri: service.uri ?? '',
    lastModifier,
    updateTime: timeText(service.updateTime),
    threatDetectionEnabled: service.threatDetectionEnabled ?? false,
    publicInvoker,
    serviceAccount: template.serviceAccount ?? '',
    fields: { ...serviceFields(service), ...invokersField(policy) },
    latestReadyRevision: shortName(service.latestReadyRevision),
    revisions: summaries,
    executions: [],
    secretNames: secretsOf(template, ...running),
    flags: [
      ...invokerFlags(policy),
      ...openFlags(service, publicInvoker),
      ...workloadFlags(
        {
          template,
          running,
          marked: service,
          binaryAuthorization: service.binaryAuthorization,
          creator,
          lastModifier,
          deployments: summaries.map(({ name, createTime, creator: by }) => ({ name, time: createTime, by })),
          images: revisions.flatMap(imagesOf),
        },
        sign,
      ),
      ...threatDetectionFlags(service.threatDetectionEnabled),
    ],
    evidence,
  };
}

/** A target of the latest revision comes without its name: it is the latest that is ready. Recorded from the real service. */
function shareOf({ trafficStatuses, latestReadyRevision }: Service, name: string): Share {
  const serving = (trafficStatuses ?? []).filter(
    ({ type, revision }) => servingName(type, revision, latestReadyRevision) === name,
  );
  return {
    percent: serving.reduce((sum, { percent }) => sum + (percent ?? 0), 0),
    tags: serving.flatMap(({ tag }) => (tag === undefined || tag === null || tag === '' ? [] : [tag])),
  };
}

/** What says that anybody reaches it. */
export function openFlags(
  { ingress }: Pick<Service, 'ingress'>,
  publicInvoker: ResourceSettings['publicInvoker'],
): TypedFlag[] {
  if (enumName(ingress) !== 'INGRESS_TRAFFIC_ALL' || publicInvoker !== 'yes') return [];
  return [{ id: 'open-to-the-internet' }];
}
