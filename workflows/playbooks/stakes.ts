import { cut } from '../../model/display.ts';
import type { ResourceSettings } from '../../model/cloud-run.ts';
import type { Statement } from '../../model/proposal.ts';
import { flagOf, type SettingsFlagId } from '../../model/settings-flag.ts';
import { flagWords } from '../assessment/flag-words.ts';
import type { PlaybookContext } from './playbook.ts';

/** Settings that matter more for some families than for others. */
export type Stake =
  | 'entry'
  | 'account'
  | 'secrets'
  | 'variables'
  | 'mounts'
  | 'image'
  | 'authorization'
  | 'egress'
  | 'detection';

/** The flags of the settings that a stake is about. */
const flagsOf: Readonly<Partial<Record<Stake, readonly SettingsFlagId[]>>> = {
  entry: ['open-to-the-internet', 'anyone-may-run'],
  account: ['default-account'],
  variables: ['plain-variables'],
  mounts: ['data-mounted'],
  image: ['movable-image'],
  authorization: ['binary-authorization-broken', 'no-binary-authorization'],
  egress: ['egress-without-network', 'egress-past-network'],
  detection: ['threat-detection-not-on'],
};

/** What is said of a setting that has no flag of its own. */
const ownWords: Readonly<Partial<Record<Stake, (settings: ResourceSettings) => Statement | null>>> = {
  entry: ({ publicInvoker }) =>
    publicInvoker === 'yes' ? { text: 'Whoever reaches it may call it', reason: 'callers need no identity' } : null,
  account: ({ serviceAccount }) =>
    serviceAccount === ''
      ? { text: 'It runs as the default service account', reason: 'no service account of its own is set' }
      : { text: `It runs as ${serviceAccount}`, reason: 'its settings' },
  secrets: ({ secretNames }) =>
    secretNames.length === 0
      ? null
      : {
          text: `It can read ${countOf(secretNames.length, 'secret')}: ${listed(secretNames)}`,
          reason: 'its settings',
        },
};

/** The settings that matter for a family, as they are, each with the reason why it matters; nothing where the settings were not read. */
export function stakes(
  { investigation: { settings } }: Pick<PlaybookContext, 'investigation'>,
  reasons: Readonly<Partial<Record<Stake, string>>>,
): Statement[] {
  if (settings.status !== 'answered') return [];
  const { value } = settings;
  return (Object.keys(reasons) as Stake[]).flatMap((stake) => {
    const said = statementOf(stake, value);
    return said === null
      ? []
      : [{ text: said.text, reason: `${said.reason}; it matters here: ${reasons[stake] ?? ''}` }];
  });
}

/** What the settings say of the data that is mounted, or null. */
export function mounted(settings: ResourceSettings): Statement | null {
  return statementOf('mounts', settings);
}

function statementOf(stake: Stake, settings: ResourceSettings): Statement | null {
  const flag = flagOf(settings.flags, flagsOf[stake] ?? []);
  return flag === undefined ? (ownWords[stake]?.(settings) ?? null) : flagWords(flag, settings);
}

const mostListed = 30;
/** Secret Manager allows 255 characters. */
const longestName = 255;

/** Names in a row; how many more there are is said. */
export function listed(names: readonly string[]): string {
  const more = names.length - mostListed;
  const shown = names.slice(0, mostListed).map((name) => cut(name, longestName));
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** `1 secret`, `2 secrets`. */
export function countOf(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
