import { readFile, writeFile } from 'node:fs/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { userError } from '../base/error.js';
import { version } from '../base/version.js';
import { variableAxis, type Axis } from '../hist/axis.js';
import { cellCount, type Hist } from '../hist/hist.js';

/*
 * Histograms in the JSON of the Unified Histogram Interface (github.com/scikit-hep/uhi, schema version 1): what
 * boost-histogram, hist and ROOT read and write.
 */

// boost-histogram puts what users said of an axis a level deeper: { metadata: { name: 'P' } }.
const metadata = z.record(z.string(), z.unknown()).optional();
const writer = z.record(z.string(), z.record(z.string(), z.unknown())).optional();
const flow = { underflow: z.boolean(), overflow: z.boolean(), circular: z.boolean() };
const numbers: z.ZodType<NestedNumbers> = z.lazy(() => z.array(z.union([z.number(), numbers])));
const axisSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('regular'),
    lower: z.number(),
    upper: z.number(),
    bins: z.int().positive(),
    ...flow,
    metadata,
    writer_info: writer,
  }),
  z.object({ type: z.literal('variable'), edges: z.array(z.number()), ...flow, metadata, writer_info: writer }),
]);
const storageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('int'), values: numbers }),
  z.object({ type: z.literal('double'), values: numbers }),
  z.object({ type: z.literal('weighted'), values: numbers, variances: numbers }),
]);
const histSchema = z.object({
  uhi_schema: z.literal(1),
  writer_info: writer,
  metadata,
  axes: z.array(axisSchema),
  storage: storageSchema,
});

type NestedNumbers = (number | NestedNumbers)[];
export type UhiHist = z.infer<typeof histSchema>;

/** A histogram as UHI JSON: variable axes, weighted storage, flow bins included. */
export function toUhi(hist: Hist): UhiHist {
  const sizes = hist.axes.map((a) => a.edges.length + 1);
  return {
    uhi_schema: 1,
    writer_info: { datamc: { version } },
    axes: hist.axes.map((axis) => ({
      type: 'variable',
      edges: [...axis.edges],
      underflow: true,
      overflow: true,
      circular: false,
      metadata: {
        name: axis.name,
        ...(axis.label === undefined ? {} : { label: axis.label }),
        ...(axis.unit === undefined ? {} : { unit: axis.unit }),
      },
    })),
    storage: { type: 'weighted', values: nest(hist.sumw, sizes), variances: nest(hist.sumw2, sizes) },
  };
}

/**
 * The histogram of UHI JSON: regular and variable axes, with or without flow bins (absent ones are empty), storages int,
 * double and weighted. Counts and doubles without variances have Σw² = |Σw|.
 */
export function fromUhi(value: unknown, path?: string): Hist {
  const parsed = histSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw userError({
      code: 'uhi.schema',
      message: `not a histogram that can be read here: ${issue.message}`,
      path: [path, issue.path.join('.')].filter(Boolean).join(': '),
      expected: 'UHI schema 1 with regular or variable axes and int, double or weighted storage',
    });
  }
  const { axes: specs, storage } = parsed.data;
  const axes = specs.map((spec, i): Axis => {
    if (spec.circular)
      throw userError({
        code: 'uhi.circular',
        message: 'circular axes are not supported',
        path: `${path ?? ''}: axes.${i}`,
      });
    const edges =
      spec.type === 'variable'
        ? spec.edges
        : Array.from({ length: spec.bins + 1 }, (_, k) =>
            k === spec.bins ? spec.upper : spec.lower + ((spec.upper - spec.lower) * k) / spec.bins,
          );
    const text = (key: string): string | undefined => {
      const inner = spec.metadata?.['metadata'];
      const found =
        spec.metadata?.[key] ??
        (typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[key] : undefined);
      return typeof found === 'string' && found !== '' ? found : undefined;
    };
    return variableAxis(text('name') ?? `axis${i}`, edges, { label: text('label'), unit: text('unit') });
  });
  const stored = specs.map((spec, i) => axes[i].edges.length - 1 + Number(spec.underflow) + Number(spec.overflow));
  const read = (nested: NestedNumbers): Float64Array => {
    const flat = flatten(nested);
    const expected = stored.reduce((a, b) => a * b, 1);
    if (flat.length !== expected) {
      throw userError({
        code: 'uhi.length',
        message: 'contents do not fit the axes',
        path,
        got: String(flat.length),
        expected: String(expected),
      });
    }
    const out = new Float64Array(cellCount(axes));
    flat.forEach((v, k) => {
      let cell = 0;
      let step = 1;
      for (let a = axes.length - 1, rest = k; a >= 0; rest = Math.floor(rest / stored[a--])) {
        cell += ((rest % stored[a]) + (specs[a].underflow ? 0 : 1)) * step;
        step *= axes[a].edges.length + 1;
      }
      out[cell] = v;
    });
    return out;
  };
  const sumw = read(storage.values);
  return { axes, sumw, sumw2: storage.type === 'weighted' ? read(storage.variances) : sumw.map(Math.abs) };
}

/** Writes named histograms to `NAME.hist.json` (or `.gz`). */
export async function writeHists(path: string, hists: Readonly<Record<string, Hist>>): Promise<void> {
  const text = `${JSON.stringify(Object.fromEntries(Object.entries(hists).map(([name, h]) => [name, toUhi(h)])))}\n`;
  await writeFile(path, path.endsWith('.gz') ? gzipSync(text) : text);
}

export async function readHists(path: string): Promise<Record<string, Hist>> {
  const bytes = await readFile(path);
  let value: unknown;
  try {
    value = JSON.parse((bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8'));
  } catch (error) {
    throw userError(
      { code: 'uhi.json', message: 'not a JSON file', path, got: (error as Error).message },
      { cause: error },
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw userError({
      code: 'uhi.json',
      message: 'not a file of named histograms',
      path,
      expected: '{ "name": { "uhi_schema": 1, … } }',
    });
  }
  return Object.fromEntries(Object.entries(value).map(([name, h]) => [name, fromUhi(h, `${path}: ${name}`)]));
}

function nest(flat: Float64Array, sizes: readonly number[]): NestedNumbers {
  if (sizes.length <= 1) return [...flat];
  const step = flat.length / sizes[0];
  return Array.from({ length: sizes[0] }, (_, i) => nest(flat.subarray(i * step, (i + 1) * step), sizes.slice(1)));
}

const flatten = (nested: NestedNumbers): number[] => nested.flatMap((v) => (typeof v === 'number' ? [v] : flatten(v)));
