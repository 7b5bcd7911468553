import type { Client } from '@temporalio/client';
import { eventsOf, stepsOf } from './history-steps.ts';
import { steadily } from './steadily.ts';

/** Waits until that step is in a case's history; asks no worker. */
export async function addedTo(client: Client, caseId: string, step: string): Promise<void> {
  await steadily(`${caseId} reaches ${step}`, async () => {
    return stepsOf(await eventsOf(client, caseId)).includes(step) ? true : undefined;
  });
}
