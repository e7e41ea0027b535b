import path from 'node:path';
import type { JsonObject } from '../../../base/json.js';
import { openStore, type EventTable } from '../../../events/store.js';
import type { Figure } from '../../../figures/figure.js';
import { dataSimulation } from '../../../figures/makers/data-simulation.js';
import { readWeights } from '../../../formats/weights-file.js';
import { tally } from '../../../hist/cell-counts.js';
import { provenanceStamp } from '../../../runs/provenance.js';
import type { TaskContext } from '../../../runs/task.js';
import { inPlaceOf } from '../../own-variables.js';
import { writeWeighted } from '../fits/apply-weights.js';
import { asResult, keepFigures, styleOf } from '../common.js';
import type { FitParams } from '../fits/fit-task.js';
import { niceEdges } from '../tables/nice-edges.js';
import { taskVariables } from '../schema/study-variables.js';
import { fileWord } from '../report/words.js';

interface RetupleParams extends FitParams {
  readonly tree?: string;
  readonly old: string;
  readonly new: string;
}

/** What a refit says of one tuple. */
export type RetupleResult = {
  readonly file: string;
  readonly rows: number;
  readonly sums: { readonly before: number; readonly after: number };
  readonly figures: readonly string[];
};

/** Task: a tuple with new columns of weights beside all that it has; rows outside the range of the fit have weight 0. */
export async function retupleTask(context: TaskContext): Promise<JsonObject> {
  const params = context.params as unknown as RetupleParams;
  const { mode, sample, tree, variables, label } = params;
  const store = await openStore({ cache: context.cache, threads: context.threads });
  try {
    const [file] = context.files;
    const own = await taskVariables(context, variables);
    const table = await store.open({ files: [file], tree }, inPlaceOf(own));
    const saved = await readWeights(path.join(context.input(`fit/${mode.name}/${sample}`).dir, 'weights.json'));
    const out = path.join(context.dir, 'ntuple.parquet');
    const metadata = { datamc: provenanceStamp(context.provenance) };
    await writeWeighted(table, out, saved, { metadata, suffix: params.new, progress: context.progress });
    const written = await store.open({ files: [out] }, inPlaceOf(own));
    const columns = { before: `sWeight_nominal${params.old}`, after: `sWeight_nominal${params.new}` };
    const sums = { before: 0, after: 0 };
    let rows = 0;
    for await (const { before, after } of written.scan(columns)) {
      rows += before.length;
      for (const w of before) sums.before += Number.isFinite(w) ? w : 0;
      for (const w of after) sums.after += w;
    }
    const figures: Figure[] = [];
    for (const [particle, probes] of Object.entries(mode.probes))
      for (const { prefix } of probes) {
        const scoped = await store.open({ files: [out] }, inPlaceOf(own, prefix));
        const names = new Set(scoped.columns.map((c) => c.name));
        for (const variable of ['p', 'cosTheta'].filter((v) => names.has(prefix === '' ? v : `${prefix}_${v}`)))
          figures.push(
            await compare(
              scoped,
              variable,
              `${mode.name}-${sample}-${particle}`,
              params,
              styleOf(label, context.quick),
            ),
          );
      }
    const result: RetupleResult = {
      file: path.basename(file),
      rows,
      sums,
      figures: await keepFigures(context.dir, figures),
    };
    return asResult(result);
  } finally {
    await store.close();
  }
}

async function compare(
  table: EventTable,
  variable: string,
  which: string,
  params: RetupleParams,
  style: ReturnType<typeof styleOf>,
): Promise<Figure> {
  const edges = await niceEdges(table, variable, { share: [0.0005, 0.9995], bins: 40 });
  const columns = { before: `sWeight_nominal${params.old}`, after: `sWeight_nominal${params.new}` };
  const counts = await table.countCells({
    axes: [{ column: variable, edges }],
    closed: 'left',
    weights: columns,
    where: `isfinite(${columns.before})`,
  });
  const hist = (name: string) => {
    const { sumw, sumw2 } = tally(counts, name);
    return { axes: [{ name: variable, edges }], sumw: [0, ...sumw, 0], sumw2: [0, ...sumw2, 0] };
  };
  return dataSimulation({
    name: `refit-${which}-${fileWord(variable)}`,
    ...style,
    data: hist('after'),
    dataLabel: `New weights (${params.new})`,
    simulations: [{ hist: hist('before'), label: params.old === '' ? 'Old weights' : `Old weights (${params.old})` }],
    ratioLabel: 'New / old',
    normalise: 'none',
    x: { label: variable },
    text: [which],
  });
}
