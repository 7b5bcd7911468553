import { test } from 'vitest';
import { playSilence } from './support/play-silence.ts';

test('findings reported while Temporal is away for some seconds: one case each when it is back, without anybody', async () => {
  await playSilence(5, 4);
});
