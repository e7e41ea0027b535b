import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Json, JsonObject } from '../../base/json.js';
import { makeFolder } from '../../base/make-folder.js';
import { libraryVersions, version } from '../../base/version.js';
import { reportHtml } from '../../figures/report/report-html.js';
import type { Estimate, Provenance } from '../../figures/report/report.js';
import { writeFigure } from '../../figures/write-figure.js';
import { provenanceStamp } from '../../runs/provenance.js';
import type { TaskContext } from '../../runs/task.js';
import { abstract } from './abstract.js';
import { readJudging } from './judge.js';
import type { MapCurveData } from './mapped.js';

import type { CommonParams } from './params.js';
import { sampleNames, type PrepareResult, type SampleName } from './prepare.js';
import { readTable } from './quantile.js';
import type { BandedTable } from './quantile-map.js';
import { sectionsOf } from './sections.js';
import { studyText } from '../study-text.js';
import { styleOf } from './style.js';
import { summaryRows } from './summary-rows.js';
import type { ClosureResult, TrainedResult } from './trained.js';
import { nameOf } from './words.js';

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

/** What the tasks before this one warned of, each warning once. */
function warningsOf(context: TaskContext): NonNullable<Provenance['warnings']> {
  const seen = new Map<string, number | undefined>();
  for (const { task } of context.provenance.chain) {
    if (!has(context, task)) continue;
    for (const { message, count } of context.input(task).warnings) seen.set(message, count);
  }
  return [...seen].map(([message, count]) => ({ message, count }));
}

/** How the results came about: enough to do them again. */
function provenanceOf(context: TaskContext, { params }: Inputs): Provenance {
  const { provenance } = context;
  const { study } = context.params as { study?: Json };
  return {
    command: `datamc run ${params.name}.yaml${context.quick ? ' --quick' : ''}`,
    ...(study === undefined ? {} : { study: studyText(study) }),
    seed: provenance.seed,
    versions: { datamc: version, ...libraryVersions() },
    inputs: Object.entries(provenance.inputs).map(([file, sha256]) => ({ path: file, sha256 })),
    tasks: provenance.chain.map(({ task }) => ({ id: task })),
    warnings: warningsOf(context),
  };
}

/** Task: draws every figure, writes the report, returns the summary. */
export async function report(context: TaskContext): Promise<JsonObject> {
  const inputs = await gather(context);
  const { params } = inputs;
  const style = styleOf(params, context.quick);
  const samples = await readJudging(context, params);
  const sections = sectionsOf({ ...inputs, curves: inputs.map.curves, samples, style });
  const summary = summarise(inputs);

  const directory = path.join(context.dir, 'figures');
  await makeFolder(directory);
  const figures = sections.flatMap((section) => section.figures ?? []).flatMap(({ figure }) => figure ?? []);
  for (const [i, figure] of figures.entries()) {
    await writeFigure(directory, figure, provenanceStamp(context.provenance));
    context.progress(i + 1, figures.length, 'figures');
  }
  const given = params.given.length ? ` given ${params.given.map(nameOf).join(', ')}` : '';
  const html = reportHtml({
    title: params.name,
    subtitle: `Correction of ${params.variables.map(nameOf).join(', ')}${given}`,
    label: params.label,
    ...(context.quick ? { stamp: 'quick' } : {}),
    abstract: abstract(params, inputs.prepared, summary),
    summary: summaryRows(params, summary),
    sections,
    provenance: provenanceOf(context, inputs),
  });
  await writeFile(path.join(context.dir, 'report.html'), `${html}\n<!-- ${provenanceStamp(context.provenance)} -->\n`);
  return summary as unknown as JsonObject & Json;
}
