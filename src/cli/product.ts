import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { userError } from '../base/error.js';
import type { Json } from '../base/json.js';
import { weightTableKind } from '../formats/tables/table-kind.js';
import { explainFile } from '../runs/explain.js';
import { layout } from '../runs/layout.js';
import { findRecord, readRecord } from '../runs/record.js';
import { findStudy, studyNames } from '../studies/registry.js';
import type { ApplyRequest } from '../studies/study.js';

export type Applier = (request: ApplyRequest) => Promise<Json>;

// Files that say themselves what they are, `"format": "…"`: they may come from a study or from a single command.
const byFormat: Readonly<Record<string, { readonly options: readonly string[]; load(): Promise<Applier> }>> = {
  'datamc-weights': {
    options: [],
    load: async () => (await import('../studies/pid/fits/apply-weights.js')).applyWeights,
  },
  'datamc density 1': {
    options: ['--particle'],
    load: async () => (await import('../studies/pid/densities/apply-product.js')).applyDensity,
  },
};

/**
 * What applies a product: files that name a format we know, and tables of weights, by themselves, whoever made them; anything
 * else by the study that made it.
 *
 * @param given options that only tables of weights know, refused for other products
 */
export async function applierOf(product: string, told: string | undefined, given: readonly string[]): Promise<Applier> {
  const info = await stat(product).catch(() => {
    const hint = 'datamc run STUDY.yaml makes a run directory; its products are in products/';
    throw userError({ code: 'file.unreadable', message: `there is no "${product}"`, path: product, hint });
  });
  const format = info.isFile() && product.endsWith('.json') ? await formatOf(product) : undefined;
  if (format !== undefined && Object.hasOwn(byFormat, format)) {
    const { options, load } = byFormat[format];
    const strange = given.filter((option) => !options.includes(option));
    if (strange.length > 0) throw onlyForTables(strange, product, format);
    return load();
  }
  const record = info.isDirectory() ? await findRecord(layout(product)) : undefined;
  const tables = info.isDirectory()
    ? record === undefined && (await hasTables(product))
    : (await weightTableKind(product)) !== undefined;
  const beside = info.isFile() ? unappliable(product) : undefined;
  if (beside !== undefined && !tables)
    throw userError({
      code: 'apply.not-applicable',
      message: `${beside[0]} cannot be applied to events`,
      path: product,
      expected: 'a run directory, or one of its products (.json, .csv)',
      hint: beside[1],
    });
  if (tables || (told ?? record?.study) === 'pid') {
    const { applyTables } = await import('../studies/pid/apply/apply-tables.js');
    return applyTables;
  }
  const name = told ?? (info.isDirectory() ? (await readRecord(layout(product))).study : await nameOf(product));
  if (name === undefined) {
    const message = `"${product}" is no table of weights and does not say which study made it`;
    const hint = `name it: --study ${studyNames.join('|')}`;
    throw userError({ code: 'apply.unknown-product', message, path: product, hint });
  }
  const definition = await findStudy(name, process.cwd());
  if (!definition.apply) {
    const message = `products of a ${name} study cannot be applied to events`;
    throw userError({ code: 'apply.not-applicable', message, path: product, expected: 'a correction or weights' });
  }
  if (given.length === 0) return (request) => (definition.apply as Applier)(request);
  throw onlyForTables(given, product, `a product of a ${name} study`);
}

const onlyForTables = (given: readonly string[], product: string, got: string) =>
  userError({
    code: 'apply.option',
    message: `${given.join(', ')} ${given.length > 1 ? 'are' : 'is'} for tables of weights`,
    path: product,
    got,
  });

// Keys are sorted in what datamc writes, and little stands before "format".
async function formatOf(product: string): Promise<string | undefined> {
  const handle = await open(product);
  try {
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(65_536) });
    return /"format"\s*:\s*"([\w. -]+)"/.exec(buffer.toString('utf8', 0, bytesRead))?.[1];
  } finally {
    await handle.close();
  }
}

// Products that lie beside those that can be applied: what they are, and what is meant.
function unappliable(product: string): readonly [what: string, hint: string | undefined] | undefined {
  const end = path.extname(product).toLowerCase();
  if (end === '.npy') return ['an array', `the density that it belongs to: ${path.basename(product, '.npy')}.json`];
  if (/^\.(?:parquet|root|h5|hdf5|npz)$/.test(end)) return ['a file of events', 'datamc apply PRODUCT IN OUT'];
  const table = path.basename(product).replace(/(?:_sysvar)?\.\w+$/, '.csv');
  if (/^\.(?:md|tex|html|yaml|yml|pdf|svg|png)$/.test(end)) return ['a text or a figure', `a table: ${table}`];
  return undefined;
}

/** Whether a directory that is no run holds tables. */
async function hasTables(dir: string): Promise<boolean> {
  const { tableFiles } = await import('../studies/pid/apply/load-tables.js');
  return tableFiles(dir).then(
    () => true,
    () => false,
  );
}

async function nameOf(product: string): Promise<string | undefined> {
  const found = await explainFile(product, {});
  return found?.study ?? found?.provenance?.study;
}
