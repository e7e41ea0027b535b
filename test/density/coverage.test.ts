import { describe, expect, it } from 'vitest';
import type { DensitySpec } from '../../src/density/density-spec.js';
import { bandToys, coverage, type Sizes } from './band-toys.js';

/**
 * The numbers of docs/pid-densities.md: `DATAMC_TOYS=20 npx vitest run test/density/coverage.test.ts` prints them, of so many samples
 * of 20 000 events; in an hour.
 */
const many = Number(process.env['DATAMC_TOYS'] ?? 0);
const small = { toys: 8, events: 8000, rows: 800, replicas: 10 };

interface Case {
  readonly toy: keyof typeof bandToys;
  readonly method?: DensitySpec['method'];
  readonly sizes?: Sizes;
  /** What the share lies in, of resampled and of transformed values. */
  readonly within: { readonly resample: readonly [number, number]; readonly transform: readonly [number, number] };
  /** Where the density ends the kernels' bias is largest: least share there. */
  readonly high?: number;
}

// Rows of one sample share its fluctuations: the share scatters by 0.06 to 0.16 from sample to sample. The limits are two and a half
// of the scatter in the mean away from what is found with many samples, or farther: exceeded once in fifty changes of the seeds at worst.
const usual = { resample: [0.56, 0.84], transform: [0.56, 0.84] } as const;
const cases: Readonly<Record<string, Case>> = {
  'an identification': { toy: 'identification', within: usual, high: 0.5 },
  'an atom at its end': { toy: 'atom', within: usual, high: 0.5 },
  'two given columns': {
    toy: 'twoGiven',
    sizes: { ...small, toys: 2, events: 4000 },
    within: { resample: [0.5, 0.84], transform: [0.5, 0.84] },
  },
  'a chain of two variables': {
    toy: many > 0 ? 'chain' : 'smallChain',
    sizes: { ...small, toys: 2, events: 3000, rows: 500 },
    within: { resample: [0.46, 0.84], transform: [0.46, 0.84] },
  },
  'a flow': {
    toy: 'identification',
    method: 'flow',
    sizes: { ...small, toys: 2, events: 3000, rows: 500 },
    within: { resample: [0.45, 0.92], transform: [0.6, 0.99] },
  },
};

describe('the band of new values holds the truth for two rows in three', () => {
  for (const [name, { toy, method = 'kernel', sizes = small, within, high }] of Object.entries(cases))
    it(`${name}: resampled and transformed, over independent samples`, async () => {
      const own = many > 0 ? { toys: many, events: 20_000, rows: 2000, replicas: 10 } : sizes;
      const found = await coverage(bandToys[toy], own, { method });
      if (many > 0) console.log(name, JSON.stringify(found));
      for (const way of ['resample', 'transform'] as const)
        for (const { mean } of found[way]) {
          expect(mean).toBeGreaterThan(within[way][0]);
          expect(mean).toBeLessThan(within[way][1]);
        }
      if (high !== undefined) expect(found.high[0].mean).toBeGreaterThan(high);
    }, 6e6);
});
