import { Graph } from '../graph/graph.js';
import { dim, type Shape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { GraphAlgebra, type Mixed } from './graph-algebra.js';
import { pairOf, type Jet } from './graph-jet.js';
import { GraphParts, type Part } from './graph-parts.js';
import type { Pdf } from './pdf.js';
import { ScalarProgram } from './scalar-program.js';

/** The sum of densities, as far as the graph is concerned. */
export interface GraphModel {
  /** What the events' columns are called; those of the variables first, then templates' of each pdf. */
  readonly variables: readonly string[];
  readonly pdfs: readonly Pdf[];
  /** For each pdf, whether its parameters, then its constants, move in the fit. */
  readonly moves: readonly { readonly parameters: readonly boolean[]; readonly constants: readonly boolean[] }[];
  /** Nodes of the quadrature in each bin; 1 for events. */
  readonly nodes: number;
}

/** A compiled sum over events and how to read what comes out. */
export interface LikelihoodGraph {
  readonly model: Uint8Array;
  /** Inputs (parameters, then constants, pdf after pdf) → slots. */
  readonly program: ScalarProgram;
  /** Steps of the program whose values are the graph's input `slots`. */
  readonly slots: readonly number[];
  /** Slots by which there are derivatives, in the order of the outputs `first` and `gram`. */
  readonly first: readonly number[];
  /** Pairs of slots in the order of the output `second`. */
  readonly second: readonly (readonly [number, number])[];
  /** Numbers that an event has at most on the way: many where a density is convoluted. */
  readonly widest: number;
}

/** What is summed: `sandwich` is Σ (w u)(w u)ᵀ, for the errors of weighted fits. */
export type Wanted = 'gradient' | 'hessian' | 'sandwich';

/**
 * Sums over events i of weight wᵢ with f = Σ densities (extended: each times its yield), for derivatives by slots:
 * `value` Σ w ln f; `first` Σ w fₐ/f; `second` Σ w fₐᵦ/f; `gram` Σ w fₐfᵦ/f². Contractions are matrix products.
 * For bins each fₐ is first averaged over the bin by the quadrature's weights.
 */
export function likelihoodGraph(model: GraphModel, wanted: Wanted): LikelihoodGraph {
  const graph = new Graph({ dtype: 'float64' });
  const events: Shape = [dim('node', model.nodes), dim('event', 'N')];
  const parts = new GraphParts(graph, events);
  const vector = graph.input('slots', [dim('slot', 'R')]);
  const program = new ScalarProgram();
  const algebra = new GraphAlgebra(program, parts, vector);
  const x = model.variables.map((name) => graph.input(`x:${name}`, events));
  const f = algebra.jet(sumOfPdfs(model, algebra, x));
  const row: Shape = [dim('one', 1), dim('event', 'N')];
  const w = graph.input('w', row);
  const average = model.nodes > 1 ? graph.input('average', [dim('one', 1), dim('node', model.nodes)]) : undefined;
  const asRow = (part: Part): Tensor => {
    // A part without events counts once for each of them.
    const t = parts.isEvent(part)
      ? part
      : graph.raw('Add', [graph.raw('Sub', [x[0], x[0]], events), parts.tensor(part)], events);
    return average ? graph.raw('MatMul', [average, t], row) : { ...t, shape: row };
  };
  const density = asRow(f.value);
  const share = graph.raw('Div', [w, density], row);
  const first = [...f.first.keys()].sort((a, b) => a - b);
  const rows = stack(
    graph,
    first.map((slot) => asRow(f.first.get(slot) ?? 0)),
  );
  const contract = (a: Tensor, b: Tensor): Tensor => graph.raw('Gemm', [a, b], [a.shape[0], b.shape[0]], { transB: 1 });
  if (wanted === 'sandwich') {
    const scaled = graph.raw('Mul', [rows, share], rows.shape);
    graph.output('gram', contract(scaled, scaled));
    return { model: graph.compile(), program, slots: algebra.steps, first, second: [], widest: parts.widest };
  }
  graph.output('value', contract(graph.raw('Log', [density], row), w));
  graph.output('first', contract(rows, share));
  const keys = [...f.second.keys()].sort((a, b) => a - b);
  if (wanted === 'hessian') {
    const curved = graph.raw('Div', [share, density], row);
    graph.output('gram', contract(graph.raw('Mul', [rows, curved], rows.shape), rows));
    if (keys.length) {
      const bends = stack(
        graph,
        keys.map((key) => asRow(f.second.get(key) ?? 0)),
      );
      graph.output('second', contract(bends, share));
    }
  }
  return {
    model: graph.compile(),
    program,
    slots: algebra.steps,
    first,
    second: keys.map(pairOf),
    widest: parts.widest,
  };
}

/** Σ of the pdfs' densities, each with its scale, in the algebra of the graph. */
function sumOfPdfs(model: GraphModel, algebra: GraphAlgebra, x: readonly Tensor[]): Mixed {
  let input = 0;
  let column = 0;
  let sum: Mixed | undefined;
  model.pdfs.forEach((pdf, i) => {
    const inputs = (moves: readonly boolean[]): number[] => moves.map((m) => algebra.program.input(input++, m));
    const parameters = inputs(model.moves[i].parameters);
    const constants = inputs(model.moves[i].constants);
    const templates = pdf.columns.map((): Jet => {
      const name = `column:${column++}`;
      return GraphAlgebra.events(algebra.parts.graph.input(name, algebra.parts.events));
    });
    const events = [...x.map((t) => GraphAlgebra.events(t)), ...templates];
    const density = pdf.density<Mixed>(algebra, events, parameters, constants);
    sum = sum === undefined ? density : algebra.add(sum, density);
  });
  return sum ?? algebra.constant(0);
}

function stack(graph: Graph, rows: readonly Tensor[]): Tensor {
  const shape: Shape = [dim('row', rows.length), dim('event', 'N')];
  return rows.length === 1 ? { ...rows[0], shape } : graph.raw('Concat', rows, shape, { axis: 0 });
}
