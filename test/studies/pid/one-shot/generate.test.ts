import path from 'node:path';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { GENERATED, pidGenerate } from '../../../../src/studies/pid/one-shot/generate.js';
import { userErrorOf } from '../../../events/helpers/scratch.js';
import { datamc } from '../../../helpers/command.js';
import { temporaryFolder } from '../../../helpers/toy-run.js';

const dir = temporaryFolder();
const at = (name: string): string => path.join(dir, name);

test('every mode that is offered is written, the same for the same seed', async () => {
  for (const mode of GENERATED) {
    const { rows, columns } = await pidGenerate(mode, at('a.parquet'), { events: 50 });
    expect([rows, columns.includes('isSignal')]).toEqual([50, true]);
    await pidGenerate(mode, at('b.parquet'), { events: 50 });
    expect(readFileSync(at('a.parquet')).equals(readFileSync(at('b.parquet')))).toBe(true);
    await pidGenerate(mode, at('b.parquet'), { events: 50, sample: 'simulation' });
    expect(readFileSync(at('a.parquet')).equals(readFileSync(at('b.parquet')))).toBe(false);
  }
});

test('what is asked for is in the file', async () => {
  const plain = await pidGenerate('Dst', at('a.csv'), { events: 5, truth: false });
  expect(plain.columns.filter((name) => /mcPDG|isSignal|LogL/.test(name))).toEqual([]);
  const said = await datamc('pid', 'generate', 'KS', at('c.csv'), '--events', '3', '--likelihoods');
  expect([said.status, said.out.trim()]).toEqual([0, `${at('c.csv')}  3 rows, 114 columns`]);
  expect(readFileSync(at('c.csv'), 'utf8').trim().split('\n')).toHaveLength(4);
  expect(await userErrorOf(() => pidGenerate('Dts', at('x.csv')))).toMatchObject({
    code: 'generate.mode',
    hint: expect.stringContaining('"Dst"') as unknown,
  });
});
