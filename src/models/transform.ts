import type { ParameterSpec } from '../graph/parameters.js';
import type { Tensor } from '../graph/tensor.js';
import type { Bent } from './bend.js';
import type { Part } from './log-derivative.js';
import type { Direction } from './rqs-spline.js';

export type Parameters = Readonly<Record<string, Tensor>>;

/** One invertible step of a flow. Features are held in parts, in units of the box, and stay in them. */
export interface Transform {
  readonly name: string;
  readonly parameters: readonly ParameterSpec[];
  /** @param context `[context, batch]`, standardised; absent where the flow has none */
  apply(parts: readonly Part[], context: Tensor | undefined, parameters: Parameters, direction: Direction): Part[];
}

/** The part with new values and more factors of the derivative. */
export const moved = (part: Part, { values, factors }: Bent): Part => ({
  features: part.features,
  values,
  factors: [...part.factors, ...factors],
});
