import { z } from 'zod';

/** A binning as the user wrote it, with its defaults filled in. */
export type BinningSpec =
  | { readonly edges: readonly number[] }
  | { readonly from: number; readonly to: number; readonly bins: number; readonly log: boolean }
  | { readonly quantiles: number };

const edges = z
  .array(z.number())
  .min(2)
  .refine((list) => list.every((edge, i) => i === 0 || edge > list[i - 1]), 'bin edges must increase');

const regular = z
  .strictObject({
    from: z.number(),
    to: z.number(),
    bins: z.int().min(1).max(100_000),
    log: z.boolean().default(false),
  })
  .refine((b) => b.from < b.to, { message: 'must be below "to"', path: ['from'] })
  .refine((b) => !b.log || b.from > 0, { message: 'must be positive for logarithmic bins', path: ['from'] });

/** `[0, 1, 2]`, `{ from: 0.2, to: 4, bins: 10 }` (with `log: true`) or `{ quantiles: 8 }`. */
export const binning = z
  .union([
    edges.transform((list): BinningSpec => ({ edges: list })),
    regular.transform((b): BinningSpec => b),
    z.strictObject({ quantiles: z.int().min(1).max(100_000) }).transform((b): BinningSpec => b),
  ])
  .describe('bin edges, or { from, to, bins, log }, or { quantiles }');

/** A fit parameter as the user wrote it; `{}` leaves it to the data. */
export type FitParameterSpec =
  { readonly start?: number; readonly low?: number; readonly high?: number } | { readonly fixed: number };

const limited = z
  .tuple([z.number(), z.number(), z.number()])
  .refine(
    ([start, low, high]) => low < high && low <= start && start <= high,
    'must be [start, low, high] with low ≤ start ≤ high',
  );

/** `1.86` (start), `[1.86, 1.85, 1.87]` (start, low, high), `{ fixed: 1.86 }`, or absent (found from the data). */
export const fitParameter = z
  .union([
    z.number().transform((start): FitParameterSpec => ({ start })),
    limited.transform(([start, low, high]): FitParameterSpec => ({ start, low, high })),
    z.strictObject({ fixed: z.number() }).transform((p): FitParameterSpec => p),
  ])
  .describe('start value, or [start, low, high], or { fixed }');

/** A cut or a derived column in the expression language; a bare number is one too. */
export const expression = z.union([z.string().min(1), z.number().transform(String)]);
