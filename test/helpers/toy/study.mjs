// A study of its own, named in a study file by its path: `study: ./study.mjs`.
import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { studyHead } from '../../../dist/studies/head.js';
import { binning, fitParameter } from '../../../dist/studies/values.js';
import { toyPlan } from './plan.mjs';
import { tasks } from './tasks.mjs';

export const study = {
  name: 'toy',
  title: 'adds random numbers to numbers',
  schema: studyHead.extend({
    study: z.string(),
    blocks: z.int().min(1).default(4).describe('how many blocks'),
    steps: z.int().min(1).default(3),
    delay: z.number().min(0).default(0),
    mode: z.enum(['sum', 'mean']).default('sum'),
    allowFailed: z.number().min(0).max(1).optional(),
    bins: binning.optional(),
    peak: fitParameter.optional(),
    fail: z.record(z.string(), z.enum(['user', 'crash', 'kill', 'once', 'nan'])).default({}),
  }),
  plan: ({ samples, blocks, steps, delay, fail, allowFailed }, { quick }) =>
    toyPlan({
      files: Object.values(samples).flatMap((s) => s.files),
      blocks,
      steps: quick ? 1 : steps,
      delay,
      fail,
      allowFailed,
    }),
  tasks,
  tasksModule: new URL('./tasks.mjs', import.meta.url),
  async apply({ input, output, replicas, warn }) {
    warn('outside the table', 3);
    await writeFile(output, `${input} ${replicas}\n`);
    return { rows: 10, coverage: { inside: 7, outside: 3 } };
  },
};
