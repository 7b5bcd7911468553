import { afterAll, beforeAll, test, vi } from 'vitest';
import { rungRows, startRungPlayer } from './support/rungs.ts';

vi.setConfig({ maxConcurrency: 6 });

let player: Awaited<ReturnType<typeof startRungPlayer>>;
beforeAll(async () => {
  player = await startRungPlayer();
});
afterAll(() => player.close());

test.concurrent.each(rungRows)(
  '%s: proposed, approved, in place, and back as it was or refused in words',
  (_kind, rung) => player.thereAndBack(rung),
);
