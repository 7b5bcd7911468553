import { attackCopyright } from '../../model/attack/attack-notice.ts';
import { techniqueById } from '../../model/attack/technique.ts';
import { detectorNamed } from '../../model/detectors/match-detector.ts';
import { UserError } from '../../runtime/errors.ts';
import { PageWriter } from '../page/page-writer.ts';
import { pageWidth, say, sayJson } from '../terminal/output.ts';
import { paintFor } from '../terminal/paint.ts';
import { planeWords, resourceWords } from './detector-words.ts';
import { type ListedDetector, withPlaybook } from './listed-detector.ts';

/** Prints one detector, asked for by any spelling of its name. Throws UserError where no detector has the name. */
export function showDetector(
  name: string,
  { json, typed }: { readonly json: boolean; readonly typed: (words: string) => string },
): void {
  const found = detectorNamed(name);
  if (!found)
    throw new UserError(
      `no detector of the catalogue is called "${name}"; a finding of that category is answered by the playbook generic. See: ${typed('detectors')}`,
    );
  const detector = withPlaybook(found);
  if (json) return sayJson(detector);
  const page = new PageWriter(pageWidth(), paintFor(process.stdout));
  writeDetector(page, detector);
  for (const line of page.lines) say(line);
}

function writeDetector(page: PageWriter, detector: ListedDetector): void {
  const { displayName, apiName, aliases, plane, playbook, documented, gkeTwin, ours } = detector;
  page.heading(displayName);
  page.pair('module', apiName);
  page.list('also written', aliases);
  page.pair('plane', planeWords[plane]);
  page.pair('resources', resourceWords(detector));
  page.pair('playbook', `${playbook} (family ${ours.family})`);
  page.pair('audit log', documented.log ?? '');
  page.heading('DOCUMENTED FOR CLOUD RUN');
  page.pair('severity', documented.severity?.toLowerCase() ?? 'not documented; the finding says it');
  page.list('techniques', documented.techniques.length === 0 ? ['none'] : documented.techniques.map(techniqueWords));
  if (documented.dataResidency) page.text('Cannot be enabled in a location with data residency.');
  page.heading('OUR MAPPING, AND HINTS');
  page.list('our techniques', ours.techniques.map(techniqueWords));
  if (gkeTwin) page.pair('on GKE', `severity ${gkeTwin.severity.toLowerCase()}, ${gkeTwin.byDefault} by default`);
  page.gap();
  page.text(`ATT&CK: ${attackCopyright} Its licence is in the file NOTICE.`, page.paint.faint);
}

function techniqueWords(id: string): string {
  const technique = techniqueById(id);
  if (!technique) return id;
  const tactics = technique.tactics.map(({ name }) => name).join(', ');
  return `${id} ${technique.name} (${tactics}) ${technique.link ?? ''}`;
}
