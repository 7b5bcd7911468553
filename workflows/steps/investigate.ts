import type { Answered, Indicator, Reputation, Unanswered } from '../../model/investigation.ts';
import { securityCommandCenter, virusTotal } from '../activities.ts';
import { type CaseFile, findingOf, note } from '../case-file.ts';
import { playbookFor } from '../playbooks/select-playbook.ts';
import { attempt, type Branches, pending, reading, reasonOf } from './reading.ts';
import { relatedRequest } from './requests.ts';
import { settingsThenLogs } from './settings-then-logs.ts';

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
    if (fetched?.finding.state === 'ACTIVE' && fetched.finding.mute !== 'MUTED') file.seenActive = true;
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
    settingsThenLogs(file, branches, finding, resource),
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
    askReputation(file, branches, indicators),
  ]);
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
