import { setTimeout as pause } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import { settingsReader } from '../../activities/cloud-run.ts';
import { namedSo } from '../../activities/find-by-identity.ts';
import type { CaseView } from '../../model/case.ts';
import { canonicalJson } from '../../model/digest.ts';
import { differences } from '../../model/fields.ts';
import { factsOf, type FindingFacts } from '../../model/observation.ts';
import { parseFindings } from '../../model/parse-finding.ts';
import { settingsRequest } from '../../model/requests.ts';
import { codeOf, messageOf } from '../../runtime/errors.ts';
import { closeClients, type ObserveClients, observeClients } from '../../runtime/google-clients.ts';
import { endpointOf, type GooglePlace } from '../../runtime/google-place.ts';
import type { Looked } from './looked.ts';
import { targetWords } from './target-words.ts';

/** Calls have 10 s; looking for credentials takes as long besides, milliseconds. */
const patience = 20_000;
const callOptions = { timeout: 10_000, retry: null, autoPaginate: false } as const;

/**
 * Asks SCC for the finding and Cloud Run for the resource, with this machine's own credentials (application default ones; in the sandbox its port for
 * reading), and says where they differ from what a case says. What these credentials may not read, or what does not answer, is not looked at.
 */
export async function lookAtGoogle(view: CaseView, place: GooglePlace): Promise<Looked[]> {
  const clients = observeClients(place);
  try {
    // A call without credentials fails where nobody can catch it: in a promise that the client lets go of.
    const able = async (
      api: 'scc' | 'run',
      { auth }: { readonly auth: { getClient(): Promise<unknown> } },
    ): Promise<void> => {
      if (endpointOf(place, api, 'observe')?.plain !== true) await auth.getClient();
    };
    return await Promise.all([
      asFarAsItGoes('SCC', () => able('scc', clients.findings).then(() => lookAtFinding(view, clients.findings))),
      asFarAsItGoes('Cloud Run', () => able('run', clients.services).then(() => lookAtResource(view, clients))),
    ]);
  } finally {
    await closeClients(clients);
  }
}

async function asFarAsItGoes(at: string, look: () => Promise<Omit<Looked, 'at'>>): Promise<Looked> {
  const over = new AbortController();
  const late = pause(patience, { found: 'not-looked-at', detail: `no answer within ${patience / 1000} s` } as const, {
    signal: over.signal,
    ref: false,
  });
  late.catch(() => {});
  try {
    return { at, ...(await Promise.race([look(), late])) };
  } catch (error) {
    if (!isAnswerOfGoogle(error)) throw error;
    return { at, found: 'not-looked-at', detail: messageOf(error).slice(0, 300) };
  } finally {
    over.abort();
  }
}

/** A status of the API, a failure of ours that says one, or what the library for credentials throws, which has no type. */
function isAnswerOfGoogle(error: unknown): boolean {
  if (error instanceof ApplicationFailure || codeOf(error) !== undefined) return true;
  return error instanceof Error && error.constructor === Error;
}

/** These make a finding what it is; state, mute and times change while it lives. */
const lasting: readonly (keyof FindingFacts)[] = [
  'caseId',
  'category',
  'parentDisplayName',
  'moduleName',
  'createTime',
  'resource',
  'containers',
  'containerImageUri',
];

async function lookAtFinding(
  { finding, confirmed }: CaseView,
  client: ObserveClients['findings'],
): Promise<Omit<Looked, 'at'>> {
  const { name } = finding;
  // It stands in a filter, and anybody may have written it.
  if (!/^[\w./:-]+$/.test(name)) return { found: 'wrong', detail: 'the case’s finding has a name that no finding has' };
  const parent = name.slice(0, name.indexOf('/findings/'));
  const [results] = await client.listFindings({ parent, filter: `name="${name}"`, pageSize: 1 }, callOptions);
  const answered = parseFindings({ listFindingsResults: results });
  const parsed = namedSo(answered, finding) ?? answered[0];
  if (parsed === undefined)
    return { found: confirmed === 'confirmed' ? 'wrong' : 'differs', detail: `it has no finding ${name}` };
  const [said, live] = [factsOf(finding), factsOf(parsed.finding)];
  const other = (Object.keys({ ...said, ...live }) as (keyof FindingFacts)[]).filter(
    (key) => canonicalJson([said[key] ?? null]) !== canonicalJson([live[key] ?? null]),
  );
  if (other.length === 0) return { found: 'same', detail: `it has the finding ${name}, as the case says` };
  const words = other.map((key) => `${key} is ${inWords(live[key])} there, ${inWords(said[key])} in the case`);
  const found = other.some((key) => lasting.includes(key)) ? 'wrong' : 'differs';
  return { found, detail: words.join('; ') };
}

function inWords(value: unknown): string {
  return value === undefined ? 'not set' : canonicalJson(value).slice(0, 200);
}

async function lookAtResource(
  { finding, investigation }: CaseView,
  clients: ObserveClients,
): Promise<Omit<Looked, 'at'>> {
  const { resource } = finding;
  if (resource === undefined) return { found: 'not-looked-at', detail: 'the finding names no resource of Cloud Run' };
  const nothingKept = { kind: 'settings', sha256: '0'.repeat(64), bytes: 0, mediaType: 'application/json' } as const;
  const read = settingsReader(clients, { save: () => Promise.resolve(nothingKept), policies: 'read' });
  const live = await read(settingsRequest(finding, resource));
  const where = targetWords(resource);
  if (live === null) return { found: 'differs', detail: `${where} is no longer there` };
  const settings = investigation?.settings;
  if (settings?.status !== 'answered')
    return { found: 'not-looked-at', detail: `the case knows no settings of ${where} to compare with` };
  const drift = differences(settings.value.fields, live.fields);
  if (drift.length === 0) return { found: 'same', detail: `${where} is as the case says` };
  return { found: 'differs', detail: `${where}: ${drift.join('; ')} in the case` };
}
