import path from 'node:path';
import type { Json, JsonObject } from '../../../base/json.js';
import { withTemporaryStore } from '../../../events/temporary-store.js';
import type { ExperimentLabel, Figure } from '../../../figures/figure.js';
import { dataSimulation } from '../../../figures/makers/data-simulation.js';
import { writeFigure } from '../../../figures/write-figure.js';
import type { Closed } from '../../../hist/cell-counts.js';
import { chi2OfHists } from '../../../hist/compare.js';
import { total } from '../../../hist/hist.js';
import { userError } from '../../../base/error.js';
import type { BinningSpec } from '../../values.js';
import { axesOf } from '../tables/axes.js';
import type { CandidateSource } from '../tables/candidates.js';
import { distributions, type Distribution } from '../curves/distributions.js';
import { knownAxis } from '../tables/known-axis.js';
import { roundEdges } from '../tables/nice-edges.js';
import { openCandidates, warnOf, type FileSample, type Probe, type Warn } from './file-sample.js';
import { both } from '../both.js';

export interface DistributionOptions {
  readonly data: FileSample;
  readonly simulation?: FileSample | undefined;
  readonly probe: Probe;
  readonly variable: string;
  /** 50 equal bins over all but the outermost thousandths by default. */
  readonly bins?: BinningSpec | undefined;
  readonly closed?: Closed | undefined;
  readonly precut?: string | undefined;
  readonly xLabel?: string | undefined;
  readonly unit?: string | undefined;
  readonly logX?: boolean | undefined;
  readonly logY?: boolean | undefined;
  readonly label?: ExperimentLabel | undefined;
  /** The figure's place without ending: `figures/kaonID`. Nothing is drawn without it. */
  readonly out?: string | undefined;
  readonly jobs?: number | undefined;
  readonly watermark?: string | undefined;
  readonly warn?: Warn | undefined;
}

const SAMPLED = 100_000;

/**
 * The distribution of a probe's variable, background subtracted by weights: data against simulation, `datamc pid distribution`.
 *
 * @example
 * await distribution({ data: { files: ['data.parquet'], weight: 'sWeight' }, simulation: { files: ['mc.parquet'] },
 *   probe: { particle: 'K', prefix: 'D0_K' }, variable: 'kaonID', out: 'figures/kaonID' });
 */
export async function distribution(
  options: DistributionOptions,
): Promise<{ readonly distributions: readonly Distribution[]; readonly result: JsonObject }> {
  const { data, simulation, probe, variable, closed, precut, warn } = options;
  const made = await withTemporaryStore(options.jobs, async (store) => {
    const samples = [{ name: 'Data', sources: [await openCandidates(store, data, probe, '--data')] }];
    if (simulation)
      samples.push({
        name: 'Simulation',
        sources: [await openCandidates(store, simulation, probe, '--simulation')],
      });
    const sources = samples.flatMap((s) => s.sources);
    const edges = await edgesFor(options, sources);
    const known = knownAxis(variable, edges);
    const names = { label: options.xLabel ?? known.label, unit: options.unit ?? known.unit };
    const counted = await distributions({ samples, variable, edges, closed, precut, ...names });
    warnOf(sources, warn);
    return counted;
  });
  for (const { sample, candidates, below, above, notFinite } of made) {
    if (candidates === below + above + notFinite)
      throw userError({
        code: 'pid.distribution',
        message: `none of the ${candidates} candidates of ${sample.toLowerCase()} lies in a bin of "${variable}"`,
        path: '--bins',
        got: `${below} below, ${above} above, ${notFinite} no finite number`,
        hint: 'look at the ranges with datamc inspect, or leave the bins out',
      });
    if (below + above) warn?.(`${sample}: ${variable} outside the bins`, below + above);
    if (notFinite) warn?.(`${sample}: ${variable} is no finite number`, notFinite);
  }
  const figure = distributionFigure(path.basename(options.out ?? 'distribution'), made, options);
  const files =
    options.out === undefined ? [] : await writeFigure(path.dirname(path.resolve(options.out)), figure.figure);
  const samples = made.map(({ sample, hist, candidates, below, above, notFinite }): [string, Json] => [
    sample.toLowerCase(),
    {
      candidates,
      sum: total(hist).sumw,
      below,
      above,
      notFinite,
      edges: [...hist.axes[0].edges],
      values: [...hist.sumw.subarray(1, hist.sumw.length - 1)],
      variances: [...hist.sumw2.subarray(1, hist.sumw2.length - 1)],
    },
  ]);
  return { distributions: made, result: { variable, ...Object.fromEntries(samples), ...figure.agreement, files } };
}

async function edgesFor(
  { bins, variable, precut, closed }: DistributionOptions,
  sources: readonly CandidateSource[],
): Promise<readonly number[]> {
  const ranges = sources.map(({ table, weight, select }) => ({ table, weight, where: select }));
  if (bins) return (await axesOf({ [variable]: bins }, ranges))[0].edges;
  const values: number[] = [];
  for (const { table, select } of sources) {
    const where = both(select, precut);
    const scan = table.scan(
      { v: variable },
      { lenient: true, path: '--variable', ...(where === undefined ? {} : { where }) },
    );
    let rows = 0;
    for await (const { v } of scan) {
      for (const x of v) if (Number.isFinite(x)) values.push(x);
      if ((rows += v.length) >= SAMPLED) break;
    }
  }
  if (values.length === 0)
    throw userError({
      code: 'pid.distribution',
      message: `"${variable}" has no value in these candidates`,
      path: '--variable',
      got: precut,
      hint: 'look at the ranges with datamc inspect, or loosen the cuts',
    });
  const edges = roundEdges(values, { share: [0.001, 0.999], bins: 50 });
  // Bins are right-closed: what lies on the first edge must lie above it.
  return closed === 'left' || !values.includes(edges[0])
    ? edges
    : [edges[0] - (edges[1] - edges[0]) * 1e-6, ...edges.slice(1)];
}

/** Data as points, simulation as steps scaled to the data, with their ratio; and how well they agree. */
export function distributionFigure(
  name: string,
  made: readonly Distribution[],
  options: Pick<DistributionOptions, 'label' | 'watermark' | 'logX' | 'logY' | 'variable' | 'precut'>,
): { readonly figure: Figure; readonly agreement: JsonObject } {
  const [data, simulation] = made as readonly [Distribution, Distribution | undefined];
  const comparable = simulation && total(data.hist).sumw > 0 && total(simulation.hist).sumw > 0;
  const test = comparable ? chi2OfHists(data.hist, simulation.hist, { normalisation: 'shape' }) : undefined;
  const text = [
    ...(options.precut?.trim() ? [options.precut] : []),
    ...(test && test.ndf > 0 ? [`χ^{2}/ndf = ${test.chi2.toFixed(1)}/${test.ndf}`] : []),
  ];
  const figure = dataSimulation({
    name,
    label: options.label,
    watermark: options.watermark,
    data: data.hist,
    dataLabel: data.sample,
    simulations: simulation ? [{ hist: simulation.hist, label: simulation.sample }] : [],
    normalise: comparable ? 'data' : 'none',
    logY: options.logY,
    x: { scale: options.logX ? 'log' : 'linear' },
    text,
    caption: `${options.variable}: weighted data${simulation ? ' against simulation, scaled to the data' : ''}`,
  });
  const agreement: JsonObject = test && test.ndf > 0 ? { chi2: test.chi2, ndf: test.ndf, pValue: test.pValue } : {};
  return { figure, agreement };
}
