import { afterAll, beforeAll, describe, test, vi } from 'vitest';
import { rungRows, startRungPlayer } from './support/rungs.ts';
import { nameOf, pairwiseWorlds } from './support/worlds.ts';

vi.setConfig({ maxConcurrency: 6 });

// The world of the defaults is in every-rung.long.test.ts.
describe.each(
  pairwiseWorlds()
    .slice(1)
    .map((world) => [nameOf(world), world] as const),
)('%s', (_name, world) => {
  let player: Awaited<ReturnType<typeof startRungPlayer>>;
  beforeAll(async () => {
    player = await startRungPlayer(world);
  });
  afterAll(() => player.close());

  test.concurrent.each(rungRows)('%s there and back', (_kind, rung) => player.thereAndBack(rung));
});
