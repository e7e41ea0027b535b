import path from 'node:path';
import type { JsonObject } from '../../../base/json.js';
import { weightColumns } from '../../../fit/weight-columns.js';
import { writeWeights } from '../../../formats/weights-file.js';
import { classifierSPlot, type ClassifierSPlot } from '../../../models/classifier-splot.js';
import { provenanceStamp } from '../../../runs/provenance.js';
import type { TaskContext } from '../../../runs/task.js';
import { asResult, keepFigures, styleOf } from '../common.js';
import type { FitTaskResult } from '../report/results.js';
import { dependences, readFeatures, readSpecies, type ClassifyParams, type ReadSample } from './classifier-events.js';
import { drawOutput, summaryOf } from './classifier-summary.js';
import { keepColumns, OUTPUT, PART } from './written-columns.js';

/** Passes over simulation in a `--quick` run. */
const QUICK = 8;

/**
 * Task: sWeights of a mode without a peak. A classifier of simulated signal against simulated backgrounds, its output fitted in data by
 * the templates of simulation, sWeights in the output for both samples. The systematic variant is another training with
 * half as many bins; replicas of the templates tell their statistics.
 */
export async function classifyTask(context: TaskContext): Promise<JsonObject> {
  const params = context.params as unknown as ClassifyParams;
  const { mode, label } = params;
  const { bins, folds, replicas, hidden, epochs } = mode.fit.classifier;
  const species = await readSpecies(context, params);
  const data = await readFeatures(context, params, 'data');
  const [signal, ...backgrounds] = species;
  const train = (name: string, options: { readonly bins: number; readonly replicas: number }) =>
    classifierSPlot(signal, backgrounds, data, {
      key: context.key.split(name),
      network: { hidden },
      epochs: context.quick ? Math.min(epochs, QUICK) : epochs,
      folds,
      threads: context.threads,
      ...options,
    });
  const nominal = await train('nominal', { bins, replicas });
  context.progress(1, 2, 'trainings');
  const systematic = await train('systematic', { bins: Math.max(4, Math.round(bins / 2)), replicas: 0 });
  context.progress(2, 2, 'trainings');
  await keepColumns(
    context.dir,
    'data',
    columnsOf(nominal, systematic, data.count, [[data, nominal.output, systematic.output]]),
  );
  const count = (context.input(`prepare/${mode.name}/simulation`).result as { used: number }).used;
  const parts = species.map((s, i) => [s, nominal.simulated[i], systematic.simulated[i]] as const);
  const part = new Float64Array(count).fill(-1);
  species.forEach(({ rows }, i) => rows.forEach((row) => (part[row] = i)));
  const simulated = columnsOf(nominal, systematic, count, parts);
  await keepColumns(context.dir, 'simulation', { ...simulated, [PART]: part });
  const weight = mode.weights.data;
  await writeWeights(path.join(context.dir, 'weights.json'), {
    mode: mode.name,
    variable: OUTPUT,
    variants: { nominal: nominal.variants['nominal'] },
    provenance: provenanceStamp(context.provenance),
    ...(weight === undefined ? {} : { weight }),
  });
  const { tests, reasons } = await dependences(context, params, species, nominal.simulated);
  for (const reason of reasons) context.warn(`weights of ${mode.name} may not be trusted: ${reason}`);
  const independent = {
    message: reasons.length
      ? reasons.join('; ')
      : `the output is independent of what is measured, in ${tests} tests in simulation`,
    passed: reasons.length === 0,
  };
  const told = summaryOf(nominal, data, species);
  const summary = { ...told, checks: [...told.checks, independent] };
  const style = styleOf(label, context.quick);
  const figure = drawOutput(nominal, data, summary, mode, style);
  const fits = { nominal: summary, systematic: summaryOf(systematic, data, species) };
  const result: FitTaskResult = { fits, figures: await keepFigures(context.dir, [figure]) };
  return asResult(result);
}

type Part = readonly [Pick<ReadSample, 'rows' | 'weights'>, Float64Array, Float64Array];

/** Columns of weights of all rows of a sample: 0 where there is no output. */
function columnsOf(
  nominal: ClassifierSPlot,
  { variants: { nominal: other } }: ClassifierSPlot,
  count: number,
  parts: readonly Part[],
): Record<string, Float64Array> {
  const columns: Record<string, Float64Array> = {};
  const { nominal: first, ...replicas } = nominal.variants;
  for (const [{ rows, weights }, output, systematic] of parts) {
    const found = {
      ...weightColumns({ nominal: first }, output, { weights }),
      sWeight_systematic: weightColumns({ nominal: other }, systematic, { weights })['sWeight_nominal'],
      ...weightColumns({ nominal: first, ...replicas }, output, { weights }),
    };
    for (const [name, values] of Object.entries(found)) {
      columns[name] ??= new Float64Array(count);
      rows.forEach((row, i) => (columns[name][row] = values[i]));
    }
    columns[OUTPUT] ??= new Float64Array(count).fill(NaN);
    rows.forEach((row, i) => (columns[OUTPUT][row] = output[i]));
  }
  return columns;
}
