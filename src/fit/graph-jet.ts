import type { GraphParts, Part } from './graph-parts.js';

/** Two places in the second derivatives, smaller slot first, as one key. */
export const pairKey = (a: number, b: number): number => (a <= b ? a * 4096 + b : b * 4096 + a);
export const pairOf = (key: number): readonly [number, number] => [Math.floor(key / 4096), key % 4096];

/**
 * A number for each event, with its first and second derivatives by the slots: the numbers without events that enter the
 * graph. Derivatives that are zero by the formula are absent.
 */
export interface Jet {
  readonly value: Part;
  readonly first: ReadonlyMap<number, Part>;
  readonly second: ReadonlyMap<number, Part>;
}

type Slots = ReadonlyMap<number, Part>;

const combine = (p: GraphParts, a: Slots, b: Slots, sign: 1 | -1): Map<number, Part> => {
  const out = new Map(a);
  for (const [slot, part] of b) {
    const before = out.get(slot) ?? 0;
    out.set(slot, sign > 0 ? p.add(before, part) : p.sub(before, part));
  }
  return out;
};
const scaled = (p: GraphParts, a: Slots, by: Part): Map<number, Part> =>
  new Map([...a].map(([slot, part]) => [slot, p.mul(part, by)]));

/** f(a), given f, f′ and f″ there (absent: zero). */
function chain(p: GraphParts, a: Jet, value: Part, slope: Part, bend: Part): Jet {
  const second = scaled(p, a.second, slope);
  if (bend !== 0) addProducts(p, second, a.first, a.first, bend);
  return { value, first: scaled(p, a.first, slope), second };
}

/** second += by (aᵢ bⱼ + aⱼ bᵢ)/2 over ordered pairs: the full product of two gradients where they are the same one. */
function addProducts(p: GraphParts, second: Map<number, Part>, a: Slots, b: Slots, by: Part): void {
  const put = (key: number, part: Part): void => void second.set(key, p.add(second.get(key) ?? 0, part));
  if (a === b) {
    const slots = [...a];
    slots.forEach(([i, x], m) => {
      for (const [j, y] of slots.slice(m)) put(pairKey(i, j), p.mul(p.mul(x, y), by));
    });
    return;
  }
  for (const [i, x] of a) for (const [j, y] of b) put(pairKey(i, j), p.mul(p.mul(x, y), i === j ? p.mul(by, 2) : by));
}

export const jetAdd = (p: GraphParts, a: Jet, b: Jet): Jet => ({
  value: p.add(a.value, b.value),
  first: combine(p, a.first, b.first, 1),
  second: combine(p, a.second, b.second, 1),
});

export const jetSub = (p: GraphParts, a: Jet, b: Jet): Jet => ({
  value: p.sub(a.value, b.value),
  first: combine(p, a.first, b.first, -1),
  second: combine(p, a.second, b.second, -1),
});

export function jetMul(p: GraphParts, a: Jet, b: Jet): Jet {
  if (a === b) return chain(p, a, p.mul(a.value, a.value), p.mul(2, a.value), 2);
  const second = combine(p, scaled(p, a.second, b.value), scaled(p, b.second, a.value), 1);
  addProducts(p, second, a.first, b.first, 1);
  return {
    value: p.mul(a.value, b.value),
    first: combine(p, scaled(p, a.first, b.value), scaled(p, b.first, a.value), 1),
    second,
  };
}

export const jetNeg = (p: GraphParts, a: Jet): Jet => chain(p, a, p.neg(a.value), -1, 0);

export function jetExp(p: GraphParts, a: Jet): Jet {
  const value = p.unary('Exp', a.value);
  // e·(hᵢⱼ + hᵢhⱼ): one product with the exponential fewer than the chain rule as it stands.
  const second = new Map(a.second);
  addProducts(p, second, a.first, a.first, 1);
  return { value, first: scaled(p, a.first, value), second: scaled(p, second, value) };
}

export function jetLog(p: GraphParts, a: Jet): Jet {
  if (!a.first.size) return { ...a, value: p.unary('Log', a.value) };
  const inverse = p.unary('Reciprocal', a.value);
  return chain(p, a, p.unary('Log', a.value), inverse, p.neg(p.mul(inverse, inverse)));
}

export function jetSqrt(p: GraphParts, a: Jet): Jet {
  const root = p.unary('Sqrt', a.value);
  if (!a.first.size) return { ...a, value: root };
  const slope = p.div(0.5, root);
  return chain(p, a, root, slope, p.neg(p.div(p.mul(0.5, slope), a.value)));
}

export function jetInverse(p: GraphParts, a: Jet): Jet {
  const inverse = p.unary('Reciprocal', a.value);
  if (!a.first.size) return { ...a, value: inverse };
  const square = p.mul(inverse, inverse);
  return chain(p, a, inverse, p.neg(square), p.mul(2, p.mul(square, inverse)));
}

/** f(a, b), given its value and its derivatives ∂a, ∂b and ∂aa, ∂ab, ∂bb there. */
export function jetOfTwo(
  p: GraphParts,
  value: Part,
  [a, b]: readonly [Jet, Jet],
  [fa, fb]: readonly [Part, Part],
  [faa, fab, fbb]: readonly [Part, Part, Part],
): Jet {
  const second = combine(p, scaled(p, a.second, fa), scaled(p, b.second, fb), 1);
  addProducts(p, second, a.first, a.first, faa);
  addProducts(p, second, b.first, b.first, fbb);
  addProducts(p, second, a.first, new Map(b.first), fab);
  return { value, first: combine(p, scaled(p, a.first, fa), scaled(p, b.first, fb), 1), second };
}

/** A side's derivative that the other side lacks is zero there. */
export function jetChoose(p: GraphParts, test: Part, negative: Jet, otherwise: Jet): Jet {
  const each = (n: Slots, o: Slots): Map<number, Part> =>
    new Map([...new Set([...n.keys(), ...o.keys()])].map((k) => [k, p.where(test, n.get(k) ?? 0, o.get(k) ?? 0)]));
  return {
    value: p.where(test, negative.value, otherwise.value),
    first: each(negative.first, otherwise.first),
    second: each(negative.second, otherwise.second),
  };
}
