import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take longest come first, so that no core waits at the end for one that began late. */
const LONG = [
  'test/studies/correction/e2e',
  'test/docs/tutorial',
  'test/studies/pid/e2e',
  'test/cli/datamc',
  'test/studies/pid/killed',
  'test/density/coverage',
  'test/studies/pid/workflows',
  'test/studies/pid/peakless-modes',
];

class LongestFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = LONG.findIndex((name) => moduleId.includes(name));
      return place < 0 ? LONG.length : place;
    };
    return Promise.resolve([...files].sort((a, b) => rank(a) - rank(b)));
  }
}

/**
 * Rooms that leave their process as it was: their files share one, which saves loading everything for each. (ONNX Runtime does not: it
 * switches the processor to treat subnormal numbers as zero.)
 */
const TIDY = ['base', 'stats', 'hist', 'events', 'figures'].map((room) => `test/${room}/**/*.test.ts`);
const ELSEWHERE = ['test/interop/**', 'test/browser/**', 'test/slurm/**'];

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'alone', include: ['test/**/*.test.ts'], exclude: [...ELSEWHERE, ...TIDY] } },
      { extends: true, test: { name: 'together', include: TIDY, isolate: false } },
    ],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    reporters: [['default', { summary: false }]],
  },
});
