import { defineConfig } from 'vitest/config';

const left = ['**/node_modules/**', ...(process.env['FIREBREAK_TEST_ALL'] ? [] : ['**/*.long.test.ts'])];
/** Tests of these need no Temporal server, and leave nothing behind that the next would meet: they share their process. */
const parts = ['model', 'workflows', 'runtime', 'activities', 'sandbox'].map((folder) => `${folder}/**/*.test.ts`);

export default defineConfig({
  test: {
    // More than the usual two cores: much of what they do is waiting.
    maxWorkers: 3,
    projects: [
      { test: { name: 'parts', include: parts, exclude: left, isolate: false, ...patience() } },
      {
        test: {
          name: 'whole',
          include: ['**/*.test.ts'],
          exclude: [...left, ...parts],
          globalSetup: ['test/support/global-setup.ts'],
          ...patience(),
        },
      },
    ],
  },
});

/** Generous, for machines that are busy: nothing here is a measurement. Milliseconds. */
function patience() {
  return { testTimeout: 240_000, hookTimeout: 240_000 };
}
