import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { JsonObject } from '../../../base/json.js';
import { withTemporaryStore } from '../../../events/temporary-store.js';
import { writeFigure } from '../../../figures/write-figure.js';
import type { Closed } from '../../../hist/cell-counts.js';
import { axesOf } from '../tables/axes.js';
import { rocFigures } from '../curves/draw-roc.js';
import { openCandidates, warnOf, type FileSample, type Probe, type Warn } from './file-sample.js';
import type { TableBinning } from './read-binning.js';
import { rocCurves, type RocCurves, type RocSample } from '../curves/roc-curves.js';
import { rocCsv, rocResult } from '../curves/roc-result.js';

export interface RocOptions {
  /** One sample or both. */
  readonly data?: FileSample | undefined;
  readonly simulation?: FileSample | undefined;
  readonly variable: string;
  readonly signal: Probe;
  readonly background: Probe;
  /** A curve in each bin of these. */
  readonly binning?: TableBinning | undefined;
  readonly closed?: Closed | undefined;
  readonly precut?: string | undefined;
  /** Thresholds that are marked. */
  readonly points?: readonly number[] | undefined;
  readonly steps?: number | undefined;
  readonly logX?: boolean | undefined;
  /** Folder and first part of the names of the figures and of the CSV file: `figures/kaonID`. Nothing is written without it. */
  readonly out?: string | undefined;
  readonly jobs?: number | undefined;
  readonly watermark?: string | undefined;
  readonly warn?: Warn | undefined;
}

/**
 * Efficiency against fake rate while a threshold moves, with statistical bands and those of other weights (`systematics` and
 * `closure` of a sample), of data and simulation: `datamc pid roc`.
 *
 * @example
 * await roc({ data: { files: ['data.parquet'], weight: 'sWeight' }, variable: 'kaonID',
 *   signal: { particle: 'K', prefix: 'D0_K' }, background: { particle: 'pi', prefix: 'D0_pi' } });
 */
export async function roc(options: RocOptions): Promise<{ readonly curves: RocCurves; readonly result: JsonObject }> {
  const { variable, signal, background, closed, precut, points, steps, warn } = options;
  const curves = await withTemporaryStore(options.jobs, async (store) => {
    const samples: RocSample[] = [];
    for (const name of ['data', 'simulation'] as const) {
      const sample = options[name];
      if (!sample) continue;
      samples.push({
        name,
        signal: [await openCandidates(store, sample, signal, `--${name}`)],
        background: [await openCandidates(store, sample, background, `--${name}`)],
      });
    }
    const all = samples.flatMap((s) => [...s.signal, ...s.background]);
    const axes = await axesOf(
      options.binning ?? {},
      all.map(({ table, weight, select }) => ({ table, weight, where: select })),
    );
    const made = await rocCurves({
      ...{ samples, variable, axes, closed, precut, points, steps },
      places: { variable: '--variable', precut: '--precut' },
    });
    warnOf(all, warn);
    return made;
  });
  for (const [sample, count] of Object.entries(curves.left))
    if (count > 0) warn?.(`${sample}: candidates outside the bins, or without a value of ${variable}`, count);
  const files: string[] = [];
  if (options.out !== undefined) {
    const place = { dir: path.dirname(path.resolve(options.out)), name: path.basename(options.out) };
    const particles = { signal: signal.particle, background: background.particle };
    const style = { watermark: options.watermark, logX: options.logX, points };
    for (const figure of rocFigures(place.name, curves, particles, style))
      files.push(...(await writeFigure(place.dir, figure)));
    files.push(path.join(place.dir, `${place.name}.csv`));
    await writeFile(files[files.length - 1], rocCsv(curves));
  }
  return { curves, result: { variable, bins: rocResult(curves, points), files } };
}
