import { digestOf } from '../../model/digest.ts';
import { cut } from '../../model/display.ts';
import { type Answered, type Indicator, type Reputation, reputationsSchema } from '../../model/investigation.ts';
import { parsed } from '../../model/parse.ts';
import { virusTotal } from '../activities.ts';
import { type CaseFile, findingOf } from '../case-file.ts';
import { playbookFor } from '../playbooks/select-playbook.ts';
import { attempt, type Branches, isUnanswered, reading, settled } from './reading.ts';

/** What VirusTotal was asked by what the message says, while SCC is asked whether that is so. */
export interface AskedAhead {
  readonly indicators: readonly Indicator[];
  readonly answers: Promise<Answered<Answers>>;
}

/** By indicator; null where there is no answer now. */
type Answers = readonly (Reputation | null)[];

/** Asks about the indicators that are known so far, of a finding that is active as far as is known. */
export function askAhead(file: CaseFile): AskedAhead | undefined {
  const finding = findingOf(file);
  const indicators = playbookFor(finding).lookUp(finding);
  if (indicators.length === 0 || finding.state === 'INACTIVE' || finding.mute === 'MUTED') return undefined;
  return { indicators, answers: attempt(() => lookUp(indicators, file.input.times.investigationBudget, false)) };
}

/** Asks about all indicators at once; for those that get no answer now, once more with patience. */
export async function askReputation(
  file: CaseFile,
  branches: Branches,
  indicators: readonly Indicator[],
  ahead: AskedAhead | undefined,
): Promise<void> {
  if (indicators.length === 0) return;
  let asked = ahead !== undefined && digestOf(ahead.indicators) === digestOf(indicators) ? ahead.answers : undefined;
  const set = (answer: Answered<Answers>): void => {
    branches.reputation = indicators.map((indicator, index) => {
      if (answer.status !== 'answered')
        return branches.reputation[index]?.status === 'answered' ? branches.reputation[index] : answer;
      const value = answer.value[index];
      return value
        ? { status: 'answered', value }
        : { status: 'pending', reason: `VirusTotal gave no answer yet about ${cut(indicator.value, 200)}` };
    });
  };
  let patient = false;
  const ask = async (limit: number) => {
    const answers = await (asked === undefined ? lookUp(indicators, limit, patient) : asked.then(settled));
    asked = undefined;
    if (isUnanswered(answers)) return answers;
    if (patient || !answers.includes(null)) return answers;
    set({ status: 'answered', value: answers });
    patient = true;
    return { status: 'pending', reason: 'its quota is used up or it does not answer' } as const;
  };
  await reading(file, branches, 'reputation', ask, set);
}

async function lookUp(indicators: readonly Indicator[], limitSeconds: number, patient: boolean): Promise<Answers> {
  const summary = `Ask VirusTotal about ${indicators.length} indicators`;
  return parsed(
    reputationsSchema,
    await virusTotal(summary, limitSeconds).lookUpReputation({ indicators, patient }),
    'answer',
  );
}
