import { userError } from '../base/error.js';
import { didYouMean } from '../base/near.js';
import { ACTIVATIONS, type Activation } from './mlp.js';
import type { Tails } from './rqs-curve.js';

/**
 * - `spline`: every feature its own spline, whose numbers are shared by all events or computed from the context;
 * - `coupling`: each half of the features bent by splines computed from the other half (Durkan et al. 2019);
 * - `autoregressive`: each feature bent by a spline computed from the features before it;
 * - `affine`: the same with a shift and a scale instead of a spline (MAF, Papamakarios et al. 2017, arXiv:1705.07057).
 */
export type FlowKind = 'spline' | 'coupling' | 'autoregressive' | 'affine';

const KINDS: readonly FlowKind[] = ['spline', 'coupling', 'autoregressive', 'affine'];

/** The architecture of a flow. Plain data. */
export interface FlowSpec {
  readonly kind: FlowKind;
  readonly features: number;
  /** Columns the density depends on. */
  readonly context: number;
  readonly transforms: number;
  readonly bins: number;
  readonly hidden: readonly number[];
  readonly activation: Activation;
  /** Half-width of the splines' box, in standardised units. Outside, the map is a straight line. */
  readonly bound: number;
  readonly tails: Tails;
  /** Least bin width and height (as a share of the box) and least slope. */
  readonly floor: number;
}

const DEFAULTS = {
  context: 0,
  transforms: 1,
  bins: 16,
  hidden: [64, 64],
  activation: 'relu',
  bound: 4,
  tails: 'linear',
  floor: 1e-3,
} as const;

/**
 * A whole specification from what is said and defaults for the rest.
 *
 * @throws userError `models.flow-spec` for an unknown kind, or sizes that make no flow
 * @example flowSpec({ kind: 'spline', features: 1, context: 1 }) // p(x | pT): 16 bins, hidden 64 × 64
 */
export function flowSpec(said: Partial<FlowSpec> & Pick<FlowSpec, 'kind' | 'features'>): FlowSpec {
  const spec: FlowSpec = { ...DEFAULTS, ...said };
  const wrong = (message: string, got: unknown, expected: string, hint?: string) =>
    userError({ code: 'models.flow-spec', message, got: JSON.stringify(got), expected, hint });
  if (!KINDS.includes(spec.kind)) {
    throw wrong('unknown kind of flow', spec.kind, KINDS.join(', '), didYouMean(String(spec.kind), KINDS));
  }
  if (!Object.hasOwn(ACTIVATIONS, spec.activation)) {
    throw wrong('unknown activation', spec.activation, Object.keys(ACTIVATIONS).join(', '));
  }
  const count = (name: 'features' | 'context' | 'transforms' | 'bins', least: number) => {
    if (!Number.isInteger(spec[name]) || spec[name] < least) {
      throw wrong(`a flow's ${name} must be counted`, spec[name], `a whole number of at least ${least}`);
    }
  };
  count('features', spec.kind === 'coupling' ? 2 : 1);
  count('context', 0);
  count('transforms', 1);
  count('bins', spec.tails === 'identity' ? 2 : 1);
  if (!spec.hidden.every((n) => Number.isInteger(n) && n > 0)) {
    throw wrong('hidden layers need widths', spec.hidden, 'whole numbers above 0');
  }
  if (spec.hidden.length === 0 && (spec.kind === 'autoregressive' || spec.kind === 'affine')) {
    throw wrong('a masked network needs a hidden layer', spec.hidden, 'at least one width');
  }
  if (!(spec.bound > 0)) throw wrong('the box needs a size', spec.bound, 'a number above 0');
  if (!(spec.floor > 0 && spec.floor * spec.bins < 1)) {
    throw wrong('the floors leave no room', spec.floor, `between 0 and ${1 / spec.bins} (1 / bins)`);
  }
  return spec;
}
