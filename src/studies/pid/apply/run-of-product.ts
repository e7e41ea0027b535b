import path from 'node:path';
import { layout } from '../../../runs/layout.js';
import { findRecord } from '../../../runs/record.js';

/** What the study of a product's run says of events. */
export interface ProductRun {
  /** Derived columns, of the study and of its modes. */
  readonly define: Readonly<Record<string, string>>;
  /** Prefixes of a particle's probes. */
  probes(particle: string): string[];
}

interface Resolved {
  readonly define?: Readonly<Record<string, string>>;
  readonly modes?: Readonly<
    Record<string, { readonly define?: Readonly<Record<string, string>>; readonly probes?: Record<string, unknown> }>
  >;
}

/** The run that a product lies in, by its record; without one, nothing is known. */
export async function runOfProduct(product: string): Promise<ProductRun> {
  for (const up of ['.', '..', '../..', '../../..']) {
    const dir = path.resolve(product, up);
    const record = await findRecord(layout(dir)).catch(() => undefined);
    if (record?.study !== 'pid') continue;
    const { define = {}, modes = {} } = record.resolved as Resolved;
    return {
      define: Object.assign({}, define, ...Object.values(modes).map((mode) => mode.define)) as Record<string, string>,
      probes: (particle) => Object.values(modes).flatMap((mode) => prefixes(mode.probes?.[particle])),
    };
  }
  return { define: {}, probes: () => [] };
}

const prefixes = (probes: unknown): string[] =>
  ((probes ?? []) as (string | { prefix?: string })[]).flatMap((p) => (typeof p === 'string' ? [p] : (p.prefix ?? [])));
