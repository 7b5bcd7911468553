import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', ...(process.env['FIREBREAK_TEST_ALL'] ? [] : ['**/*.long.test.ts'])],
    // Generous, for machines that are busy: nothing here is a measurement.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // More than the usual two cores: much of what they do is waiting.
    maxWorkers: 3,
    globalSetup: ['test/support/global-setup.ts'],
  },
});
