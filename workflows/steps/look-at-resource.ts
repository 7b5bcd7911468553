import { patched, sleep } from '@temporalio/workflow';
import { lookDigest, lookEverySeconds, type LookWord, lookWordSchema } from '../../model/look.ts';
import { parsed } from '../../model/parse.ts';
import { settingsRequest } from '../../model/requests.ts';
import { yesNo } from '../../model/schema.ts';
import { cloudRun } from '../activities.ts';
import { type CaseFile, findingOf, note, noteNoise } from '../case-file.ts';
import { attempt, type Branches, reasonOf } from './reading.ts';
import { readSettings, seekTraffic } from './settings-then-logs.ts';

/** What a look may take: people wait for it. Seconds. */
const patience = 10;

/**
 * Notes that the resource is to be looked at, once a minute at most. Nobody signs that word: it changes nothing but when the case looks itself. Of
 * another case's change it is told later where it comes too early; a page that is read again within the minute shows what was just seen.
 */
export function wantLook(file: CaseFile, message: unknown): void {
  let word: LookWord;
  try {
    word = parsed(lookWordSchema, message, 'word to look');
  } catch (error) {
    noteNoise(file, `a message that is no word to look was ignored: ${reasonOf(error)}`);
    return;
  }
  if (file.state !== 'proposed') return;
  const early =
    (word.why === 'page' ? Math.max(file.lookedAt, file.notSeenAt) : file.toldAt) +
    lookEverySeconds * 1000 -
    Date.now();
  if (early <= 0) file.lookWanted = word;
  else if (word.why === 'other-case' && !file.looksLater) {
    file.looksLater = true;
    void sleep(early, { summary: 'The resource is looked at once a minute' }).then(
      () => {
        file.looksLater = false;
        file.lookWanted = word;
      },
      () => {},
    );
  }
}

/**
 * Looks whether the resource is still as the case knows it, and reads its settings anew where it is not; answers whether it did. What cannot be looked
 * at now stays as it was known: respond looks for itself before it changes anything.
 */
export async function lookAtResource(file: CaseFile): Promise<boolean> {
  const why = file.lookWanted;
  file.lookWanted = null;
  const finding = findingOf(file);
  const { resource } = finding;
  const branches: Branches | null = file.investigation;
  if (why === null || branches === null || resource === undefined || branches.settings.status !== 'answered')
    return false;
  if (why.why === 'other-case') file.toldAt = Date.now();
  const request = { settings: settingsRequest(finding, resource), known: lookDigest(branches.settings.value) };
  const look = cloudRun('See whether the resource has changed', patience);
  const changed = await attempt(async () => parsed(yesNo, await look.seeWhetherChanged(request), 'answer'));
  if (changed.status !== 'answered') {
    return notSeen(file, `whether ${resource.name} has changed is not known: ${changed.reason}`);
  }
  if (!changed.value) {
    file.lookedAt = Date.now();
    return false;
  }
  const settings = await attempt(() => readSettings(file, branches, finding, resource, patience));
  if (settings.status === 'pending') {
    return notSeen(file, `${resource.name} has changed, and its settings cannot be read now: ${settings.reason}`);
  }
  file.lookedAt = Date.now();
  branches.settings = settings;
  note(
    file,
    `${resource.name} has changed while the case waits${why.why === 'other-case' ? `; told by ${why.case}` : ''}`,
  );
  seekTraffic(file, branches, finding, resource);
  return true;
}

/** A look that came to nothing is one too: whoever asks for more of them waits the same minute. */
function notSeen(file: CaseFile, text: string): false {
  note(file, text);
  if (patched('looks-in-vain-count')) file.notSeenAt = Date.now();
  return false;
}
