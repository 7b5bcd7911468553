import type { CaseView } from '../../model/case.ts';
import { restNotes } from '../../runtime/archive-index.ts';
import type { Configuration } from '../../runtime/configuration.ts';
import { UnprovedFileError } from '../../runtime/errors.ts';
import { trustDocument } from '../../runtime/trust.ts';

/** The view with what was reported since its run ended as the last line of its time line: a run that has ended hears of nothing any more. */
export async function withNews(configuration: Configuration, view: CaseView): Promise<CaseView> {
  const line = await newsOf(configuration, view);
  return line === undefined ? view : { ...view, timeline: [...view.timeline, line] };
}

async function newsOf(
  configuration: Configuration,
  { id, run }: CaseView,
): Promise<CaseView['timeline'][number] | undefined> {
  try {
    const note = await restNotes(configuration.paths.archiveIndex, trustDocument(configuration)).read(id);
    if (note?.run !== run || note.activeSeen === undefined) return undefined;
    const { eventTime, times, at } = note.activeSeen;
    const again = times === 1 ? 'reported again' : `reported again, ${times} times`;
    return { time: at, text: `${again} since it ended, last as active at ${eventTime}, and nothing else new` };
  } catch (error) {
    if (!(error instanceof UnprovedFileError)) throw error;
    return { time: new Date().toISOString(), text: error.message };
  }
}
