import { userError } from '../../base/error.js';
import { compileFormula } from './formula.js';
import type { Category, Content, Correction, Edges, Flow } from './schema.js';

/** One row of inputs, in the order in which the correction declares them. */
export type Row = (number | string)[];
type Node = (row: Row) => number;

/**
 * Compiles a correction to a function of its inputs, with the same numbers as correctionlib.
 * Not evaluated here: hashprng and lwtnn nodes. NaN overflows its bins (correctionlib is undefined there on uniform ones).
 *
 * @example compileCorrection(set.corrections[0])(['nominal', 0.03])
 */
export function compileCorrection(correction: Correction): Node {
  return compileWith(correction, new Map());
}

function compileWith(correction: Correction, constants: ReadonlyMap<string, number | string>): Node {
  const index = (name: string): number => correction.inputs.findIndex((v) => v.name === name);
  return compile(correction.data, { correction, index, constants });
}

/**
 * Evaluates a correction over columns: numbers from arrays, or one value for all rows.
 *
 * @throws where an input is missing, a category has no such key or a value lies outside bins with flow "error"
 * @example evaluateCorrection(correction, { variation: 'up', mu_IP: column })
 */
export function evaluateCorrection(
  correction: Correction,
  inputs: Readonly<Record<string, ArrayLike<number> | readonly string[] | string | number>>,
): Float64Array {
  const columns = correction.inputs.map(({ name, type }) => {
    const column = inputs[name];
    if (column === undefined) {
      const given = Object.keys(inputs).join(', ');
      throw userError({
        code: 'correctionlib.input',
        message: `correction "${correction.name}" needs the input "${name}" (${type})`,
        got: given,
      });
    }
    return column;
  });
  const lengths = columns.flatMap((c) => (typeof c === 'object' ? [c.length] : []));
  const n = lengths[0] ?? 1;
  if (lengths.some((l) => l !== n)) {
    throw userError({
      code: 'correctionlib.length',
      message: `correction "${correction.name}": inputs differ in length`,
      got: lengths.join(', '),
    });
  }
  // What is the same for all rows is decided once: a variation costs nothing per row.
  const constants = correction.inputs.flatMap(({ name }, k) => {
    const c = columns[k];
    return typeof c === 'object' ? [] : [[name, c] as const];
  });
  const node = compileWith(correction, new Map(constants));
  const row: Row = columns.map((c) => (typeof c === 'object' ? '' : c));
  const varying = columns.flatMap((c, k) => (typeof c === 'object' ? [[k, c] as const] : []));
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (const [k, c] of varying) row[k] = c[i];
    out[i] = node(row);
  }
  return out;
}

interface Context {
  readonly correction: Correction;
  readonly index: (name: string) => number;
  /** Inputs known when compiling. */
  readonly constants: ReadonlyMap<string, number | string>;
}

function compile(node: Content, context: Context): Node {
  if (typeof node === 'number') return () => node;
  switch (node.nodetype) {
    case 'binning':
      return bins([node.input], [node.edges], node.content, node.flow, context);
    case 'multibinning':
      return bins(node.inputs, node.edges, node.content, node.flow, context);
    case 'category':
      return category(node, context);
    case 'formula':
      return formula(node.expression, node.variables, node.parameters ?? [], context);
    case 'formularef': {
      const generic = context.correction.generic_formulas?.[node.index];
      if (!generic) throw refuse(context, `no generic formula ${node.index}`);
      return formula(generic.expression, generic.variables, node.parameters, context);
    }
    case 'transform': {
      const at = context.index(node.input);
      const rule = compile(node.rule, context);
      const constants = new Map([...context.constants].filter(([name]) => name !== node.input));
      const content = compile(node.content, { ...context, constants });
      const integer = context.correction.inputs[at].type === 'int';
      return (row) => {
        const copy = row.slice();
        // An integer input stays one: correctionlib rounds halves away from zero.
        const value = rule(row);
        copy[at] = integer ? Math.sign(value) * Math.round(Math.abs(value)) : value;
        return content(copy);
      };
    }
    case 'hashprng':
    case 'lwtnn':
      throw refuse(context, `${node.nodetype} nodes are not evaluated here`);
  }
}

function formula(
  expression: string,
  variables: readonly string[],
  parameters: readonly number[],
  context: Context,
): Node {
  const from = variables.map(context.index);
  if (expression === '[0]+[1]*x' && parameters.length >= 2) {
    const [constant, slope] = parameters;
    const at = from[0];
    return (row) => constant + slope * (row[at] as number);
  }
  const f = compileFormula(expression, parameters);
  const values = new Float64Array(from.length);
  return (row) => {
    for (let k = 0; k < from.length; k++) values[k] = row[from[k]] as number;
    return f(values);
  };
}

function category(node: Category, context: Context): Node {
  const at = context.index(node.input);
  const known = context.constants.get(node.input);
  const items = known === undefined ? node.content : node.content.filter(({ key }) => key === known);
  const map = new Map<number | string, Node>(items.map(({ key, value }) => [key, compile(value, context)]));
  const only = known === undefined ? undefined : map.get(known);
  if (only) return only;
  const fallback = node.default === undefined || node.default === null ? undefined : compile(node.default, context);
  return (row) => {
    const found = map.get(row[at]) ?? fallback;
    if (!found)
      throw refuse(
        context,
        `input "${node.input}" has no such category`,
        String(row[at]),
        node.content.map(({ key }) => key).join(', '),
      );
    return found(row);
  };
}

function bins(
  inputs: readonly string[],
  edges: readonly Edges[],
  content: readonly Content[],
  flow: Flow,
  context: Context,
): Node {
  const at = inputs.map(context.index);
  const axes = edges.map(expand);
  const cells = content.map((c) => compile(c, context));
  const other = typeof flow === 'string' ? undefined : compile(flow, context);
  return (row) => {
    let cell = 0;
    for (let k = 0; k < at.length; k++) {
      const axis = axes[k];
      const n = axis.length - 1;
      let v = row[at[k]] as number;
      if (flow === 'wrap' && !(v >= axis[0] && v < axis[n])) {
        const span = axis[n] - axis[0];
        if (!Number.isFinite(v - span)) throw refuse(context, `input "${inputs[k]}" cannot be wrapped`, String(v));
        v = axis[0] + ((((v - axis[0]) % span) + span) % span);
      }
      let bin = find(axis, v);
      if (bin < 0 || bin >= n) {
        if (other) return other(row);
        if (flow === 'error')
          throw refuse(context, `input "${inputs[k]}" lies outside the bins`, String(v), `${axis[0]} to ${axis[n]}`);
        bin = bin < 0 ? 0 : n - 1;
      }
      cell = cell * n + bin;
    }
    return cells[cell](row);
  };
}

/** edges[i] ≤ v < edges[i + 1]; −1 below, n from the last edge on and for NaN. */
function find(edges: Float64Array, v: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (v < edges[middle]) high = middle;
    else low = middle + 1;
  }
  return low - 1;
}

function expand(edges: Edges): Float64Array {
  if (!Array.isArray(edges)) {
    const { n, low, high } = edges;
    return Float64Array.from({ length: n + 1 }, (_, i) => (i === n ? high : low + ((high - low) * i) / n));
  }
  return Float64Array.from(edges, (e) => (typeof e === 'number' ? e : e === '-inf' ? -Infinity : Infinity));
}

const refuse = (context: Context, message: string, got?: string, expected?: string) =>
  userError({
    code: 'correctionlib.evaluate',
    message: `correction "${context.correction.name}": ${message}`,
    got,
    expected,
  });
