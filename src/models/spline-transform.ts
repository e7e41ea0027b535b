import { reshape } from '../graph/ops/reshape.js';
import { constantInit, type ParameterSpec } from '../graph/parameters.js';
import { dim } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import type { FlowSpec } from './flow-spec.js';
import { mlp } from './mlp.js';
import { sharedSpline, splineTable } from './rqs-shared.js';
import { spline, splineSize } from './rqs-spline.js';
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
    shape: [splineSize(spec), 1],
    init: constantInit(0),
  }));
  return {
    name,
    parameters,
    apply: (parts, _, p, direction) =>
      parts.map((part, i) => moved(part, sharedSpline(part.values, splineTable(p[own(i)], spec), spec, direction))),
  };
}

function givenContext(name: string, spec: FlowSpec): Transform {
  const size = splineSize(spec);
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
      return [moved(part, spline(part.values, perPoint(raw, size, part.values), spec, direction))];
    },
  };
}
