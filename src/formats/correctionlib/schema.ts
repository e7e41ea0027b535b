import { z } from 'zod';

/*
 * correctionlib JSON, schema version 2 (github.com/cms-nanoAOD/correctionlib, src/correctionlib/schemav2.py). Every object
 * refuses keys it does not know, as there. Nothing is coerced.
 */

export type Edge = number | 'inf' | '+inf' | '-inf';
export interface UniformEdges {
  n: number;
  low: number;
  high: number;
}
export type Edges = Edge[] | UniformEdges;
export type Flow = Content | 'clamp' | 'error' | 'wrap';

export interface Variable {
  name: string;
  type: 'string' | 'int' | 'real';
  description?: string | null | undefined;
}
export interface Formula {
  nodetype: 'formula';
  expression: string;
  parser: 'TFormula';
  variables: string[];
  parameters?: number[] | null | undefined;
}
export interface FormulaRef {
  nodetype: 'formularef';
  index: number;
  parameters: number[];
}
export interface Transform {
  nodetype: 'transform';
  input: string;
  rule: Content;
  content: Content;
}
export interface HashPrng {
  nodetype: 'hashprng';
  inputs: string[];
  distribution: 'stdflat' | 'stdnormal' | 'normal';
}
export interface Lwtnn {
  nodetype: 'lwtnn';
  opaque: Record<string, unknown>;
  finalizer: Formula;
}
export interface Binning {
  nodetype: 'binning';
  input: string;
  edges: Edges;
  content: Content[];
  flow: Flow;
}
export interface MultiBinning {
  nodetype: 'multibinning';
  inputs: string[];
  edges: Edges[];
  content: Content[];
  flow: Flow;
}
export interface CategoryItem {
  key: string | number;
  value: Content;
}
export interface Category {
  nodetype: 'category';
  input: string;
  content: CategoryItem[];
  default?: Content | null | undefined;
}
export type ContentNode = Binning | MultiBinning | Category | Formula | FormulaRef | Transform | HashPrng | Lwtnn;
export type Content = number | ContentNode;

export interface Correction {
  name: string;
  description?: string | null | undefined;
  version: number;
  inputs: Variable[];
  output: Variable;
  generic_formulas?: Formula[] | null | undefined;
  data: Content;
}
export interface CompoundCorrection {
  name: string;
  description?: string | null | undefined;
  inputs: Variable[];
  output: Variable;
  inputs_update: string[];
  input_op: '+' | '*' | '/';
  output_op: '+' | '*' | '/' | 'last';
  stack: string[];
}
export interface CorrectionSet {
  $schema?: string | undefined;
  schema_version: 2;
  description?: string | null | undefined;
  corrections: Correction[];
  compound_corrections?: CompoundCorrection[] | null | undefined;
}

const text = z.string().nullish();
const variable = z.strictObject({
  name: z.string(),
  type: z.enum(['string', 'int', 'real']),
  description: text,
});
const output = variable.refine((v) => v.type === 'real', {
  message: 'the output of a correction is real',
  path: ['type'],
});

const edgeValue = (e: Edge): number => (typeof e === 'number' ? e : e === '-inf' ? -Infinity : Infinity);
const increasing = (edges: readonly Edge[]): boolean =>
  edges.every((e, i) => i === 0 || edgeValue(e) > edgeValue(edges[i - 1]));
const edges = z.union([
  z
    .array(z.union([z.number(), z.enum(['inf', '+inf', '-inf'])]))
    .min(2)
    .refine(increasing, 'edges increase strictly'),
  z
    .strictObject({ n: z.int().positive(), low: z.number(), high: z.number() })
    .refine((e) => e.high > e.low, 'high is above low'),
]);
export const binsOf = (e: Edges): number => (Array.isArray(e) ? e.length - 1 : e.n);

const content: z.ZodType<Content> = z.lazy(() =>
  z.union([
    z.number(),
    z.discriminatedUnion('nodetype', [
      binning,
      multiBinning,
      category,
      formula,
      formulaRef,
      transform,
      hashPrng,
      lwtnn,
    ]),
  ]),
);
const flow = z.union([z.enum(['clamp', 'error', 'wrap']), content]);

export const formula = z.strictObject({
  nodetype: z.literal('formula'),
  expression: z.string(),
  parser: z.literal('TFormula'),
  variables: z.array(z.string()),
  parameters: z.array(z.number()).nullish(),
});
const formulaRef = z.strictObject({
  nodetype: z.literal('formularef'),
  index: z.int().nonnegative(),
  parameters: z.array(z.number()),
});
const transform = z.strictObject({ nodetype: z.literal('transform'), input: z.string(), rule: content, content });
const hashPrng = z.strictObject({
  nodetype: z.literal('hashprng'),
  inputs: z.array(z.string()),
  distribution: z.enum(['stdflat', 'stdnormal', 'normal']),
});
const lwtnn = z.strictObject({
  nodetype: z.literal('lwtnn'),
  opaque: z.record(z.string(), z.unknown()),
  finalizer: formula,
});
const binning = z
  .strictObject({ nodetype: z.literal('binning'), input: z.string(), edges, content: z.array(content), flow })
  .refine((b) => b.content.length === binsOf(b.edges), { message: 'one content per bin', path: ['content'] });
const multiBinning = z
  .strictObject({
    nodetype: z.literal('multibinning'),
    inputs: z.array(z.string()).min(1),
    edges: z.array(edges),
    content: z.array(content),
    flow,
  })
  .refine((b) => b.edges.length === b.inputs.length, { message: 'one list of edges per input', path: ['edges'] })
  .refine((b) => b.content.length === b.edges.reduce((n, e) => n * binsOf(e), 1), {
    message: 'one content per bin, last input fastest',
    path: ['content'],
  });
const category = z
  .strictObject({
    nodetype: z.literal('category'),
    input: z.string(),
    content: z.array(z.strictObject({ key: z.union([z.string(), z.int()]), value: content })).min(1),
    default: content.nullish(),
  })
  .refine((c) => new Set(c.content.map(({ key }) => typeof key)).size === 1, {
    message: 'keys are of one type',
    path: ['content'],
  })
  .refine((c) => new Set(c.content.map(({ key }) => key)).size === c.content.length, {
    message: 'keys differ',
    path: ['content'],
  });

const correction: z.ZodType<Correction> = z.strictObject({
  name: z.string(),
  description: text,
  version: z.int(),
  inputs: z.array(variable),
  output,
  generic_formulas: z.array(formula).nullish(),
  data: content,
});
const compound: z.ZodType<CompoundCorrection> = z.strictObject({
  name: z.string(),
  description: text,
  inputs: z.array(variable),
  output,
  inputs_update: z.array(z.string()),
  input_op: z.enum(['+', '*', '/']),
  output_op: z.enum(['+', '*', '/', 'last']),
  stack: z.array(z.string()),
});

/** The whole file. Names across nodes are checked by `checkNames`, which `parseCorrectionSet` calls. */
export const correctionSetSchema: z.ZodType<CorrectionSet> = z.strictObject({
  $schema: z.string().optional(),
  schema_version: z.literal(2),
  description: text,
  corrections: z.array(correction),
  compound_corrections: z.array(compound).nullish(),
});
