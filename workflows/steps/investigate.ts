import type {
  Answered,
  FetchedFinding,
  Indicator,
  RelatedFindings,
  Reputation,
  Unanswered,
} from '../../model/investigation.ts';
import type { ResourceSettings } from '../../model/cloud-run.ts';
import type { CloudRunResource } from '../../model/finding.ts';
import type { LiveFinding } from '../../activities/first-look.ts';
import { relatedRequest } from '../../model/requests.ts';
import { securityCommandCenter, virusTotal } from '../activities.ts';
import { type CaseFile, findingOf, note } from '../case-file.ts';
import { playbookFor } from '../playbooks/select-playbook.ts';
import { attempt, type Branches, pending, reading, reasonOf } from './reading.ts';
import { settingsThenLogs } from './settings-then-logs.ts';

/** What the first look has brought of the resource; what is pending is asked for on its own. */
export interface Around {
  readonly settings: Answered<ResourceSettings>;
  readonly related: Answered<RelatedFindings>;
}

/** Fetches the finding live, and what answers at once about its resource. */
export async function takeFirstLook(file: CaseFile): Promise<Around> {
  let around: Around = { settings: pending, related: pending };
  const { correlationBefore, correlationAfter } = file.input.times;
  await confirm(file, async (name, limit) => {
    const look = await securityCommandCenter('Fetch the finding from SCC, look around it', limit).takeFirstLook({
      name,
      correlation: { correlationBefore, correlationAfter },
    });
    around = look;
    return look.fetched;
  });
  return around;
}

/** Fetches the finding live, and nothing else; an answer that came late is taken over instead of asking again. */
export async function fetchFinding(file: CaseFile): Promise<void> {
  await confirm(file, (name, limit) =>
    file.lateAnswer === null
      ? securityCommandCenter('Fetch the finding from SCC', limit).fetchFinding({ name })
      : Promise.resolve(file.lateAnswer.finding),
  );
}

/** Asks for the finding. What SCC does not bear out is said, and nothing is offered on it. */
async function confirm(
  file: CaseFile,
  ask: (name: string, limitSeconds: number) => Promise<LiveFinding | null>,
): Promise<void> {
  file.investigatingSince = Date.now();
  const { name } = findingOf(file);
  try {
    takeOver(file, await ask(name, file.input.times.investigationBudget / 2));
  } catch (error) {
    const detail = `SCC does not answer: ${reasonOf(error)}`;
    lookAgainWhenAnswered(file, name);
    if (file.fetched?.confirmation === 'confirmed') {
      // An outage takes back nothing that SCC has said to this run.
      note(file, `${detail}; what it said before stands`);
      return;
    }
    file.fetched = { confirmation: 'unavailable', detail, ...unconfirmed(file) };
    note(file, `not confirmed by SCC: ${detail}`);
  }
}

/** Takes over what SCC says of the finding; null where it has none of its name. */
function takeOver(file: CaseFile, live: LiveFinding | null): void {
  file.lateAnswer = null;
  if (live === null) {
    const detail = 'SCC has no finding of this name';
    file.fetched = { confirmation: 'not-found', detail, ...unconfirmed(file) };
    note(file, `not confirmed by SCC: ${detail}`);
    return;
  }
  file.fetched = { confirmation: 'confirmed', detail: '', ...live };
  if (live.finding.state === 'ACTIVE' && live.finding.mute !== 'MUTED') file.seenActive = true;
  note(file, 'SCC has the finding');
}

/** The finding as the message had it, or as SCC once did. */
function unconfirmed(file: CaseFile): Pick<FetchedFinding, 'finding' | 'fingerprint' | 'evidence'> {
  const { fingerprint, document } = file.input.observation;
  return { finding: findingOf(file), fingerprint, evidence: document };
}

/** Goes on asking SCC in the background. Its answer counts as an observation, so that the case is looked at again without anybody's doing. */
function lookAgainWhenAnswered(file: CaseFile, name: string): void {
  const { expiry } = file.input.times;
  void attempt(() => securityCommandCenter('Wait for SCC', expiry).fetchFinding({ name })).then((late) => {
    if (late.status !== 'answered') return;
    // What was reported meanwhile may be newer than this answer.
    if (file.observed === null) file.lateAnswer = { finding: late.value };
    file.observed ??= file.input.observation;
  });
}

/**
 * Reads what is not there yet of settings, related findings, reputation and logs side by side. Returns when each has answered or used up the budget; what comes later
 * counts up `file.answers`, and revises the proposal.
 */
export async function investigate(
  file: CaseFile,
  around: Around = { settings: pending, related: pending },
): Promise<void> {
  const { fetched } = file;
  if (fetched === null) throw new TypeError('the finding is fetched before it is investigated');
  const { finding } = fetched;
  const { resource } = finding;
  const indicators = playbookFor(finding).lookUp(finding);
  const branches: Branches = {
    fetched,
    settings: around.settings,
    related: around.related,
    logs: pending,
    identity: pending,
    reputation: indicators.map(() => pending),
    indicators,
  };
  file.investigation = branches;
  if (resource === undefined) {
    Object.assign(branches, {
      settings: notCloudRun,
      related: notCloudRun,
      logs: notCloudRun,
      identity: notCloudRun,
    } satisfies Partial<Branches>);
    return askReputation(file, branches, indicators);
  }
  await Promise.all([
    settingsThenLogs(file, branches, finding, resource, around.settings),
    ...(around.related.status === 'answered' ? [] : [findRelated(file, branches, resource)]),
    askReputation(file, branches, indicators),
  ]);
}

function findRelated(file: CaseFile, branches: Branches, resource: CloudRunResource): Promise<void> {
  const request = relatedRequest(branches.fetched.finding, resource, file.input.times);
  return reading(
    file,
    branches,
    'related findings',
    (limit) => securityCommandCenter('Find related findings', limit).findRelatedFindings(request),
    (answer) => (branches.related = answer),
  );
}

const notCloudRun: Unanswered = { status: 'not-applicable', reason: 'the finding names no Cloud Run resource' };

/** Asks about all indicators at once; for those that get no answer now, once more with patience. */
async function askReputation(file: CaseFile, branches: Branches, indicators: readonly Indicator[]): Promise<void> {
  if (indicators.length === 0) return;
  const set = (answer: Answered<readonly (Reputation | null)[]>): void => {
    branches.reputation = indicators.map((indicator, index) => {
      if (answer.status !== 'answered')
        return branches.reputation[index]?.status === 'answered' ? branches.reputation[index] : answer;
      const value = answer.value[index];
      return value
        ? { status: 'answered', value }
        : { status: 'pending', reason: `VirusTotal gave no answer yet about ${indicator.value}` };
    });
  };
  let patient = false;
  const ask = async (limit: number) => {
    const answers = await virusTotal(`Ask VirusTotal about ${indicators.length} indicators`, limit).lookUpReputation({
      indicators,
      patient,
    });
    if (patient || !answers.includes(null)) return answers;
    set({ status: 'answered', value: answers });
    patient = true;
    return { status: 'pending', reason: 'its quota is used up or it does not answer' } as const;
  };
  await reading(file, branches, 'reputation', ask, set);
}
