import { afterAll, beforeAll, test, vi } from 'vitest';
import { rows } from './support/detector-fixtures.ts';
import { answered, startWorld, type World } from './support/detector-fixtures-run.ts';

vi.setConfig({ maxConcurrency: 12 });

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const named = rows.map((row) => [row.name, row] as const);
test.concurrent.each(named)('%s: from Pub/Sub to contained, and back as it was', async (_name, row) => {
  await answered(world, row);
});
