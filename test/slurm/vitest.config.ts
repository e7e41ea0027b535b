import { defineConfig } from 'vitest/config';

// eslint-disable-next-line no-restricted-syntax -- the form that vitest wants
export default defineConfig({
  test: {
    include: ['test/slurm/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    reporters: [['default', { summary: false }]],
  },
});
