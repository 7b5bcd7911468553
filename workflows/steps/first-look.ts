import { type FindingIdentity, identityOf } from '../../model/finding-name.ts';
import {
  answeredLogs,
  answeredRelated,
  answeredSettings,
  firstLookParts,
  type Surroundings,
} from '../../model/first-look.ts';
import { type FetchedFinding, fetchedSchema, type LiveFinding } from '../../model/investigation.ts';
import { MalformedError, parsed } from '../../model/parse.ts';
import { securityCommandCenter } from '../activities.ts';
import { type CaseFile, findingOf, note } from '../case-file.ts';
import { imageSuspected } from '../playbooks/select-playbook.ts';
import { answeredSealedGrants } from '../../model/grants.ts';
import { asksGrants } from './grants.ts';
import { attempt, branchOf, pending, reasonOf } from './reading.ts';
import { unsealed } from './seals.ts';

const lookParts = ['finding', 'settings', 'related', 'logs', 'identity', 'traffic'] as const;

/** Of what no first look has brought anything. */
export const nothingAround: Surroundings = { settings: pending, related: pending, logs: pending };

/** Fetches the finding live, and what answers at once about its resource; what is pending is to be asked for on its own. */
export async function takeFirstLook(file: CaseFile): Promise<Surroundings> {
  let around = nothingAround;
  const { correlationBefore, correlationAfter } = file.input.times;
  const imageSuspect = imageSuspected(findingOf(file));
  await confirm(file, async (identity, limit) => {
    const answer = await securityCommandCenter('Fetch the finding from SCC, look around it', limit).takeFirstLook({
      ...identity,
      correlation: { correlationBefore, correlationAfter },
      imageSuspect,
      knownGood: file.input.rails.knownGood,
      ...(asksGrants(file.input) && { asksGrants: true }),
    });
    // Each part on its own: one that is malformed takes no other with it.
    const { fetched, settings, related, logs, grants } = unsealed(file, lookParts, firstLookParts, answer);
    around = {
      settings: branchOf(answeredSettings, settings),
      related: branchOf(answeredRelated, related),
      logs: branchOf(answeredLogs, logs),
      ...(grants !== undefined && { grants: branchOf(answeredSealedGrants, grants) }),
    };
    return parsed(fetchedSchema, fetched, 'answer');
  });
  // What the logs were asked hangs on what kind of finding it is.
  return imageSuspected(findingOf(file)) === imageSuspect ? around : { ...around, logs: pending };
}

/** Fetches the finding live, and nothing else; an answer that came late is taken over instead of asking again. */
export async function fetchFinding(file: CaseFile): Promise<void> {
  await confirm(file, async (identity, limit) =>
    file.lateAnswer === null
      ? unsealed(
          file,
          ['finding'],
          fetchedSchema,
          await securityCommandCenter('Fetch the finding from SCC', limit).fetchFinding(identity),
        )
      : unsealed(file, ['finding'], fetchedSchema, file.lateAnswer.answer),
  );
}

/** Asks for the finding. What SCC does not bear out is said, and nothing is offered on it. */
async function confirm(
  file: CaseFile,
  ask: (identity: FindingIdentity, limitSeconds: number) => Promise<LiveFinding | null>,
): Promise<void> {
  file.investigatingSince = Date.now();
  const identity = {
    ...identityOf(findingOf(file)),
    ...(file.fetched?.confirmation !== 'confirmed' && { name: file.named }),
  };
  try {
    takeOver(file, await ask(identity, file.input.times.investigationBudget / 2));
  } catch (error) {
    const detail = error instanceof MalformedError ? error.message : `SCC does not answer: ${reasonOf(error)}`;
    lookAgainWhenAnswered(file, identity);
    if (file.fetched?.confirmation === 'confirmed') {
      // An outage takes back nothing that SCC has said to this run.
      note(file, `${detail}; what it said before stands`);
      return;
    }
    file.fetched = { confirmation: 'unavailable', detail, ...unconfirmed(file) };
    note(file, `not confirmed by SCC: ${detail}`);
  }
}

/** Takes over what SCC says of the finding; null where it has none of that identity, and another's is none either. */
function takeOver(file: CaseFile, live: LiveFinding | null): void {
  file.lateAnswer = null;
  if (live === null || live.finding.caseId !== file.input.finding.caseId) {
    const detail = 'SCC has no such finding';
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
function lookAgainWhenAnswered(file: CaseFile, identity: FindingIdentity): void {
  const { expiry } = file.input.times;
  const ask = () => securityCommandCenter('Wait for SCC', expiry).fetchFinding(identity);
  void attempt<unknown>(ask).then((late) => {
    if (late.status !== 'answered') return;
    // What was reported meanwhile may be newer than this answer.
    if (file.observed === null) file.lateAnswer = { answer: late.value };
    file.observed ??= file.input.observation;
  });
}
