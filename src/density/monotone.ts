import { atomPlace, slotCount, type GridAxis } from './grid-axis.js';
import { integrateLast, slotLengths } from './grid.js';
import type { TemplateValues } from './template.js';

/**
 * Makes a signed density (of weights of either sign) one whose distribution functions rise: along each variable, for all that
 * stands before it, the cumulative sum is replaced by the nearest rising one (least squares, by pooling adjacent violators;
 * Barlow et al., Statistical Inference under Order Restrictions (1972), section 1.2), kept between 0 and the line's total. What was
 * negative is taken from its neighbours on both sides, and each line keeps its total; setting it to zero would add as much.
 *
 * @param given how many of the axes, the first ones, are given
 */
export function monotoneValues(values: Float64Array, axes: readonly GridAxis[], given: number): TemplateValues {
  let [above, below] = [0, 0];
  for (const v of values) {
    if (v < 0) below -= v;
    else above += v;
  }
  if (below === 0) return { values: values.slice(), clipped: 0 };
  let totals = integrateLast(values, axes, axes.length - given).map((v) => Math.max(0, v));
  for (let j = given; j < axes.length; j++) {
    const own = axes.slice(0, j + 1);
    const density = integrateLast(values, axes, axes.length - 1 - j).slice();
    raise(density, own[j], totals);
    totals = density;
  }
  return { values: totals, clipped: below / (above + below) };
}

/** Replaces every line of a signed density along its last axis by one that is nowhere negative and has the total asked for. */
function raise(density: Float64Array, axis: GridAxis, totals: Float64Array): void {
  const n = slotCount(axis);
  const lengths = slotLengths(axis);
  const order = slotOrder(axis);
  const content = new Float64Array(n);
  for (let line = 0; line < totals.length; line++) {
    const from = line * n;
    const wanted = totals[line];
    let [sum, positive] = [0, 0];
    let signed = false;
    for (let i = 0; i < n; i++) {
      const c = density[from + i] * lengths[i];
      sum += c;
      if (c > 0) positive += c;
      else if (c < 0) signed = true;
    }
    if (!signed && sum === wanted) continue;
    if (!(wanted > 0) || !(positive > 0)) {
      density.fill(0, from, from + n);
      continue;
    }
    // A line whose total is not positive though it should be has no cumulative sum to speak of: its positive part stands.
    const rising = sum > 0 ? wanted / sum : 0;
    for (let i = 0; i < n; i++) {
      const c = density[from + order[i]] * lengths[order[i]];
      content[i] = rising > 0 ? c * rising : (Math.max(0, c) * wanted) / positive;
    }
    if (signed && rising > 0) pool(content, wanted);
    for (let i = 0; i < n; i++) density[from + order[i]] = content[i] / lengths[order[i]];
  }
}

/** Contents whose cumulative sum falls here and there → contents that are nowhere negative and add up to `total`. */
export function pool(content: Float64Array, total: number): void {
  const n = content.length;
  const level = new Float64Array(n);
  const size = new Int32Array(n);
  let blocks = 0;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    sum += content[i];
    level[blocks] = sum;
    size[blocks] = 1;
    blocks++;
    while (blocks > 1 && level[blocks - 2] >= level[blocks - 1]) {
      const [a, b] = [size[blocks - 2], size[blocks - 1]];
      level[blocks - 2] = (a * level[blocks - 2] + b * level[blocks - 1]) / (a + b);
      size[blocks - 2] = a + b;
      blocks--;
    }
  }
  content.fill(0);
  let before = 0;
  for (let b = 0, at = 0; b < blocks; at += size[b++]) {
    const up = b === blocks - 1 ? total : Math.min(total, Math.max(0, level[b]));
    content[at] = up - before;
    before = up;
  }
}

/** Slots in the order of their values, an outer node where the middle of its half piece lies: within the atoms at the ends. */
function slotOrder(axis: GridAxis): number[] {
  const last = axis.nodes.length - 1;
  const quarter = axis.layout === 'nodes' ? 0.25 * (axis.nodes[1] - axis.nodes[0]) : 0;
  const nodes = axis.nodes.map((y, slot) => ({
    place: y + (slot === 0 ? quarter : slot === last ? -quarter : 0),
    slot,
  }));
  const atoms = axis.atoms.map((_, a) => ({ place: atomPlace(axis, a), slot: axis.nodes.length + a }));
  return [...nodes, ...atoms].sort((p, q) => p.place - q.place || p.slot - q.slot).map(({ slot }) => slot);
}
