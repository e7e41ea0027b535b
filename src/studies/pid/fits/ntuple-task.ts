import path from 'node:path';
import type { JsonObject } from '../../../base/json.js';
import { openStore, type EventTable } from '../../../events/store.js';
import { weightColumn } from '../../../fit/weight-columns.js';
import { readWeights } from '../../../formats/weights-file.js';
import { provenanceStamp } from '../../../runs/provenance.js';
import type { TaskContext } from '../../../runs/task.js';
import { inPlaceOf } from '../../own-variables.js';
import { writeWeighted } from './apply-weights.js';
import { asResult } from '../common.js';
import type { FitParams } from './fit-task.js';
import { weightsFile, writeClassified } from './written-columns.js';
import { hasClassifier, hasFit, hasFittedTemplates } from './fits.js';
import { ROWS, type ModeParams } from '../params.js';
import type { NtupleResult } from '../report/results.js';
import { writeAbcd, writeSubtracted } from './subtract.js';
import { writeFittedTemplates } from './subtract-fitted.js';
import { taskVariables } from '../schema/study-variables.js';

export type NtupleParams = Omit<FitParams, 'mode' | 'label'> & { readonly mode: ModeParams };

const NTUPLE = 'ntuple.parquet';

/** Task: the selected candidates with columns of weights, `sWeight_nominal`, `sWeight_systematic` and further variants. */
export async function ntupleTask(context: TaskContext): Promise<JsonObject> {
  const { mode, sample, weight, variables } = context.params as unknown as NtupleParams;
  const store = await openStore({ cache: context.cache, threads: context.threads });
  const out = path.join(context.dir, NTUPLE);
  try {
    const file = path.join(context.input(`prepare/${mode.name}/${sample}`).dir, ROWS);
    const table = await store.open({ files: [file] }, inPlaceOf(await taskVariables(context, variables)));
    const metadata = { datamc: provenanceStamp(context.provenance) };
    if (sample === 'data' && hasFittedTemplates(mode.fit)) {
      await writeFittedTemplates(context, { mode: { ...mode, fit: mode.fit }, weight, variables }, out);
    } else if (hasFit(mode.fit)) {
      const saved = await readWeights(path.join(context.input(`fit/${mode.name}/${sample}`).dir, 'weights.json'));
      await writeWeighted(table, out, saved, { metadata, progress: context.progress });
    } else if (sample === 'data' && mode.fit?.templates) {
      await writeSubtracted(context, { mode, templates: mode.fit.templates, weight, variables }, out);
    } else if (sample === 'data' && mode.fit?.abcd) {
      await writeAbcd(table, mode.fit.abcd, weight, out, metadata);
    } else if (hasClassifier(mode.fit)) {
      const { dir } = context.input(`fit/${mode.name}/data`);
      await writeClassified(store, table, path.join(dir, weightsFile(sample)), out, metadata);
    } else await writeUnweighted(table, out, simulated(mode, sample, weight), metadata);
    const written = await store.open({ files: [out] });
    const names = Object.keys(mode.columns).filter((name) =>
      written.columns.some((c) => c.name === weightColumn(name)),
    );
    const result: NtupleResult = { rows: await written.count(), sums: await sumsOf(written, names) };
    return asResult(result);
  } finally {
    await store.close();
  }
}

/** The weight of simulated candidates where only data are subtracted: none for backgrounds, or outside the region of signal. */
function simulated({ fit }: ModeParams, sample: string, weight: string | undefined): string | undefined {
  if (sample !== 'simulation' || !fit) return weight;
  const { templates, abcd } = fit;
  const out =
    fit.weights === 'templates' && templates
      ? Object.values(templates).map(({ select }) => `(${select})`)
      : fit.weights === 'abcd' && abcd
        ? [`not ((${abcd.first}) and (${abcd.second}))`]
        : [];
  return out.length === 0 ? weight : `(${out.join(' or ')}) ? 0 : (${weight ?? '1'})`;
}

/** Every candidate counts, with its own weight: there is nothing to subtract. */
function writeUnweighted(
  table: EventTable,
  out: string,
  weight: string | undefined,
  metadata: Readonly<Record<string, string>>,
): Promise<{ rows: number }> {
  return table.writeWith(out, { w: weight ?? '1' }, ({ w }) => ({ [weightColumn('nominal')]: w }), { metadata });
}

async function sumsOf(table: EventTable, names: readonly string[]): Promise<NtupleResult['sums']> {
  const sums = names.map(() => ({ sum: 0, squares: 0 }));
  const columns = Object.fromEntries(names.map((name) => [name, weightColumn(name)]));
  for await (const block of table.scan(columns))
    names.forEach((name, i) => {
      for (const w of block[name]) {
        sums[i].sum += w;
        sums[i].squares += w * w;
      }
    });
  return Object.fromEntries(
    names.map((name, i) => [name, { sum: sums[i].sum, effective: sums[i].sum ** 2 / sums[i].squares }]),
  );
}
