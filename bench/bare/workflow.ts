import { condition, defineUpdate, proxyActivities, setHandler } from '@temporalio/workflow';

/** The no-op activities. */
export interface BareActivities {
  step(number: number): Promise<number>;
}

export const decide = defineUpdate<string, [string]>('decide');

const { step } = proxyActivities<BareActivities>({ startToCloseTimeout: '1 minute' });

/** The yardstick: one wait bounded by a timer, one update, six activities one after the other, nothing else. */
export async function bare(): Promise<number> {
  let decision: string | undefined;
  setHandler(decide, (given) => {
    decision = given;
    return 'accepted';
  });
  await condition(() => decision !== undefined, '1 hour');
  let sum = 0;
  for (let number = 1; number <= 6; number += 1) sum += await step(number);
  return sum;
}
