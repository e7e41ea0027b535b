import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { JsonObject } from '../../../base/json.js';
import { makeFolder } from '../../../base/make-folder.js';
import { openStore } from '../../../events/store.js';
import type { TaskContext } from '../../../runs/task.js';
import { axesOf } from '../tables/axes.js';
import { asResult, keepFigures, styleOf, type CommonParams } from '../common.js';
import { rocFigures } from './draw-roc.js';
import { symbol } from '../tables/draw-rates.js';
import type { RocTaskResult } from '../report/results.js';
import { rocCurves } from './roc-curves.js';
import { areaOf, pointsOf, rocCsv, rocResult } from './roc-result.js';
import { probeSources } from '../sources.js';
import type { RocSettings } from '../schema/table-schema.js';
import { fileWord } from '../report/words.js';

export interface RocParams extends CommonParams {
  readonly curve: RocSettings;
  readonly index: number;
}

/** Task: efficiency against misidentification rate of both samples while the threshold moves, in bins. */
export async function rocTask(context: TaskContext): Promise<JsonObject> {
  const params = context.params as unknown as RocParams;
  const { curve, index, label } = params;
  const store = await openStore({ cache: context.cache, threads: context.threads });
  try {
    const of = (particle: string, sample: 'data' | 'simulation') =>
      probeSources(store, context, params, particle, sample);
    const samples = [];
    for (const name of ['data', 'simulation'] as const)
      samples.push({ name, signal: await of(curve.signal, name), background: await of(curve.background, name) });
    const quantiles = samples[0].signal.map((s) => ({ table: s.table, weight: s.weight, where: s.select }));
    const axes = await axesOf(curve.binning, quantiles);
    const found = await rocCurves({
      samples,
      variable: curve.variable,
      axes,
      precut: curve.precut,
      points: curve.points,
      places: { variable: `roc[${index}].variable`, precut: `roc[${index}].precut` },
    });
    const name = curve.name ?? `roc_${fileWord(curve.variable)}_${curve.signal}_${curve.background}`;
    for (const [sample, count] of Object.entries(found.left))
      if (count > 0)
        context.warn(
          `candidates outside the bins of ${name}, or without a value of ${curve.variable}, in ${sample}`,
          count,
        );
    const figures = rocFigures(
      name,
      found,
      { signal: curve.signal, background: curve.background },
      {
        ...styleOf(label, context.quick),
        points: curve.points,
        logX: true,
      },
    );
    const drawn = found.bins.flatMap((bin, cell) =>
      bin.curves.flatMap(({ sample, curve: c }) =>
        c ? [{ where: found.bins.length > 1 ? `${sample}.${cell + 1}` : sample, curve: c }] : [],
      ),
    );
    for (const { where, curve: c } of drawn)
      if (c.flags.length > 0)
        context.warn(`${name} in ${where}: weights without a positive sum: ${c.flags.join(', ')}`);
    const out = path.join(context.dir, 'roc');
    await makeFolder(out);
    const product = { variable: curve.variable, signal: curve.signal, background: curve.background };
    await writeFile(path.join(out, `${name}.csv`), rocCsv(found));
    await writeFile(
      path.join(out, `${name}.json`),
      `${JSON.stringify({ ...product, precut: curve.precut, bins: rocResult(found, curve.points) })}\n`,
    );
    const result: RocTaskResult = {
      name,
      title: `${curve.variable}: ${symbol(curve.signal)} against ${symbol(curve.background)}`,
      auc: Object.fromEntries(drawn.map(({ where, curve: c }) => [where, areaOf(c)])),
      points: drawn.flatMap(({ where, curve: c }) => pointsOf(c, curve.points).map((p) => ({ where, ...p }))),
      figures: await keepFigures(context.dir, figures),
    };
    return asResult(result);
  } finally {
    await store.close();
  }
}
