import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { control, seedCases } from '../seeded-cases.ts';
import type { BenchSystem } from '../system.ts';

/** Notifications that one intake process takes in a second, from the first pulled to the last acknowledged. */
export interface IntakeRates {
  readonly notifications: number;
  /** Each becomes a case. */
  readonly fresh: number;
  /** The same again, while their cases run. */
  readonly redelivered: number;
  /** Findings that are not threats to Cloud Run. */
  readonly foreign: number;
}

/**
 * Lets notifications pile up while intake is not running, then starts it. Its cases are on a queue that nobody serves: only intake and the
 * Temporal server work.
 */
export async function measureIntake(system: BenchSystem, notifications: number): Promise<IntakeRates> {
  const [template] = await seedCases(system.sandbox, 1);
  if (template === undefined) throw new TypeError('one case was seeded');
  const ids = Array.from({ length: notifications }, () => randomUUID().replaceAll('-', ''));
  const text = JSON.stringify(template.notification);
  const known = template.findingName.split('/').at(-1) ?? '';
  const ours = ids.map((id) => text.replaceAll(known, id));
  const others = ours.map((one) => one.replace('"findingClass":"THREAT"', '"findingClass":"VULNERABILITY"'));
  // The intake of the system ends here, so that what is published piles up.
  await (
    await system.startIntakeAlone()
  )();
  return {
    notifications,
    fresh: await rate(system, ours),
    redelivered: await rate(system, ours),
    foreign: await rate(system, others),
  };
}

async function rate(system: BenchSystem, texts: readonly string[]): Promise<number> {
  for (const text of texts)
    await control(system.sandbox, 'POST', '/messages', { dataBase64: Buffer.from(text).toString('base64') });
  await control(system.sandbox, 'DELETE', '/calls', undefined);
  const stop = await system.startIntakeAlone();
  try {
    let first: { at: number; count: number } | undefined;
    for (;;) {
      const count = await acknowledged(system.sandbox);
      const at = performance.now();
      if (count > 0) first ??= { at, count };
      if (first !== undefined && count >= texts.length) return ((count - first.count) * 1000) / (at - first.at);
      await pause(50);
    }
  } finally {
    await stop();
  }
}

/** How many messages intake has acknowledged since the calls were forgotten. */
async function acknowledged(sandbox: string): Promise<number> {
  const response = await fetch(`http://${sandbox}/calls?method=Acknowledge`);
  const { calls } = (await response.json()) as { calls: { request: { ackIds?: string[] } }[] };
  return calls.reduce((sum, { request }) => sum + (request.ackIds?.length ?? 0), 0);
}
