import type { ResourceSettings } from '../../model/cloud-run.ts';
import { cut } from '../../model/display.ts';
import type { Statement } from '../../model/proposal.ts';
import { listSchedules } from '../../model/schedules.ts';
import type { MountedData, SettingsFlag, TypedFlag } from '../../model/settings-flag.ts';
import { managerName } from '../containment/managed-by.ts';

/** Characters of a flag, and of its detail: what deployers name things is in them. */
const longestFlag = 1_000;

/** A flag as people read it, with what says so. The one place where its sentences are made. */
export function flagWords(flag: SettingsFlag, settings: Pick<ResourceSettings, 'schedules'>): Statement {
  const [text, reason] = 'id' in flag ? sentences(flag, settings) : [flag.flag, flag.detail];
  return { text: cut(text, longestFlag), reason: cut(reason, longestFlag) };
}

function sentences(flag: TypedFlag, { schedules }: Pick<ResourceSettings, 'schedules'>): readonly [string, string] {
  switch (flag.id) {
    case 'open-to-the-internet':
      return ['Anyone on the Internet can call it', 'ingress is open and callers need no identity'];
    case 'anyone-may-run':
      return ['Anyone can run it', 'its own policy gives everybody the right to run it'];
    case 'too-many-invokers':
      return [
        'Too many may call or run it for a plan',
        `${flag.count} members: no plan that takes them away is offered, since it would have to name each`,
      ];
    case 'default-account':
      return [
        'It runs as the default service account',
        'no service account of its own is set; the default one often has broad roles',
      ];
    case 'changed-by-own-account':
      return ['The workload’s own account has changed it', deeds(flag)];
    case 'plain-variables':
      return ['Variables with plain values', named(flag)];
    case 'movable-image':
      return ['An image by a tag that can move', named(flag)];
    case 'image-not-set':
      return ['The finding names an image that nothing here is set to', named(flag)];
    case 'image-not-comparable':
      return ['Whether the finding’s image is the one that is set now cannot be told', named(flag)];
    case 'data-mounted':
      return ['Data is mounted into the container', named({ names: flag.mounts.map(mountWords), more: flag.more })];
    case 'egress-without-network':
      return [
        'What it sends to the Internet passes no network of yours',
        'no VPC access is set: no firewall rule sees its traffic',
      ];
    case 'egress-past-network':
      return [
        'What it sends to the Internet passes no network of yours',
        'only traffic to private addresses goes through the VPC: no firewall rule sees the rest',
      ];
    case 'no-binary-authorization':
      return ['No binary authorization', 'any image may be deployed to it'];
    case 'binary-authorization-broken':
      return ['Binary authorization was broken through', 'a breakglass justification is set'];
    case 'deployed-before-first-sign': {
      const names = flag.deployments.map(({ name, time, by }) => `${name} at ${time} by ${by || 'nobody known'}`);
      return ['Deployed within the hour before the first sign', named({ names, more: flag.more })];
    }
    case 'managed-by':
      return [
        'It is deployed by a tool, which overwrites what is changed here',
        flag.managers.map(managerName).join(', '),
      ];
    case 'first-generation':
      return [
        'It runs in the first-generation execution environment',
        'runtime detectors see only the second: their silence proves nothing',
      ];
    case 'threat-detection-not-on':
      return [
        'Threat detection is not said to be on',
        'threatDetectionEnabled is false: silence of the detector proves nothing',
      ];
    case 'scheduled':
      return [
        'Schedules run it',
        schedules?.status === 'answered' ? listSchedules(schedules.value.found, schedules.value.more) : 'not listed',
      ];
    case 'schedules-not-read':
      return ['Not all schedules were read', flag.reason];
    case 'starters-unknown':
      return [
        'What starts it cannot be listed',
        `Cloud Run does not know the schedules, workflows and pipelines that run a job: look for them elsewhere${flag.reason === '' ? '' : ` (${flag.reason})`}`,
      ];
    case 'starters-not-listed':
      return [
        'Not all that starts it can be listed',
        'nothing here knows the workflows, services, pipelines and schedules of other projects that run a job: look for them elsewhere',
      ];
    case 'executions-not-read':
      return ['Not all executions were read', `only ${flag.count}: an older one may still run`];
  }
}

function named({ names, more }: { readonly names: readonly string[]; readonly more: number }): string {
  return names.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function mountWords({ volume, from, source, readOnly }: MountedData): string {
  const where = { bucket: 'bucket', nfs: 'NFS', 'cloud-sql': 'Cloud SQL' }[from];
  return `${volume} (${where} ${source}${readOnly ? ', read only' : ''})`;
}

function deeds(flag: Extract<TypedFlag, { id: 'changed-by-own-account' }>): string {
  const { created, changedLast, names, more } = flag;
  const own = [...(created ? ['created it'] : []), ...(changedLast ? ['changed it last'] : [])];
  return named({ names: [...own, ...names.map((name) => `made ${name}`)], more });
}
