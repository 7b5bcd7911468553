import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freePortBase } from '../../local/ports.ts';
import { raceUp } from './support/race-up.ts';

test('four up race for one state folder, five times, after a good end and after a kill: each time one runs', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'firebreak race '));
  const port = await freePortBase();
  for (const end of ['SIGINT', 'SIGKILL', 'SIGTERM', 'SIGKILL', 'SIGINT'] as const) {
    const winner = await raceUp(join(folder, 'state'), port, 4);
    winner.child.kill(end);
    expect(await winner.exited).toBe(end === 'SIGKILL' ? null : 0);
  }
  await rm(folder, { recursive: true, maxRetries: 5 });
}, 600_000);
