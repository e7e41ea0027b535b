import { DatamcError, userError } from '../../base/error.js';
import { didYouMean } from '../../base/near.js';
import { flowSpec } from '../../models/flow-spec.js';
import { addedColumns } from './corrector.js';
import { sampleNames, type SampleName } from './prepare.js';
import type { ResolvedFlow } from './resolve-flow.js';
import type { CorrectionStudy } from './schema.js';
import { fileName } from './words.js';

/** What a study asks that cannot be: found before anything runs. */
export function check(study: CorrectionStudy): void {
  for (const name of Object.keys(study.samples))
    if (!sampleNames.includes(name as SampleName))
      throw userError({
        code: 'correction.sample',
        message: `unknown sample "${name}"`,
        path: `samples.${name}`,
        expected: 'simulation and data',
        hint: didYouMean(name, sampleNames),
      });
  for (const name of sampleNames)
    if (!study.samples[name])
      throw userError({
        code: 'correction.sample',
        message: `no sample "${name}"`,
        path: 'samples',
        expected: 'simulation and data',
      });
  if (study.method === 'quantile' && (study.variables.length > 1 || study.given.length > 0))
    throw userError({
      code: 'correction.quantile',
      message: 'method "quantile" corrects one variable with nothing given',
      path: 'method',
      got: `${study.variables.length} variables, ${study.given.length} given`,
      hint: 'method: flow does both',
    });
  const columns = [...study.variables, ...study.given].map((c) => c.column);
  const twice = columns.find((c, i) => columns.indexOf(c) !== i);
  if (twice !== undefined)
    throw userError({
      code: 'correction.twice',
      message: `"${twice}" is named twice`,
      path: 'variables',
      expected: 'each column once, to correct or given',
    });
  const written = study.variables.map((v) => fileName(v.column));
  const second = written.findIndex((name, i) => written.indexOf(name) !== i);
  if (second >= 0) {
    const [one, other] = [written.indexOf(written[second]), second].map((i) => study.variables[i].column);
    throw userError({
      code: 'correction.same-name',
      message: `"${one}" and "${other}" would both be written as "${addedColumns(other).nominal}"`,
      path: `variables[${second}].column`,
      expected: 'variables that differ in letters, digits and underscores',
      hint: 'give one another name in "define"',
    });
  }
  for (const name of Object.keys(study.truth))
    if (!study.variables.some((v) => v.column === name))
      throw userError({
        code: 'correction.truth',
        message: `"${name}" is not a variable of this study`,
        path: `truth.${name}`,
        hint: didYouMean(
          name,
          study.variables.map((v) => v.column),
        ),
      });
}

/** That the settings make a flow, told before anything is read. @throws userError `models.flow-spec` */
export function checkFlow(flow: ResolvedFlow, { variables, given }: CorrectionStudy): void {
  const { kind, transforms, bins, bound, tails, hidden, activation } = flow;
  const sizes = { features: variables.length, context: given.length };
  try {
    flowSpec({ kind, transforms, bins, bound, tails, hidden, activation, ...sizes });
  } catch (error) {
    throw error instanceof DatamcError ? userError({ ...error.data, path: 'flow' }) : error;
  }
}
