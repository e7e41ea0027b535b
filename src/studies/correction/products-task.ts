import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stableJson } from '../../base/hash.js';
import type { JsonObject } from '../../base/json.js';
import { columnMapOnnx, transportMap, type MapBuilder } from '../../models/transport-onnx.js';
import { provenanceStamp } from '../../runs/provenance.js';
import type { TaskContext } from '../../runs/task.js';
import { neededDefinitions } from '../needed-definitions.js';
import { readBand } from './band-task.js';
import { bandGraph } from './band.js';
import { add, sub } from '../../graph/ops/arithmetic.js';
import { cast } from '../../graph/ops/select.js';
import { loadFlow } from './flow-file.js';
import { manifestColumn, MANIFEST_KEY, type Manifest } from './manifest.js';
import type { CommonParams } from './params.js';
import { readPrepared, sampleNames, trainingRows } from './prepare.js';
import { readTable } from './quantile.js';
import { replicaPairs } from './replica-flows.js';
import { writeReplicas } from './replicas-file.js';
import { tableGraph, tableMapBuilder } from './table-graph.js';
import { writeTransferMap } from './transfer-product.js';
import { FLOW_FILE } from './train-task.js';
import type { TrainedResult } from './trained.js';

/** The map of two flows, with the learnt band around it. */
async function flowBuilder(context: TaskContext, params: CommonParams): Promise<MapBuilder> {
  const load = (sample: string) => loadFlow(path.join(context.input(`train/${sample}`).dir, FLOW_FILE));
  const build = transportMap(await load('simulation'), await load('data'));
  if (params.replicas < 2) return build;
  const band = await readBand(context.input('band').dir);
  return (bent, given, batch) => {
    const map = build(bent, given, batch);
    const narrow = (given ? [bent, given] : [bent]).map((t) => cast(t, 'float32'));
    const sigma = { ...cast(bandGraph(band, narrow), 'float64'), shape: map.moved.shape };
    return { ...map, others: { up: add(map.moved, sigma), down: sub(map.moved, sigma) } };
  };
}

/** The exact map as a table inside the graph, with its band. */
async function quantileBuilder(context: TaskContext, params: CommonParams): Promise<MapBuilder> {
  const table = await readTable(context.input('quantile').dir);
  const build = tableMapBuilder(table);
  if (params.replicas < 2) return build;
  return (bent, given, batch) => ({
    ...build(bent, given, batch),
    others: {
      up: tableGraph(bent, { x: table.x, y: table.high }),
      down: tableGraph(bent, { x: table.x, y: table.low }),
    },
  });
}

/** Task: the map as ONNX, as correctionlib where it has one variable, and its replicas. */
export async function productsTask(context: TaskContext): Promise<JsonObject> {
  const params = context.params as unknown as CommonParams;
  const dir = path.join(context.dir, 'products');
  await mkdir(dir);
  const training = trainingRows(await readPrepared(context.input('prepare').dir, 'simulation', params.prepare));
  const { provenance } = context;
  const flows = params.method === 'flow';
  const manifest: Manifest = {
    format: 'datamc correction 1',
    name: params.name,
    quick: context.quick,
    seed: provenance.seed,
    software: provenance.software,
    variables: params.variables.map((v, k) => manifestColumn(v, training.variables[k])),
    given: params.given.map((g, j) => manifestColumn(g, training.given[j])),
    define: neededDefinitions(
      params.prepare.define,
      [...params.variables, ...params.given].map((c) => c.column),
    ),
    band: params.replicas > 1,
    training: provenance.inputs,
    losses: flows
      ? Object.fromEntries(
          sampleNames.map((name) => [
            name,
            (context.input(`train/${name}`).result as unknown as TrainedResult).nll.judging,
          ]),
        )
      : {},
  };
  const model = columnMapOnnx(
    { variables: params.variables.length, context: params.given.length },
    { features: params.variables.map((v) => v.transform), context: params.given.map((g) => g.transform) },
    { [MANIFEST_KEY]: stableJson(manifest), provenance: provenanceStamp(provenance) },
    await (flows ? flowBuilder : quantileBuilder)(context, params),
  );
  await writeFile(path.join(dir, 'correction.onnx'), model);
  if (flows && params.replicas > 0) {
    await writeReplicas(path.join(dir, 'replicas.bin'), await replicaPairs(context, params));
  }
  if (!flows) await copyFile(path.join(context.input('quantile').dir, 'table.json'), path.join(dir, 'table.json'));
  const written = await writeTransferMap(path.join(dir, 'correction.json'), model, manifest, training, context);
  return { bytes: (await readFile(path.join(dir, 'correction.onnx'))).length, ...written };
}
