import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Json, JsonObject } from '../../base/json.js';
import type { Figure } from '../../figures/figure.js';
import { reportHtml } from '../../figures/report/report-html.js';
import type { Estimate, ReportSection, SummaryRow } from '../../figures/report/report.js';
import { writeFigure } from '../../figures/write-figure.js';
import { provenanceStamp } from '../../runs/provenance.js';
import type { TaskContext } from '../../runs/task.js';
import {
  beforeAfter,
  closureFigure,
  correlationFigure,
  densityFigure,
  inBins,
  mapFigure,
  snapshotsFigure,
  styleOf,
  trainingFigure,
} from './draw.js';
import { readJudging } from './judge.js';
import type { MapCurveData } from './mapped.js';
import type { CommonParams } from './params.js';
import { sampleNames, type PrepareResult, type SampleName } from './prepare.js';

import { readTable } from './quantile.js';
import type { BandedTable } from './quantile-map.js';
import type { ClosureResult, TrainedResult } from './trained.js';
import { rowsTable, summaryRows } from './report-text.js';

interface Inputs {
  readonly params: CommonParams;
  readonly prepared: PrepareResult;
  readonly judged: Readonly<Record<string, Estimate>>;
  readonly trained?: Readonly<Record<SampleName, TrainedResult>>;
  readonly closure?: ClosureResult;
  readonly exact?: BandedTable;
  readonly map: { readonly curves: readonly MapCurveData[]; readonly summary: Readonly<Record<string, Estimate>> };
  readonly band?: { readonly rms: number };
}

const has = (context: TaskContext, id: string): boolean => {
  try {
    context.input(id);
    return true;
  } catch {
    return false;
  }
};

async function gather(context: TaskContext): Promise<Inputs> {
  const params = context.params as unknown as CommonParams;
  const result = <T>(id: string): T => context.input(id).result as unknown as T;
  const flows = params.method === 'flow';
  const exact = has(context, 'quantile') ? await readTable(context.input('quantile').dir) : undefined;
  return {
    params,
    prepared: result<PrepareResult>('prepare'),
    judged: result('judge'),
    map: result('map'),
    ...(flows
      ? {
          trained: { simulation: result<TrainedResult>('train/simulation'), data: result<TrainedResult>('train/data') },
        }
      : {}),
    ...(has(context, 'closure') ? { closure: result<ClosureResult>('closure') } : {}),
    ...(exact ? { exact } : {}),
    ...(has(context, 'band') ? { band: result<{ rms: number }>('band') } : {}),
  };
}

/** `summary.json`: what was used, how far the samples are apart before and after, what checks say. */
function summarise({ prepared, judged, trained, closure, map, band }: Inputs): Record<string, Estimate> {
  return {
    'events.simulation': prepared.samples.simulation.used,
    'events.data': prepared.samples.data.used,
    'events.simulation.heldOut': prepared.samples.simulation.heldOut,
    'events.data.heldOut': prepared.samples.data.heldOut,
    'events.simulation.effective': prepared.samples.simulation.effective,
    'events.data.effective': prepared.samples.data.effective,
    ...judged,
    ...map.summary,
    ...(closure
      ? { 'closure.ks': closure.ks, 'closure.maxPull': closure.maxPull, 'closure.rmsPull': closure.rmsPull }
      : {}),
    ...Object.fromEntries(
      trained
        ? sampleNames.flatMap((name): [string, Estimate][] => [
            [`flow.${name}.nll.training`, trained[name].nll.training],
            [`flow.${name}.nll.heldOut`, trained[name].nll.judging],
          ])
        : [],
    ),
    ...(band ? { 'band.rms': band.rms } : {}),
  };
}

