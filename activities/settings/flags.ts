import type { protos } from '@google-cloud/run';
import { digestOf } from '../../model/images.ts';
import type { FirstSign } from '../../model/requests.ts';
import type { MountedData, TypedFlag } from '../../model/settings-flag.ts';
import { type Marked, managersOf } from './managers.ts';
import { enumName } from './service-fields.ts';
import { imagesOf, plainVariables, type Running, volumesOf, type WorkloadTemplate } from './workload.ts';

type Volume = protos.google.cloud.run.v2.IVolume;

/** What a kind of resource has to be told about, in one form for all kinds. */
export interface Workload {
  readonly template: WorkloadTemplate;
  readonly running: readonly Running[];
  readonly binaryAuthorization: protos.google.cloud.run.v2.IBinaryAuthorization | null | undefined;
  readonly creator: string;
  readonly lastModifier: string;
  /** Everything that was deployed and when, RFC 3339 UTC; of a job its last update. */
  readonly deployments: readonly { readonly name: string; readonly time: string; readonly by: string }[];
  /** The resource as it was read. */
  readonly marked: Marked;
  /** Images of all revisions that are known, besides the template's. */
  readonly images: readonly string[];
}

/** What was deployed so long before the first sign is worth a look. */
const shortlyBefore = 3_600_000;
const mostNames = 20;

/** Settings that make an attack easier or worse, or the detectors blind, of any kind of resource. Source: Cloud Run Admin v2. */
export function workloadFlags(workload: Workload, sign: FirstSign | undefined): TypedFlag[] {
  const { template, running, binaryAuthorization } = workload;
  return [
    ...accountFlags(workload),
    ...namesFlag('plain-variables', plainVariables(template, ...running)),
    ...imageFlags(workload, sign),
    ...mountFlags(volumesOf([template, ...running])),
    ...egressFlags(template),
    ...binaryAuthorizationFlags(binaryAuthorization),
    ...deploymentFlags(workload, sign),
    ...managerFlags(workload),
    ...(enumName(template.executionEnvironment) === 'EXECUTION_ENVIRONMENT_GEN1'
      ? [{ id: 'first-generation' as const }]
      : []),
  ];
}

/** The flag for services and worker pools whose project is not said to be watched. */
export function threatDetectionFlags(enabled: boolean | null | undefined): TypedFlag[] {
  return enabled === true ? [] : [{ id: 'threat-detection-not-on' }];
}

/** The first of a list, and how many more there are. */
function first<T>(all: readonly T[]): { readonly shown: T[]; readonly more: number } {
  return { shown: all.slice(0, mostNames), more: Math.max(0, all.length - mostNames) };
}

function namesFlag(
  id: 'plain-variables' | 'movable-image' | 'image-not-set' | 'image-not-comparable',
  all: readonly string[],
): TypedFlag[] {
  const { shown: names, more } = first(all);
  return names.length === 0 ? [] : [{ id, names, more }];
}

function accountFlags({ template, creator, lastModifier, deployments }: Workload): TypedFlag[] {
  const account = template.serviceAccount ?? '';
  const own = (who: string) => who !== '' && (who === account || (account === '' && isDefaultAccount(who)));
  const [created, changedLast] = [own(creator), own(lastModifier)];
  const { shown: names, more } = first(deployments.filter(({ by }) => own(by)).map(({ name }) => name));
  return [
    ...(isDefaultAccount(account) ? [{ id: 'default-account' as const }] : []),
    ...(created || changedLast || names.length > 0
      ? [{ id: 'changed-by-own-account' as const, created, changedLast, names, more }]
      : []),
  ];
}

/** The account that Cloud Run takes where none is set. */
function isDefaultAccount(account: string): boolean {
  return account === '' || /^\d+-compute@developer\.gserviceaccount\.com$/.test(account);
}

function imageFlags({ template, images }: Workload, sign: FirstSign | undefined): TypedFlag[] {
  const deployed = imagesOf(template);
  const movable = deployed.filter((image) => digestOf(image) === undefined);
  const seen = (sign?.images ?? []).flatMap((image) => digestOf(image) ?? []);
  const digests = [...deployed, ...images].flatMap((image) => digestOf(image) ?? []);
  const strange = seen.filter((digest) => !digests.includes(digest));
  return [
    ...namesFlag('movable-image', movable),
    ...namesFlag(movable.length > 0 ? 'image-not-comparable' : 'image-not-set', strange),
  ];
}

function mountFlags(volumes: readonly Volume[]): TypedFlag[] {
  const { shown: mounts, more } = first(volumes.flatMap(mountedFrom));
  return mounts.length === 0 ? [] : [{ id: 'data-mounted', mounts, more }];
}

function mountedFrom({ name, gcs, nfs, cloudSqlInstance }: Volume): MountedData[] {
  const volume = name ?? '';
  if (gcs) return [{ volume, from: 'bucket', source: gcs.bucket ?? '', readOnly: gcs.readOnly === true }];
  if (nfs) return [{ volume, from: 'nfs', source: nfs.server ?? '', readOnly: nfs.readOnly === true }];
  if (!cloudSqlInstance) return [];
  return [{ volume, from: 'cloud-sql', source: (cloudSqlInstance.instances ?? []).join(', '), readOnly: false }];
}

function managerFlags({ marked }: Workload): TypedFlag[] {
  const managers = managersOf(marked);
  return managers.length === 0 ? [] : [{ id: 'managed-by', managers }];
}

function egressFlags({ vpcAccess }: WorkloadTemplate): TypedFlag[] {
  if (enumName(vpcAccess?.egress) === 'ALL_TRAFFIC') return [];
  return [{ id: vpcAccess ? 'egress-past-network' : 'egress-without-network' }];
}

function binaryAuthorizationFlags(found: Workload['binaryAuthorization']): TypedFlag[] {
  if ((found?.breakglassJustification ?? '') !== '') return [{ id: 'binary-authorization-broken' }];
  if (found?.useDefault === true || (found?.policy ?? '') !== '') return [];
  return [{ id: 'no-binary-authorization' }];
}

function deploymentFlags({ deployments }: Workload, sign: FirstSign | undefined): TypedFlag[] {
  const recent = deployments.filter(({ time }) => {
    const before = sign === undefined ? -1 : Date.parse(sign.at) - Date.parse(time);
    return before >= 0 && before <= shortlyBefore;
  });
  const { shown, more } = first(recent);
  return shown.length === 0 ? [] : [{ id: 'deployed-before-first-sign', deployments: shown, more }];
}
