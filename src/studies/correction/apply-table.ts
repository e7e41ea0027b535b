import { userError } from '../../base/error.js';
import { evaluateCorrection } from '../../formats/correctionlib/evaluate.js';
import { readCorrectionSet } from '../../formats/correctionlib/file.js';
import { VARIATIONS } from '../../formats/correctionlib/transfer-map.js';
import { addedColumns, FLAG, type Corrector } from './corrector.js';

/** A corrector from `correction.json`: the last input is the variable, those between it and `variation` are given. */
export async function tableCorrector(file: string): Promise<Corrector> {
  const [correction] = (await readCorrectionSet(file)).corrections;
  const inputs = correction?.inputs ?? [];
  if (!correction || inputs[0]?.name !== 'variation')
    throw userError({
      code: 'correction.not-a-product',
      message: 'this correctionlib file is not a correction of columns',
      path: file,
      expected: 'correction.json of a correction run',
    });
  const given = inputs.slice(1, -1).map((i) => i.name);
  const variable = inputs[inputs.length - 1].name;
  const names = addedColumns(variable);
  return {
    columns: [variable, ...given],
    define: {},
    ahead: 1,
    async correct(block, coverage) {
      const x = block['x0'];
      const at = given.map((_, j) => block[`x${j + 1}`]);
      const flags = x.map((value, row) =>
        Number.isFinite(value) && at.every((c) => Number.isFinite(c[row])) ? FLAG.corrected : FLAG.unchanged,
      );
      const evaluate = (variation: string): Float64Array =>
        evaluateCorrection(correction, {
          variation,
          [variable]: x.map((v, row) => (flags[row] === FLAG.unchanged ? 1 : v)),
          ...Object.fromEntries(
            given.map((name, j) => [name, at[j].map((v, row) => (flags[row] === FLAG.unchanged ? 1 : v))]),
          ),
        });
      const [nominal, up, down] = VARIATIONS.map((v) =>
        evaluate(v).map((value, row) => (flags[row] === FLAG.unchanged ? x[row] : value)),
      );
      // The file knows no domain, but what a logarithm cannot take is in it as it came, without a band.
      x.forEach((value, row) => {
        if ([nominal, up, down].every((column) => column[row] === value)) flags[row] = FLAG.unchanged;
      });
      coverage.rows += x.length;
      for (const flag of flags) {
        if (flag === FLAG.unchanged) coverage.unchanged++;
        else coverage.corrected++;
      }
      return { [names.nominal]: nominal, [names.up]: up, [names.down]: down, [names.flag]: Uint8Array.from(flags) };
    },
    close: async () => undefined,
  };
}
