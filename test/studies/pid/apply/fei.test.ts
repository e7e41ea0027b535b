import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readWeightTables } from '../../../../src/formats/tables/read-tables.js';
import { applyTables } from '../../../../src/studies/pid/apply/apply-tables.js';
import { datamc } from '../../../helpers/command.js';
import { folder, read, write } from './events.js';

const dir = folder('fei');
// Columns as basf2's sysvar knows them, in three spellings; numbers are made up.
const NEW = `PDG,mcPDG,threshold,dec_mode,data_MC_ratio,data_MC_uncertainty_stat_up,data_MC_uncertainty_stat_dn,data_MC_uncertainty_sys_up,data_MC_uncertainty_sys_dn
521,521,0.001,mode3,0.8,0.01,0.01,0.02,0.02
521,521,0.001,rest,0.5,0.05,0.05,0.01,0.01
521,521,0.001,mode1,0.9,0.02,0.02,0.03,0.03
`;
const OLD = `Btag,sig_prob_threshold,dec_mode,cal,cal_stat_error,cal_sys_error
B+,0.001,mode3,0.8,0.01,0.02
B-,0.001,rest,0.5,0.05,0.01
B+,0.001,mode1,0.9,0.02,0.03
`;
const OLDER = `Btype,sig prob cut,mode,cal factor,error
B+,0.001,mode3,0.8,0.03
B+,0.001,rest,0.5,0.06
B+,0.001,mode1,0.9,0.05
`;
const files = { new: NEW, old: OLD, older: OLDER };
for (const [name, text] of Object.entries(files)) await writeFile(join(dir, `${name}.csv`), text);
const input = await write(join(dir, 'tags.parquet'), {
  Btag_PDG: [521, -521, 521, 521, 511],
  Btag_dec_mode: [1, 3, 2, 20, 1],
});

test.each(Object.keys(files))(
  'spelling "%s": modes by number, the rest by its own weight, other tags without',
  async (name) => {
    const output = join(dir, `${name}.parquet`);
    const product = join(dir, `${name}.csv`);
    const result = await applyTables({ product, input, output, weights: { particles: [{ prefix: 'Btag' }] } });
    const { Btag_Weight } = await read(output, ['Btag_Weight'], join(dir, 'cache'));
    expect([...Btag_Weight]).toEqual([0.9, 0.8, 0.5, 0.5, NaN]);
    expect(result).toMatchObject({ particles: { Btag_: { matched: 4, unmatched: { 'no table for PDG 511': 1 } } } });
    const [{ order, rest }] = await readWeightTables(product);
    expect(order).toEqual([2, 3, 0]);
    expect(rest?.value).toBe(0.5);
  },
);

test('a covariance follows the rows of the file: its eigenvectors show in the variations', async () => {
  const s = [0.01, 0.05, 0.02];
  await writeFile(join(dir, 'cov.csv'), s.map((x) => s.map((y) => x * y).join()).join('\n'));
  const output = join(dir, 'varied.parquet');
  const weights = { particles: [{ prefix: 'Btag_' }], variations: 1, covariance: join(dir, 'cov.csv') };
  await applyTables({ product: join(dir, 'new.csv'), input, output, weights });
  const { Btag_Weight_0: w } = await read(output, ['Btag_Weight_0'], join(dir, 'cache'));
  const z = (w[1] - 0.8) / 0.01;
  expect(w[0]).toBeCloseTo(0.9 + 0.02 * z, 12);
  expect(w[2]).toBeCloseTo(0.5 + 0.05 * z, 12);
});

test('a mode twice, a mode that is none: two lines and exit 2; other formats have no place for it', async () => {
  const file = join(dir, 'bad.csv');
  for (const text of [OLD.replace('mode3', 'mode1'), OLD.replace('mode3', 'pions')]) {
    await writeFile(file, text);
    const said = await datamc('apply', file, input, join(dir, 'o.parquet'), '--particle', 'prefix=Btag_');
    expect(said.status).toBe(2);
    expect(said.err.trimEnd().split('\n')).toHaveLength(2);
  }
  const said = await datamc('pid', 'convert-table', join(dir, 'new.csv'), join(dir, 'o.json'), '--to', 'correctionlib');
  expect(said.err).toContain('a calibration of decay modes');
});
