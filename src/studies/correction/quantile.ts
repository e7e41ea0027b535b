import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { JsonObject } from '../../base/json.js';
import type { TaskContext } from '../../runs/task.js';
import type { CommonParams } from './params.js';
import { readPrepared, trainingRows } from './prepare.js';
import { quantileMap, type BandedTable } from './quantile-map.js';

/** Replicas behind the exact map's band: they cost little. */
const REPLICAS = 100;
const FILE = 'table.json';

/** Task: the exact monotone map between the training events of both samples, with its band. */
export async function quantile(context: TaskContext): Promise<JsonObject> {
  const params = context.params as unknown as CommonParams;
  const { dir } = context.input('prepare');
  const [from, to] = await Promise.all(
    (['simulation', 'data'] as const).map(async (name) => {
      const { variables, weights } = trainingRows(await readPrepared(dir, name, params.prepare));
      return { values: variables[0], weights };
    }),
  );
  const table = quantileMap(from, to, {
    key: context.key,
    replicas: params.method === 'quantile' ? params.replicas : REPLICAS,
  });
  const plain = Object.fromEntries(
    Object.entries(table).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map((v: Float64Array) => [...v]) : [...(value as Float64Array)],
    ]),
  );
  await writeFile(path.join(context.dir, FILE), JSON.stringify(plain));
  return { knots: table.x.length };
}

/** The table as the task left it. */
export async function readTable(dir: string): Promise<BandedTable> {
  const plain = JSON.parse(await readFile(path.join(dir, FILE), 'utf8')) as Record<string, number[]> & {
    replicas: number[][];
  };
  const column = (name: string): Float64Array => Float64Array.from(plain[name]);
  return {
    x: column('x'),
    y: column('y'),
    low: column('low'),
    high: column('high'),
    sigma: column('sigma'),
    replicas: plain.replicas.map((y) => Float64Array.from(y)),
  };
}
