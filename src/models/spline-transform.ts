import { reshape, split } from '../graph/ops/reshape.js';
import { constantInit, type ParameterSpec } from '../graph/parameters.js';
import { dim } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { affine } from './affine.js';
import { bend, bendSize, inTurn, scaleAndShift, type Bent } from './bend.js';
import type { FlowSpec } from './flow-spec.js';
import { mlp } from './mlp.js';
import { sharedSpline, splineTable } from './rqs-shared.js';
import { splineSize, type Direction } from './rqs-spline.js';
import { moved, type Transform } from './transform.js';

/** Raw numbers `[size·n, batch]` of n features as `[size, n·batch]`, one column a point. */
export const perPoint = (raw: Tensor, size: number, point: Tensor): Tensor =>
  reshape(raw, [dim('parameter', size), point.shape[2]]);

/** Every feature bent by its own spline: one table for all events, or one network's output for each. */
export function splineTransform(name: string, spec: FlowSpec): Transform {
  return spec.context > 0 ? givenContext(name, spec) : unconditional(name, spec);
}

function unconditional(name: string, spec: FlowSpec): Transform {
  const own = (i: number): string => `${name}/feature ${i}`;
  const parameters = Array.from({ length: spec.features }, (_, i): ParameterSpec => ({
    name: own(i),
    shape: [bendSize(spec), 1],
    init: constantInit(0),
  }));
  return {
    name,
    parameters,
    apply: (parts, _, p, direction) =>
      parts.map((part, i) => moved(part, shared(part.values, p[own(i)], spec, direction))),
  };
}

/** {@link bend} with one set of numbers for all points. */
function shared(x: Tensor, raw: Tensor, spec: FlowSpec, direction: Direction): Bent {
  const curve = (t: Tensor, numbers: Tensor, way: Direction): [Tensor, Tensor] =>
    sharedSpline(t, splineTable(numbers, spec), spec, way);
  if (spec.tails === 'identity') {
    const [values, factor] = curve(x, raw, direction);
    return { values, factors: [factor] };
  }
  const [numbers, line] = split(raw, raw.shape[0].name, [splineSize(spec), 2]);
  const stretch = scaleAndShift(line, spec, x);
  return direction === 'forward'
    ? inTurn(
        x,
        (t) => curve(t, numbers, 'forward'),
        (t) => affine(t, ...stretch, 'forward'),
      )
    : inTurn(
        x,
        (t) => affine(t, ...stretch, 'inverse'),
        (t) => curve(t, numbers, 'inverse'),
      );
}

function givenContext(name: string, spec: FlowSpec): Transform {
  const size = bendSize(spec);
  const { hidden, activation } = spec;
  const network = mlp({
    name,
    inputs: [spec.context],
    hidden,
    outputs: size * spec.features,
    activation,
    silent: true,
  });
  return {
    name,
    parameters: network.parameters,
    apply([part], context, p, direction) {
      const raw = network.apply(context ? [context] : [], p);
      return [moved(part, bend(part.values, perPoint(raw, size, part.values), spec, direction))];
    },
  };
}
