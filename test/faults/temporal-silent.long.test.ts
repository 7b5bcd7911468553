import { test } from 'vitest';
import { playSilence } from './support/play-silence.ts';

test('findings reported while Temporal is away for a minute and a half: one case each when it is back, without anybody', async () => {
  await playSilence(90, 30);
}, 900_000);
