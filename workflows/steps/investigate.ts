import { ActivityFailure } from '@temporalio/workflow';
import type { Finding } from '../../model/finding.ts';
import type { Answered, Indicator, Investigation, Reputation, Unanswered } from '../../model/investigation.ts';
import { cloudLogging, cloudRun, securityCommandCenter, virusTotal } from '../activities.ts';
import { type CaseFile, findingOf, note } from '../case-file.ts';
import { playbookFor } from '../playbooks/select-playbook.ts';
import { logRequest, relatedRequest } from './requests.ts';

type Branches = { -readonly [K in keyof Investigation]: Investigation[K] };

/** Fetches the finding live. What SCC does not bear out is said, and nothing is offered on it. */
export async function fetchFinding(file: CaseFile): Promise<void> {
  file.investigatingSince = Date.now();
  const given = findingOf(file);
  const { observation, times } = file.input;
  const unconfirmed = { finding: given, fingerprint: observation.fingerprint, evidence: observation.document };
  try {
    const limit = times.investigationBudget / 2;
    const fetched = await securityCommandCenter('Fetch the finding from SCC', limit).fetchFinding({ name: given.name });
    file.fetched =
      fetched === null
        ? { confirmation: 'not-found', detail: 'SCC has no finding of this name', ...unconfirmed }
        : { confirmation: 'confirmed', detail: '', ...fetched };
  } catch (error) {
    const detail = `SCC does not answer: ${reasonOf(error)}`;
    lookAgainWhenAnswered(file, given.name);
    if (file.fetched?.confirmation === 'confirmed') {
      // An outage takes back nothing that SCC has said to this run.
      note(file, `${detail}; what it said before stands`);
      return;
    }
    file.fetched = { confirmation: 'unavailable', detail, ...unconfirmed };
  }
  const { confirmation, detail } = file.fetched;
  note(file, confirmation === 'confirmed' ? 'SCC has the finding' : `not confirmed by SCC: ${detail}`);
}

/** Goes on asking SCC in the background. Its answer counts as an observation, so that the case is looked at again without anybody's doing. */
function lookAgainWhenAnswered(file: CaseFile, name: string): void {
  const { expiry } = file.input.times;
  void attempt(() => securityCommandCenter('Wait for SCC', expiry).fetchFinding({ name })).then(({ status }) => {
    if (status === 'answered') file.observed ??= file.input.observation;
  });
}

/**
 * Reads settings, related findings, reputation and logs side by side. Returns when each has answered or used up the budget; what comes later
 * counts up `file.answers`, and revises the proposal.
 */
export async function investigate(file: CaseFile): Promise<void> {
  const { fetched } = file;
  if (fetched === null) throw new TypeError('the finding is fetched before it is investigated');
  const { finding } = fetched;
  const { resource } = finding;
  const indicators = playbookFor(finding).lookUp(finding);
  const branches: Branches = {
    fetched,
    settings: pending,
    related: pending,
    logs: pending,
    reputation: indicators.map(() => pending),
    indicators,
  };
  file.investigation = branches;
  await Promise.all([
    reading(
      file,
      branches,
      'settings',
      (limit) => readSettings(finding, limit),
      (answer) => (branches.settings = answer),
    ),
    ...(resource === undefined
      ? []
      : [
          reading(
            file,
            branches,
            'related findings',
            (limit) =>
              securityCommandCenter('Find related findings', limit).findRelatedFindings(
                relatedRequest(finding, resource, file.input.times),
              ),
            (answer) => (branches.related = answer),
          ),
          reading(
            file,
            branches,
            'container logs',
            (limit) =>
              cloudLogging('Save the container’s logs', limit).pullContainerLogs(logRequest(finding, resource)),
            (answer) => (branches.logs = answer),
          ),
        ]),
    askReputation(file, branches, indicators),
  ]);
}

const pending: Unanswered = { status: 'pending', reason: 'no answer yet' };
const notCloudRun: Unanswered = { status: 'not-applicable', reason: 'the finding names no Cloud Run resource' };

/** Seconds for reading: what fetching left of the budget, which is half of it or more. */
function budgetLeft({ input, investigatingSince }: CaseFile): number {
  const { investigationBudget: budget } = input.times;
  return Math.max(budget / 2, budget - (Date.now() - investigatingSince) / 1000);
}

/** Reads within the budget; where that is over, says so and goes on in the background. */
async function reading<T>(
  file: CaseFile,
  branches: Branches,
  what: string,
  read: (limitSeconds: number) => Promise<T | Unanswered>,
  set: (answer: Answered<T>) => void,
): Promise<void> {
  const first = await attempt(() => read(budgetLeft(file)));
  set(first);
  if (first.status === 'failed') note(file, `${what}: ${first.reason}`);
  if (first.status !== 'pending') return;
  note(file, `${what}: no answer in time (${first.reason}); the proposal goes ahead without`);
  // What comes before the case expires can still revise the proposal.
  void attempt(() => read(file.input.times.expiry)).then((late) => {
    // A newer investigation has taken over: this answer is about an older state of things.
    if (file.investigation !== branches) return;
    set(late.status === 'pending' ? { ...late, status: 'failed' } : late);
    file.answers += 1;
    note(file, late.status === 'answered' ? `${what}: answered late` : `${what}: ${late.reason}`);
  });
}

/** A limit that is over leaves the answer open; anything else that fails is an answer that will not come. */
async function attempt<T>(read: () => Promise<T | Unanswered>): Promise<Answered<T>> {
  try {
    const value = await read();
    return isUnanswered(value) ? value : { status: 'answered', value };
  } catch (error) {
    const over = error instanceof ActivityFailure && error.retryState === 'TIMEOUT';
    return { status: over ? 'pending' : 'failed', reason: reasonOf(error) };
  }
}

function isUnanswered(value: unknown): value is Unanswered {
  return typeof value === 'object' && value !== null && 'status' in value && 'reason' in value;
}

async function readSettings({ resource }: Finding, limit: number) {
  if (resource === undefined) return notCloudRun;
  const settings = await cloudRun('Read the settings of the resource', limit).readSettings(resource);
  return settings ?? ({ status: 'failed', reason: 'the resource no longer exists' } as const);
}

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

/** The innermost message of a failed activity: what the outside system said. */
export function reasonOf(error: unknown): string {
  const inner = error instanceof ActivityFailure ? error.cause : error;
  return inner instanceof Error ? inner.message : String(inner);
}
