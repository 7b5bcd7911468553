import type { Client } from '@temporalio/client';

/** Bytes of the largest payload in the history of a workflow's newest run. */
export async function largestPayload(client: Client, workflowId: string): Promise<number> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const sizes: number[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (value instanceof Uint8Array) sizes.push(value.length);
    else for (const inner of Object.values(value)) walk(inner);
  };
  walk(events);
  return Math.max(...sizes);
}
