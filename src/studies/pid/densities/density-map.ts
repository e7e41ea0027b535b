import { userError } from '../../../base/error.js';
import { fileName, newApplyCounts, transformer } from '../../../density/apply-block.js';
import { axisEnds, slotCount, valueAt, type GridAxis } from '../../../density/grid-axis.js';
import { integrateLast } from '../../../density/grid.js';
import { variationOf, type Template } from '../../../density/template.js';
import { transferMapCorrection, type TransferMapCorrection } from '../../../formats/correctionlib/transfer-map.js';
import { seedKey } from '../../../stats/key.js';

/** The name of a uniform random number between 0 and 1, which a resampling map takes. */
export const RANDOM = 'u';

/** The same kinematics with u, uniform whatever they are: F(u | k) = u. */
function uniform(template: Template): Template {
  const axis: GridAxis = {
    name: RANDOM,
    expression: RANDOM,
    transform: 'identity',
    normaliser: { kind: 'scale', x: [0, 1], y: [0, 1] },
    nodes: [0, 1],
    layout: 'nodes',
    atoms: [],
  };
  const axes = [...template.given, ...template.variables];
  const rate = integrateLast(variationOf(template, 'nominal').values, axes, template.variables.length);
  const values = Float64Array.from({ length: 2 * rate.length }, (_, i) => rate[i >> 1]);
  return { ...template, variables: [axis], variations: { nominal: { values, clipped: 0 } } };
}

/** Discrete axes, such as a charge, have values alone. */
const isDiscrete = (axis: GridAxis): boolean => axis.atoms.reduce((sum, a) => sum + a.mass, 0) > 0.99;

/** Where given axes are tabulated: at their values, or at their nodes and between, as many as a file of decent size holds. */
function knotsOf(axes: readonly GridAxis[]): { name: string; knots: number[]; step: boolean }[] {
  const count = (axis: GridAxis, parts: number): number =>
    isDiscrete(axis) ? axis.atoms.length : (axis.nodes.length - 1) * parts + 1;
  const parts = [4, 2].find((n) => axes.reduce((product, axis) => product * count(axis, n), 1) <= MOST_GIVEN) ?? 1;
  return axes.map((axis) => {
    if (isDiscrete(axis))
      return { name: axis.name, knots: axis.atoms.map((a) => a.value).sort((a, b) => a - b), step: true };
    const knots = Array.from({ length: count(axis, parts) }, (_, i) => {
      const [k, part] = [Math.floor(i / parts), (i % parts) / parts];
      return valueAt(axis, part === 0 ? axis.nodes[k] : axis.nodes[k] + part * (axis.nodes[k + 1] - axis.nodes[k]));
    });
    return { name: axis.name, knots, step: false };
  });
}

const MOST_GIVEN = 100;
const START = 33;
const MOST = 200;

/**
 * What `resample` or `transform` does, as a correctionlib correction that any program evaluates event by event: inputs
 * `variation` (`nominal`, `up`, `down`), the given columns, and the simulated value (transform) or a uniform random
 * number `u` (resample); output the new value. Linear between the density's nodes.
 *
 * @param simulation absent: resample
 * @param most knots along the value
 * @throws userError `density.map` where the density has several variables, atoms, more than three given columns or no events
 */
export async function densityMap(data: Template, simulation?: Template, most = MOST): Promise<TransferMapCorrection> {
  const from = simulation ?? uniform(data);
  const [axis] = from.variables;
  const refuse = (message: string, hint: string): never => {
    throw userError({ code: 'density.map', message, path: data.name, hint });
  };
  const inFiles = 'datamc pid resample and transform do this in files';
  if (data.variables.length !== 1)
    refuse(`"${data.name}" is a density of ${data.variables.length} variables; a correction holds one`, inFiles);
  if ([...data.variables, ...from.variables].some((a) => a.atoms.length > 0))
    refuse(`"${data.name}" has point masses, where a new value is drawn at random`, inFiles);
  if (data.given.length > 3) refuse('a correction has up to three given columns', inFiles);
  const map = transformer(from, data, { key: seedKey(1), outside: 'clamp', suffix: 'map' });
  const column = `${fileName(data.variables[0].name)}_map`;
  const banded = map.columns.includes(`${column}_up`);
  // Nominal value and band come together, and are asked for one after the other.
  const known = new WeakMap<Float64Array, Record<string, Float64Array | Uint8Array>>();
  const madeOf = (x: Float64Array, given: readonly Float64Array[]): Record<string, Float64Array | Uint8Array> => {
    const counts = newApplyCounts();
    const made = known.get(x) ?? map.apply({ rows: x.length, first: 0, given, variables: [x] }, counts);
    if (counts.empty > 0)
      refuse(
        `"${data.name}" has no events at some of its kinematics`,
        'fewer nodes, or narrower ranges of the given columns',
      );
    known.set(x, made);
    return made;
  };
  const evaluate = (part: '' | '_up' | '_down') => (x: Float64Array, given: readonly Float64Array[]) =>
    madeOf(x, given)[`${column}${banded ? part : ''}`] as Float64Array;
  const { lowX, highX } = axisEnds(axis);
  const steps = Math.min(most, Math.max(START, slotCount(axis)));
  const [low, high] = [axis.normaliser.y[0], axis.normaliser.y[axis.normaliser.y.length - 1]];
  const edges = Array.from({ length: steps }, (_, i) =>
    i === 0 ? lowX : i === steps - 1 ? highX : valueAt(axis, low + ((high - low) * i) / (steps - 1)),
  );
  const target = axisEnds(data.variables[0]);
  return transferMapCorrection({
    name: data.name,
    column: simulation ? data.variables[0].name : RANDOM,
    description: simulation
      ? `${data.variables[0].name} of data at the rank of the simulated value, F_data⁻¹(F_simulation(x | k) | k)`
      : `${data.variables[0].name} drawn as in data: F_data⁻¹(u | k) of a uniform random number u`,
    edges,
    nominal: evaluate(''),
    up: evaluate('_up'),
    down: evaluate('_down'),
    given: knotsOf(data.given),
    scale: () => target.highX - target.lowX,
    tolerance: { ofBand: 0.1, ofScale: 5e-4 },
    most,
  });
}
