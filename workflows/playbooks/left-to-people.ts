import { cut } from '../../model/display.ts';
import { containersOf, imagesNamed, runsDigest, runsImage } from '../../model/images.ts';
import { resourceKinds } from '../../model/resource-kinds.ts';
import { listEnabled } from '../../model/schedules.ts';
import { flagOf } from '../../model/settings-flag.ts';
import { flagWords } from '../assessment/flag-words.ts';
import { type PlaybookContext, resourceKind } from './playbook.ts';
import { listed, mounted } from './stakes.ts';

type Known = Pick<PlaybookContext, 'finding' | 'investigation' | 'revisions'>;

const nameLength = 200;

/** Whom to tell: the contacts that SCC names, else who changed the resource last. */
export function tellOwner({ finding, investigation: { settings } }: Known): string {
  const what =
    `the owner of the ${resourceKinds[resourceKind(finding)].words} ${finding.resource?.name ?? ''}`.trimEnd();
  const contacts = finding.contacts.map((contact) => cut(contact, nameLength));
  if (contacts.length > 0) return `Tell ${what}: ${listed(contacts)}`;
  const last = settings.status === 'answered' ? settings.value.lastModifier : '';
  return last === ''
    ? `Find and tell ${what}: SCC names no contact`
    : `Find and tell ${what}: SCC names no contact; it was last changed by ${cut(last, nameLength)}`;
}

/** What the container could read and is to be taken as stolen, by name. */
export function stolenSecrets({ investigation: { settings } }: Known): readonly string[] {
  if (settings.status !== 'answered')
    return [
      `Take every credential that the container could read as stolen, and replace it; which these are is not known (${settings.reason})`,
    ];
  const { secretNames, flags } = settings.value;
  const variables = flagOf(flags, ['plain-variables']);
  return [
    secretNames.length === 0
      ? 'No secret is set on it; look for credentials in its image, and replace them'
      : `Rotate the secrets that the container could read: ${listed(secretNames)}`,
    ...(variables === undefined
      ? []
      : [
          `Replace the credentials among its variables with plain values: ${flagWords(variables, settings.value).reason}`,
        ]),
  ];
}

/** The account whose tokens the container could ask for, empty for the default one; null where it is not known. */
export function accountOf({ investigation: { settings }, revisions: { bad } }: Known): string | null {
  if (settings.status !== 'answered') return null;
  return bad.revision?.serviceAccount ?? settings.value.serviceAccount;
}

/** What to do about the identity of the workload: its tokens came from inside the container. */
export function stolenIdentity(context: Known): string {
  const { createTime, eventTime } = context.finding;
  const known = accountOf(context);
  const account =
    known === null
      ? 'the workload’s service account (which one is not known)'
      : known || 'the default Compute Engine service account';
  return `Look in the audit logs at what ${account} did since ${createTime ?? eventTime}, and take away the roles that it does not need`;
}

/** What to do where the image itself is bad. */
export function replaceImage({ finding, revisions: { bad } }: Known): readonly string[] {
  const named = imagesNamed(finding);
  const all = bad.revision === null ? [] : containersOf(bad.revision);
  const ran = all.filter((one) => runsDigest([one], named.digests) || runsImage([one], named.names));
  const bads = ran.length > 0 ? ran : all;
  const names = bads.length > 0 ? bads.map(({ image }) => image) : [finding.containerImageUri];
  const image = listed(names.filter((name) => name !== '').map((name) => cut(name, nameLength))) || 'the image';
  const digests = bads.flatMap(({ imageDigest }) => imageDigest ?? []);
  const known = digests.length > 0 ? digests : [...named.digests];
  return [
    `Rebuild ${image} from sources and base images that were checked, and deploy that; find out how the bad part came into it`,
    `Look for the same image${known.length > 0 ? ` (${listed(known)})` : ''} in other services, jobs, worker pools and instances, and in the registry`,
  ];
}

/** The schedules that start a job again, which no plan pauses; nothing where none is known to. */
export function pauseSchedules({ investigation: { settings } }: Pick<Known, 'investigation'>): readonly string[] {
  if (settings.status !== 'answered' || settings.value.schedules?.status !== 'answered') return [];
  const enabled = listEnabled(settings.value.schedules.value);
  return enabled === '' ? [] : [`Pause what runs the job again, since Firebreak pauses none: schedule ${enabled}`];
}

/** Which data may be gone, and needs its backup. */
export function checkBackups({ investigation: { settings } }: Known): string {
  const data = settings.status === 'answered' ? mounted(settings.value) : null;
  return data === null
    ? 'Check the backups of every database and bucket that its service account could write to, before anything is restored'
    : `Check the backups of what is mounted (${data.reason}) and of all else that its service account could write to, before anything is restored`;
}

/** The way in stays open after every containment here. */
export const findTheWayIn =
  'Find the way in: whatever let this in may still be open, in the revision that serves now too';
