import type { protos } from '@google-cloud/run';
import type { SettingsFlag } from '../../model/cloud-run.ts';
import type { FirstSign } from '../../model/requests.ts';
import { enumName } from './service-fields.ts';
import { digestOf, imagesOf, plainVariables, type WorkloadTemplate } from './workload.ts';

/** What a kind of resource has to be told about, in one form for all kinds. */
export interface Workload {
  readonly template: WorkloadTemplate;
  readonly binaryAuthorization: protos.google.cloud.run.v2.IBinaryAuthorization | null | undefined;
  readonly creator: string;
  readonly lastModifier: string;
  /** Everything that was deployed and when, RFC 3339 UTC; of a job its last update. */
  readonly deployments: readonly { readonly name: string; readonly time: string; readonly by: string }[];
  /** Images of all revisions that are known, besides the template's. */
  readonly images: readonly string[];
}

/** What was deployed so long before the first sign is worth a look. */
const shortlyBefore = 3_600_000;
const mostNames = 20;

/** Settings that make an attack easier or worse, or the detectors blind, of any kind of resource. Source: Cloud Run Admin v2. */
export function workloadFlags(workload: Workload, sign: FirstSign | undefined): SettingsFlag[] {
  const { template, binaryAuthorization } = workload;
  return [
    ...accountFlags(workload),
    flagIf('Variables with plain values', plainVariables(template).slice(0, mostNames)),
    ...imageFlags(workload, sign),
    flagIf('Data is mounted into the container', mountsOf(template)),
    ...egressFlags(template),
    ...binaryAuthorizationFlags(binaryAuthorization),
    ...deploymentFlags(workload, sign),
    ...(enumName(template.executionEnvironment) === 'EXECUTION_ENVIRONMENT_GEN1'
      ? [
          {
            flag: 'It runs in the first-generation execution environment',
            detail: 'runtime detectors see only the second: their silence proves nothing',
          },
        ]
      : []),
  ].filter((flag) => flag !== null);
}

/** The flag for services and worker pools whose project is not said to be watched. */
export function threatDetectionFlags(enabled: boolean | null | undefined): SettingsFlag[] {
  if (enabled === true) return [];
  return [
    {
      flag: 'Threat detection is not said to be on',
      detail: 'threatDetectionEnabled is false: silence of the detector proves nothing',
    },
  ];
}

function flagIf(flag: string, names: readonly string[]): SettingsFlag | null {
  return names.length === 0 ? null : { flag, detail: names.join(', ') };
}

function accountFlags({ template, creator, lastModifier, deployments }: Workload): SettingsFlag[] {
  const account = template.serviceAccount ?? '';
  const flags: SettingsFlag[] = [];
  if (isDefaultAccount(account))
    flags.push({
      flag: 'It runs as the default service account',
      detail: 'no service account of its own is set; the default one often has broad roles',
    });
  const own = (who: string) => who !== '' && (who === account || (account === '' && isDefaultAccount(who)));
  const deeds = [
    ...(own(creator) ? ['created it'] : []),
    ...(own(lastModifier) ? ['changed it last'] : []),
    ...deployments.filter(({ by }) => own(by)).map(({ name }) => `made ${name}`),
  ];
  if (deeds.length > 0)
    flags.push({ flag: 'The workload’s own account has changed it', detail: deeds.slice(0, mostNames).join(', ') });
  return flags;
}

/** The account that Cloud Run takes where none is set. */
function isDefaultAccount(account: string): boolean {
  return account === '' || /^\d+-compute@developer\.gserviceaccount\.com$/.test(account);
}

function imageFlags({ template, images }: Workload, sign: FirstSign | undefined): (SettingsFlag | null)[] {
  const deployed = imagesOf(template);
  const movable = deployed.filter((image) => digestOf(image) === undefined);
  const seen = (sign?.images ?? []).flatMap((image) => digestOf(image) ?? []);
  const digests = [...deployed, ...images].flatMap((image) => digestOf(image) ?? []);
  const strange = seen.filter((digest) => !digests.includes(digest));
  return [
    flagIf('An image by a tag that can move', movable),
    flagIf(
      movable.length > 0
        ? 'Whether the finding’s image is the one that is set now cannot be told'
        : 'The finding names an image that nothing here is set to',
      strange,
    ),
  ];
}

function mountsOf({ volumes }: WorkloadTemplate): string[] {
  return (volumes ?? []).flatMap(({ name, gcs, nfs, cloudSqlInstance }) => {
    if (gcs) return [`${name ?? ''} (bucket ${gcs.bucket ?? ''}${gcs.readOnly === true ? ', read only' : ''})`];
    if (nfs) return [`${name ?? ''} (NFS ${nfs.server ?? ''}${nfs.readOnly === true ? ', read only' : ''})`];
    return cloudSqlInstance ? [`${name ?? ''} (Cloud SQL ${(cloudSqlInstance.instances ?? []).join(', ')})`] : [];
  });
}

function egressFlags({ vpcAccess }: WorkloadTemplate): SettingsFlag[] {
  if (enumName(vpcAccess?.egress) === 'ALL_TRAFFIC') return [];
  const flag = 'What it sends to the Internet passes no network of yours';
  return vpcAccess
    ? [{ flag, detail: 'only traffic to private addresses goes through the VPC: no firewall rule sees the rest' }]
    : [{ flag, detail: 'no VPC access is set: no firewall rule sees its traffic' }];
}

function binaryAuthorizationFlags(found: Workload['binaryAuthorization']): SettingsFlag[] {
  if ((found?.breakglassJustification ?? '') !== '')
    return [{ flag: 'Binary authorization was broken through', detail: 'a breakglass justification is set' }];
  if (found?.useDefault === true || (found?.policy ?? '') !== '') return [];
  return [{ flag: 'No binary authorization', detail: 'any image may be deployed to it' }];
}

function deploymentFlags({ deployments }: Workload, sign: FirstSign | undefined): (SettingsFlag | null)[] {
  const recent = deployments.filter(({ time }) => {
    const before = sign === undefined ? -1 : Date.parse(sign.at) - Date.parse(time);
    return before >= 0 && before <= shortlyBefore;
  });
  return [
    flagIf(
      'Deployed within the hour before the first sign',
      recent
        .slice(0, mostNames)
        .map(({ name, time, by }) => `${name} at ${time} by ${by === '' ? 'nobody known' : by}`),
    ),
  ];
}
