import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { fromTableCsv } from '../../../src/formats/tables/table-csv.js';
import { dstarEfficiency } from '../../../src/physics/dstar.js';
import { DEMO_CUT } from '../../../src/studies/pid/demo-files.js';
import { pidDemo } from '../../../src/studies/pid/demo.js';
import { pidSchema } from '../../../src/studies/pid/schema/schema.js';
import { sha256File } from '../../../src/base/hash.js';
import { temporaryFolder } from '../../helpers/toy-run.js';

const home = temporaryFolder();

describe('the demo', () => {
  test('writes the same study and events every time, and the known ratios', async () => {
    const [a, b] = await Promise.all(['a', 'b'].map((name) => pidDemo.write(path.join(home, name), { quick: true })));
    for (const name of ['data.parquet', 'simulation.parquet', 'known-ratios-K.csv', 'pid.yaml'])
      expect(await sha256File(path.join(path.dirname(a), name))).toBe(
        await sha256File(path.join(path.dirname(b), name)),
      );
    expect(pidSchema.parse({ ...(parse(readFileSync(a, 'utf8')) as object) })).toHaveProperty(['tables']);
    const known = fromTableCsv(readFileSync(path.join(path.dirname(a), 'known-ratios-K.csv'), 'utf8'));
    expect(known.cells).toHaveLength(5 * 4 * 2);
    // The mean over a bin lies between the values at its corners: the efficiency is monotone in p inside it.
    const at = (sample: 'data' | 'simulation', p: number) =>
      dstarEfficiency(DEMO_CUT, sample, { truth: 'K', p, cosTheta: 0, charge: -1 });
    const ratio = known.cells[4 * 2 * 3 + 2].value;
    const ends = [2, 3].map((p) => at('data', p) / at('simulation', p));
    expect(ratio).toBeGreaterThan(Math.min(...ends) - 0.02);
    expect(ratio).toBeLessThan(Math.max(...ends) + 0.02);
  });
});

test.each(['docs/pid.md', 'README.md', 'examples/pid/dstar.yaml'])('the studies of %s are studies', (file) => {
  const text = readFileSync(file, 'utf8');
  const blocks = file.endsWith('.yaml')
    ? [text]
    : [...text.matchAll(/```yaml\n(study: pid\n[\s\S]*?)```/g)].map((m) => m[1]);
  expect(blocks.length).toBeGreaterThan(0);
  for (const block of blocks) expect(pidSchema.parse(parse(block)).modes).toHaveProperty(['Dst']);
});
