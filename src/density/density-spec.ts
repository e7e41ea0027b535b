import type { Approximation } from './approximation.js';
import type { Normalisation } from './normaliser.js';
import type { PreTransform } from './pre-transform.js';
import type { KernelShape } from './scatter.js';

/** An axis as it is asked for; what is absent has a default that depends on the method. */
export interface AxisSpec {
  readonly name: string;
  /** Expression of its values, where it is another than the name. */
  readonly expression?: string | undefined;
  readonly nodes?: number | undefined;
  readonly transform?: PreTransform | undefined;
  readonly normaliser?: Normalisation | undefined;
  /** In the column's own unit; the events' own range where absent. */
  readonly range?: readonly [number, number] | undefined;
  /** Whole numbers are spread by ±½ before they are gridded, so that the grid does not show them. */
  readonly dither?: boolean | undefined;
  /** Histogram: raises bins with few events by at most this factor (see `flattenAxis`); 1: none. */
  readonly flatten?: number | undefined;
}

/** A density to be made: of variables, for given kinematics. */
export interface DensitySpec {
  readonly name: string;
  /** In the order of their chain. */
  readonly variables: readonly AxisSpec[];
  readonly given: readonly AxisSpec[];
  readonly method: 'kernel' | 'histogram' | 'flow';
  /** Half widths in normalised units (kernel), σ in bins (histogram), one per axis: given, then variables. */
  readonly widths?: readonly number[] | undefined;
  readonly kernel?: KernelShape | undefined;
  readonly approximation?: Approximation | undefined;
  readonly adaptive?: boolean | undefined;
  /** How often the estimate becomes the next approximation, 1 by default (see `relativeDensity`). */
  readonly refinements?: number | undefined;
  /** Parts of the cross-validation that chooses the widths, 5 by default; below 2 the widths of a normal distribution. */
  readonly folds?: number | undefined;
  readonly replicas?: number | undefined;
  /** Factor on all widths for the variation `syst_widths`; 1: no such variation. 1.5 by default. */
  readonly widthsFactor?: number | undefined;
  /** Least share of a value that is kept as a point mass, 0.005 by default; 0: none. */
  readonly atoms?: number | undefined;
  readonly seed?: number | undefined;
  /** Made in a hurry: said in the facts. */
  readonly quick?: boolean | undefined;
}

/**
 * PIDGen2's template for the histogram; for kernels, kinematics whose nodes go neither all into the bulk of the events nor all
 * into their tail, and variables that are near a normal distribution, so that kernels may be wide.
 */
const DEFAULTS = {
  kernel: {
    given: { nodes: 30, normaliser: 'root' },
    variable: { nodes: 100, normaliser: 'gauss' },
    layout: 'nodes',
  },
  flow: { given: { nodes: 20, normaliser: 'flatten' }, variable: { nodes: 100, normaliser: 'gauss' }, layout: 'nodes' },
  histogram: {
    given: { nodes: 70, normaliser: 'flatten' },
    variable: { nodes: 70, normaliser: 'gauss' },
    layout: 'bins',
  },
} as const;

/** Pieces of a normaliser: PIDGen2's 100 for kinematics, 1000 for a variable. */
const KNOTS = { given: 100, variable: 1000 } as const;

/** Of more kinematics than these each has fewer nodes: a grid's size goes with their product. */
const FEW = 2;
const COARSE = 20;

/** The options of an axis, defaults filled in. */
export function axisOptions(spec: DensitySpec, axis: AxisSpec, role: 'given' | 'variable') {
  const { layout, [role]: own } = DEFAULTS[spec.method];
  const nodes = role === 'given' && spec.method === 'kernel' && spec.given.length > FEW ? COARSE : own.nodes;
  return {
    name: axis.name,
    expression: axis.expression ?? axis.name,
    nodes: axis.nodes ?? nodes,
    layout,
    transform: axis.transform ?? 'identity',
    normaliser: axis.normaliser ?? own.normaliser,
    knots: KNOTS[role],
    range: axis.range,
    atoms: spec.atoms ?? 0.005,
    allOrNothing: role === 'given',
  } as const;
}
