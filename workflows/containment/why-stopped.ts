import type { Receipt } from '../../model/receipt.ts';

/** What came of an action that nobody took up: there is no receipt of it. */
export const notTakenUp = { result: 'not-taken-up', detail: 'no respond worker took it up in time' } as const;

/** Why a plan was stopped at an action, in words that need nothing but what came of the action: so that who checks the plan for the rest finds the same. */
export function whyStopped({
  result,
  detail,
}: Pick<Receipt, 'result' | 'detail'> | typeof notTakenUp): string | undefined {
  switch (result) {
    case 'would-change':
      return 'not done: respond runs as a dry run now';
    case 'refused':
      return `refused: ${detail}`;
    case 'halted':
      return `${detail}; it can be approved again when somebody has resumed`;
    case 'governed':
      return `${detail}, which the approval does not last for`;
    case 'not-taken-up':
      return `the approval was not acted on in time: ${detail}`;
    case 'failed':
      return `failed: ${detail}`;
    case 'changed':
    case 'already-so':
      return undefined;
  }
}
