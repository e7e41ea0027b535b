import { stat } from 'node:fs/promises';
import { userError } from '../base/error.js';
import { explainFile } from '../runs/explain.js';
import { layout } from '../runs/layout.js';
import { readRecord } from '../runs/record.js';
import { findStudy, studyNames } from '../studies/registry.js';
import type { StudyDefinition } from '../studies/study.js';

type Applicable = StudyDefinition & Required<Pick<StudyDefinition, 'apply'>>;

/** The study that made a run directory or a product, and that knows how to apply it. */
export async function studyOf(product: string, told: string | undefined): Promise<Applicable> {
  const name = told ?? (await nameOf(product));
  if (name === undefined) {
    const message = `"${product}" does not say which study made it`;
    const hint = `name it: --study ${studyNames.join('|')}`;
    throw userError({ code: 'apply.unknown-product', message, path: product, hint });
  }
  const definition = await findStudy(name, process.cwd());
  if (definition.apply) return definition as Applicable;
  const message = `products of a ${name} study cannot be applied to events`;
  throw userError({ code: 'apply.not-applicable', message, path: product, expected: 'a correction or weights' });
}

async function nameOf(product: string): Promise<string | undefined> {
  const info = await stat(product).catch(() => {
    const hint = 'datamc run STUDY.yaml makes a run directory; its products are in products/';
    throw userError({ code: 'file.unreadable', message: `there is no "${product}"`, path: product, hint });
  });
  if (info.isDirectory()) return (await readRecord(layout(product))).study;
  const found = await explainFile(product, {});
  return found?.study ?? found?.provenance?.study;
}
