import { readFile, writeFile } from 'node:fs/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { userError } from '../../base/error.js';
import { sessionCache } from '../../graph/session.js';
import { columnTransform } from '../../models/column-transform.js';
import { flowFromJson, flowToJson, type FlowJson, type FlowModel } from '../../models/flow.js';
import { FLAG, classify } from './corrector.js';
import { flowMap } from './flows.js';
import type { Manifest } from './manifest.js';
import { fromScale } from './transform.js';
import { fileName } from './words.js';

type Pair = readonly [simulation: FlowModel, data: FlowModel];
const FORMAT = 'datamc replicas 1';

/** Writes the flows of every replica: gzipped JSON. */
export async function writeReplicas(file: string, pairs: readonly Pair[]): Promise<void> {
  const text = JSON.stringify({ format: FORMAT, replicas: pairs.map((pair) => pair.map(flowToJson)) });
  await writeFile(file, gzipSync(text));
}

async function readReplicas(file: string): Promise<Pair[]> {
  const bytes = await readFile(file).catch(() => {
    throw userError({
      code: 'correction.no-replicas',
      message: 'the replicas are not beside the map',
      path: file,
      hint: 'apply the run directory, or a study with "replicas" above 0 and method: flow',
    });
  });
  const { format, replicas } = JSON.parse(gunzipSync(bytes).toString('utf8')) as {
    format: string;
    replicas: [FlowJson, FlowJson][];
  };
  if (format !== FORMAT)
    throw userError({
      code: 'correction.replicas-format',
      message: 'this file holds no replicas',
      path: file,
      got: format,
      expected: FORMAT,
    });
  return replicas.map(([a, b]) => [flowFromJson(a), flowFromJson(b)]);
}

/** Corrects blocks with every replica: columns `<variable>_corrected_replica_<r>`. */
export async function replicaCorrector(file: string, manifest: Manifest, threads: number) {
  const pairs = await readReplicas(file);
  const sessions = sessionCache();
  return {
    async correct(block: Readonly<Record<string, Float64Array>>): Promise<Record<string, Float64Array>> {
      const flags = classify(manifest, block);
      const rows = Uint32Array.from(flags.keys()).filter((row) => flags[row] !== FLAG.unchanged);
      const scaled = [...manifest.variables, ...manifest.given].map(({ transform }, i) => {
        const { forward } = columnTransform(transform);
        return Float64Array.from(rows, (row) => forward(block[`x${i}`][row]));
      });
      const count = manifest.variables.length;
      const added: Record<string, Float64Array> = {};
      for (const [r, [from, to]] of pairs.entries()) {
        const moved = await flowMap(from, to, { threads, sessions }).apply(scaled.slice(0, count), scaled.slice(count));
        manifest.variables.forEach(({ column, transform }, k) => {
          const values = Float64Array.from(block[`x${k}`]);
          fromScale(transform, moved[k]).forEach((value, i) => (values[rows[i]] = value));
          added[`${fileName(column)}_corrected_replica_${r}`] = values;
        });
      }
      return added;
    },
    close: () => sessions.close(),
  };
}
