import type { protos } from '@google-cloud/run';
import type { RevisionSummary, ResourceSettings, SettingsFlag } from '../../model/cloud-run.ts';
import type { EvidenceReference } from '../../model/evidence.ts';
import { timeText } from '../plain-json.ts';
import { enumName, serviceFields, shortName } from './service-fields.ts';

type Service = protos.google.cloud.run.v2.IService;
type Revision = protos.google.cloud.run.v2.IRevision;

/** What was read of a service. */
export interface ServiceObjects {
  readonly service: Service;
  readonly revisions: readonly Revision[];
  /** Null where it may not be read. Inherited bindings are never in it. */
  readonly policy: protos.google.iam.v1.IPolicy | null;
}

/** Revisions to list besides those that serve. */
const mostRevisions = 20;

/** What plans and people need of a service's settings. */
export function settingsFrom(
  place: Pick<ResourceSettings, 'kind' | 'project' | 'location' | 'name'>,
  { service, revisions, policy }: ServiceObjects,
  evidence: EvidenceReference,
): ResourceSettings {
  const summaries = revisions.map((revision) => summarise(revision, service)).sort(newestFirst);
  const serves = ({ percent, tags }: RevisionSummary) => percent > 0 || tags.length > 0;
  const publicInvoker = whetherPublic(service, policy);
  return {
    ...place,
    uri: service.uri ?? '',
    lastModifier: service.lastModifier ?? '',
    updateTime: timeText(service.updateTime),
    threatDetectionEnabled: service.threatDetectionEnabled ?? false,
    publicInvoker,
    serviceAccount: service.template?.serviceAccount ?? '',
    fields: { ...serviceFields(service), ...(policy !== null && { invokers: invokersOf(policy) }) },
    latestReadyRevision: shortName(service.latestReadyRevision),
    revisions: [...summaries.slice(0, mostRevisions), ...summaries.slice(mostRevisions).filter(serves)],
    executions: [],
    secretNames: secretsOf(service),
    flags: flagsOf(service, publicInvoker),
    evidence,
  };
}

function newestFirst(left: RevisionSummary, right: RevisionSummary): number {
  return Date.parse(right.createTime) - Date.parse(left.createTime);
}

function summarise(revision: Revision, service: Service): RevisionSummary {
  const name = shortName(revision.name);
  const image = revision.containers?.[0]?.image ?? '';
  const digest = /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1];
  const serving = (service.trafficStatuses ?? []).filter((status) => shortName(status.revision) === name);
  return {
    name,
    createTime: timeText(revision.createTime),
    ready: (revision.conditions ?? []).some(
      ({ type, state }) => type === 'Ready' && enumName(state) === 'CONDITION_SUCCEEDED',
    ),
    creator: revision.creator ?? '',
    image,
    ...(digest !== undefined && { imageDigest: digest }),
    serviceAccount: revision.serviceAccount ?? '',
    executionEnvironment: enumName(revision.executionEnvironment),
    minInstances: revision.scaling?.minInstanceCount ?? 0,
    percent: serving.reduce((sum, { percent }) => sum + (percent ?? 0), 0),
    tags: serving.flatMap(({ tag }) => (tag === undefined || tag === null || tag === '' ? [] : [tag])),
  };
}

const everyone = new Set(['allUsers', 'allAuthenticatedUsers']);

function whetherPublic(service: Service, policy: ServiceObjects['policy']): ResourceSettings['publicInvoker'] {
  if (service.invokerIamDisabled === true) return 'yes';
  if (policy === null) return 'unknown';
  const open = (policy.bindings ?? []).some(
    ({ role, members }) => role === 'roles/run.invoker' && (members ?? []).some((member) => everyone.has(member)),
  );
  return open ? 'yes' : 'no';
}

/** Members of the invoker role without a condition. */
export function invokersOf(policy: protos.google.iam.v1.IPolicy): string[] {
  return (policy.bindings ?? [])
    .filter(({ role, condition }) => role === 'roles/run.invoker' && (condition ?? null) === null)
    .flatMap(({ members }) => members ?? []);
}

function secretsOf({ template }: Service): string[] {
  const fromVariables = (template?.containers ?? []).flatMap(({ env }) =>
    (env ?? []).map(({ valueSource }) => valueSource?.secretKeyRef?.secret ?? ''),
  );
  const fromVolumes = (template?.volumes ?? []).map(({ secret }) => secret?.secret ?? '');
  return [...new Set([...fromVariables, ...fromVolumes].filter((name) => name !== ''))];
}

/** Settings that make an attack easier or worse. Source of the list: Cloud Run Admin v2, Service and RevisionTemplate. */
function flagsOf(service: Service, publicInvoker: ResourceSettings['publicInvoker']): SettingsFlag[] {
  const { template } = service;
  const flags: SettingsFlag[] = [];
  const open = enumName(service.ingress) === 'INGRESS_TRAFFIC_ALL';
  if (open && publicInvoker === 'yes')
    flags.push({ flag: 'Anyone on the Internet can call it', detail: 'ingress is open and callers need no identity' });
  if ((template?.serviceAccount ?? '') === '') {
    flags.push({
      flag: 'It runs as the default service account',
      detail: 'no service account of its own is set; the default one often has broad roles',
    });
  }
  const plainValues = (template?.containers ?? []).flatMap(({ env }) =>
    (env ?? []).filter(({ value }) => (value ?? '') !== '').map(({ name }) => name ?? ''),
  );
  if (plainValues.length > 0)
    flags.push({ flag: 'Variables with plain values', detail: plainValues.slice(0, 20).join(', ') });
  const tags = (template?.containers ?? [])
    .map(({ image }) => image ?? '')
    .filter((image) => !image.includes('@sha256:'));
  if (tags.length > 0) flags.push({ flag: 'An image by a tag that can move', detail: tags.join(', ') });
  const mounts = (template?.volumes ?? [])
    .filter(({ gcs, nfs, cloudSqlInstance }) => Boolean(gcs) || Boolean(nfs) || Boolean(cloudSqlInstance))
    .map(({ name }) => name ?? '');
  if (mounts.length > 0) flags.push({ flag: 'Data is mounted into the container', detail: mounts.join(', ') });
  if ((service.binaryAuthorization?.breakglassJustification ?? '') !== '') {
    flags.push({ flag: 'Binary authorization was broken through', detail: 'a breakglass justification is set' });
  }
  if (service.threatDetectionEnabled !== true) {
    flags.push({
      flag: 'Threat detection is not said to be on',
      detail: 'threatDetectionEnabled is false: silence of the detector proves nothing',
    });
  }
  return flags;
}
