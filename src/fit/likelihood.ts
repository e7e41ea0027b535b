import { constantDual, dualAlgebra, variableDual, type Dual } from './dual-algebra.js';
import type { Kernel } from './kernel.js';
import type { LikelihoodGraph } from './likelihood-graph.js';
import type { FitModel, GaussianConstraint } from './model.js';
import type { Objective, Point } from './newton.js';
import type { ParameterTable } from './parameter-table.js';
import type { EventBlocks, Sums } from './sums.js';

/** One category as the likelihood sees it: a kernel and the events (all, or the points that stand for them). */
export interface LikelihoodPart {
  readonly kernel: Kernel;
  readonly events: EventBlocks;
}

/** A category's numbers without events, with derivatives by the free parameters. */
interface Slots {
  readonly graph: LikelihoodGraph;
  readonly duals: readonly Dual[];
  readonly vector: Float64Array;
}

/**
 * −ln L of the extended likelihood, Σ yields − Σ w ln f, over all categories, with Gaussian constraints. Sums over
 * events come from the graph, by slots; the chain rule to the free parameters is done here.
 */
export class Likelihood implements Objective {
  /** Passes over the events so far. */
  passes = 0;
  readonly #constraints: readonly (GaussianConstraint & { readonly place: number })[];

  constructor(
    private readonly model: FitModel,
    private readonly table: ParameterTable,
    private readonly parts: readonly LikelihoodPart[],
  ) {
    this.#constraints = (model.constraints ?? []).map((c) => ({
      ...c,
      place: table.entries.findIndex((entry) => entry.name === c.parameter),
    }));
  }

  async evaluate(free: Float64Array): Promise<Point> {
    return this.#evaluate(free, 'hessian');
  }

  /** Value and gradient alone: half of the work. */
  async slope(free: Float64Array): Promise<Point> {
    return this.#evaluate(free, 'gradient');
  }

  async #evaluate(free: Float64Array, wanted: 'gradient' | 'hessian'): Promise<Point> {
    const n = free.length;
    const values = this.#values(free);
    const total = { value: 0, gradient: new Float64Array(n), hessian: new Float64Array(n * n) };
    const add = (dual: Dual, factor: number): void => addDual(total, dual, factor, n);
    this.passes++;
    for (const [c, part] of this.parts.entries()) {
      for (const place of this.table.places[c]) {
        add(values[place.yield], 1);
        total.value += values[place.yield].value;
      }
      const slots = this.#slots(c, part, values, wanted);
      const s = await part.kernel.sums(wanted, part.events, slots.vector);
      total.value -= s.value;
      slots.graph.first.forEach((slot, i) => add(slots.duals[slot], -s.first[i]));
      if (wanted === 'hessian') addCurvature(total.hessian, slots, s, n);
    }
    for (const { value, error, place } of this.#constraints) {
      const pull = dualAlgebra.div(dualAlgebra.sub(values[place], constantDual(value)), constantDual(error));
      const half = dualAlgebra.mul(constantDual(0.5), dualAlgebra.mul(pull, pull));
      add(half, 1);
      total.value += half.value;
    }
    return total;
  }

  /** Σ w² u uᵀ over events, u = ∂ln f: the middle of the sandwich. Constraints count with their own curvature. */
  async scatter(free: Float64Array, variances: readonly EventBlocks[]): Promise<Float64Array> {
    const n = free.length;
    const values = this.#values(free);
    const out = new Float64Array(n * n);
    for (const [c, part] of this.parts.entries()) {
      const slots = this.#slots(c, part, values, 'sandwich');
      const { gram } = await part.kernel.sums('sandwich', variances[c], slots.vector);
      addGram(out, slots, gram, n);
    }
    for (const { error, place } of this.#constraints) {
      const { on, gradient } = values[place];
      on.forEach((i, k) => on.forEach((j, l) => (out[i * n + j] += (gradient[k] * gradient[l]) / error ** 2)));
    }
    return out;
  }

  #values(free: Float64Array): Dual[] {
    return this.table.values(dualAlgebra, Array.from(free, variableDual));
  }

  #slots(
    category: number,
    { kernel }: LikelihoodPart,
    values: readonly Dual[],
    wanted: 'gradient' | 'hessian' | 'sandwich',
  ): Slots {
    const graph = kernel.graph(wanted);
    const inputs = this.model.categories[category].components.flatMap(({ pdf }, k) => {
      const place = this.table.places[category][k];
      const parameters = place.parameters.map((i) => values[i]);
      return [...parameters, ...pdf.constants(dualAlgebra, parameters, values[place.yield])];
    });
    const steps = graph.program.run(dualAlgebra, inputs);
    const duals = graph.slots.map((step) => steps[step]);
    return { graph, duals, vector: Float64Array.from(duals, (d) => d.value) };
  }
}

/** factor · (gradient and Hessian) of a number of the parameters. */
function addDual(total: Point, { on, gradient, hessian }: Dual, factor: number, n: number): void {
  for (let i = 0, at = 0; i < on.length; i++) {
    total.gradient[on[i]] += factor * gradient[i];
    for (let j = 0; j <= i; j++, at++) {
      total.hessian[on[i] * n + on[j]] += factor * hessian[at];
      if (i !== j) total.hessian[on[j] * n + on[i]] += factor * hessian[at];
    }
  }
}

/** The part of −Σ w ∂²ln f from derivatives by two slots: Σ w fₐfᵦ/f² − Σ w fₐᵦ/f, carried to the parameters. */
function addCurvature(hessian: Float64Array, slots: Slots, { gram, second }: Sums, n: number): void {
  addGram(hessian, slots, gram, n);
  slots.graph.second.forEach(([a, b], k) => {
    const [p, q] = [slots.duals[a], slots.duals[b]];
    p.on.forEach((i, x) =>
      q.on.forEach((j, y) => {
        const term = -second[k] * p.gradient[x] * q.gradient[y];
        hessian[i * n + j] += term;
        // An off-diagonal pair stands for both of its orders.
        if (a !== b) hessian[j * n + i] += term;
      }),
    );
  });
}

/** Jᵀ G J for a matrix over slots. */
function addGram(out: Float64Array, { graph, duals }: Slots, gram: Float64Array, n: number): void {
  const m = graph.first.length;
  graph.first.forEach((a, k) => {
    const p = duals[a];
    graph.first.forEach((b, l) => {
      const q = duals[b];
      const g = gram[k * m + l];
      p.on.forEach((i, x) => q.on.forEach((j, y) => (out[i * n + j] += g * p.gradient[x] * q.gradient[y])));
    });
  });
}