/** Task: draws every figure, writes the report, returns the summary. */
export async function report(context: TaskContext): Promise<JsonObject> {
  const inputs = await gather(context);
  const { params, trained, closure, exact, map } = inputs;
  const style = styleOf(params, context.quick);
  const samples = await readJudging(context, params);
  const directory = path.join(context.dir, 'figures');
  await mkdir(directory, { recursive: true });
  const figures: Figure[] = [];
  const draw = (figure: Figure | undefined, caption: string, wide?: boolean) => {
    if (!figure) return [];
    figures.push(figure);
    return [{ figure: { ...figure, caption }, caption, ...(wide === undefined ? {} : { wide }) }];
  };

  const each = <T>(make: (k: number) => readonly T[]): T[] => params.variables.flatMap((_, k) => make(k));
  const where = params.prepare.holdOut > 0 ? 'on held-out events' : 'on the training events: nothing was held out';
  const balancing = params.given.length
    ? ' The simulation is weighted to the data’s distribution of the given columns, before and after alike.'
    : '';
  const sections: ReportSection[] = [
    {
      title: 'Before and after',
      text: `Data against simulation ${where}.${balancing} The band is the statistical error of the simulation and the uncertainty of the map, added in quadrature.`,
      figures: each((k) =>
        draw(
          beforeAfter(params, k, samples, style),
          'Data, simulation before and after the correction, and their ratio.',
        ),
      ),
    },
    {
      title: 'The map',
      text:
        'What the correction does to a value, against the identity; below, enlarged, the difference. The band holds 68 % of the bootstrap replicas of both samples.' +
        (exact ? ' Beside it the exact monotone map between the two samples, with its own band.' : ''),
      figures: map.curves.flatMap((curve, i) =>
        draw(
          mapFigure(params, curve, i, curve.variable === 0 ? exact : undefined, style),
          curve.title || 'The map and its band.',
        ),
      ),
    },
    ...(params.given.length
      ? [
          {
            title: `In bins of ${params.given[0].label ?? params.given[0].column}`,
            figures: each((k) =>
              draw(inBins(params, k, samples, style), 'Before and after in bins of the first given column.', true),
            ),
          },
        ]
      : []),
    {
      title: 'Correlations',
      text: 'Rank correlations of the corrected variables with the given and the other columns: data minus simulation. A correction of single variables leaves correlations with uncorrected columns as the simulation has them; what remains here is that.',
      figures: draw(
        correlationFigure(params, samples, style),
        'Data minus simulation, before (left) and after (right).',
        true,
      ),
    },
  ];
  if (closure)
    sections.push({
      title: 'Closure',
      text: `Two flows are trained on two halves of the simulation; the map from one to the other must be the identity. Its largest pull against the expected band of halves is **${closure.maxPull.toFixed(2)}**, the root mean square pull **${closure.rmsPull.toFixed(2)}**; the corrected and the untouched half differ by a Kolmogorov–Smirnov distance of **${closure.ks.toFixed(4)}**.`,
      figures: each((k) =>
        draw(
          closureFigure(params, k, closure, style),
          'Simulation to simulation, against the identity, with the expected band.',
        ),
      ),
    });
  if (trained)
    for (const name of sampleNames)
      sections.push({
        title: `The ${name} flow`,
        text: `Mean negative log-likelihood ${trained[name].nll.training.toFixed(4)} on training events, ${trained[name].nll.judging.toFixed(4)} on held-out ones. ${trained[name].stopped === 'patience' ? `Training stopped early; the parameters of epoch ${trained[name].bestEpoch} were kept.` : `The parameters of epoch ${trained[name].bestEpoch} were kept.`}`,
        figures: [
          ...each((k) =>
            draw(
              densityFigure(params, k, name, samples, trained[name].densities[k], style),
              'The learnt density, averaged over the given columns, against held-out events, with ratio and pulls.',
            ),
          ),
          ...draw(
            trainingFigure(name, trained[name], style),
            'Loss of training and validation events by epoch; the star marks the epoch that was kept.',
          ),
          ...draw(
            snapshotsFigure(params, name, samples, trained[name], style),
            'The density of the first variable at moments of the training.',
            true,
          ),
        ],
        collapsed: true,
      });
  sections.push({
    title: 'Events',
    text: 'Rows that cannot be learnt from are counted by cause, left out of the training, and passed through unchanged in the corrected tuple, with a flag.',
    tables: rowsTable(inputs.prepared),
  });

  const summary = summarise(inputs);
  for (const [i, figure] of figures.entries()) {
    await writeFigure(directory, figure);
    context.progress(i + 1, figures.length, 'figures');
  }
  const { provenance } = context;
  const html = reportHtml({
    title: params.name,
    subtitle: `Correction of ${params.variables.map((v) => v.label ?? v.column).join(', ')}${params.given.length ? ` given ${params.given.map((g) => g.label ?? g.column).join(', ')}` : ''}`,
    label: params.label,
    ...(context.quick ? { stamp: 'quick' } : {}),
    summary: summaryRows(params, summary),
    sections,
    provenance: {
      command: `datamc run ${params.name}.yaml`,
      seed: provenance.seed,
      versions: { datamc: provenance.software },
      inputs: Object.entries(provenance.inputs).map(([file, sha256]) => ({ path: file, sha256 })),
      tasks: provenance.chain.map(({ task }) => ({ id: task })),
    },
  } satisfies Parameters<typeof reportHtml>[0] & { summary: readonly SummaryRow[] });
  await writeFile(path.join(context.dir, 'report.html'), `${html}\n<!-- ${provenanceStamp(provenance)} -->\n`);
  return summary as unknown as JsonObject & Json;
}
