const NAMES = ['x', 'y', 'z', 't'];

/** The monomials of a multilinear form: bit k of a mask says whether variable k is in it. */
export const cornerMasks = (variables: number): number[] => Array.from({ length: 2 ** variables }, (_, mask) => mask);

/** `[0]+[1]*x+[2]*y+[3]*x*y` and so on: one parameter for each monomial. */
export const gridFormula = (variables: number): string =>
  cornerMasks(variables)
    .map((mask) => [`[${mask}]`, ...NAMES.filter((_, k) => (mask >> k) & 1)].join('*'))
    .join('+');

/**
 * The parameters of `gridFormula` in one cell, from the values at its corners.
 *
 * @param knots of the first variable; its piece `at` is [knots[at], knots[at + 1]]
 * @param grids of the conditioning variables; only the `smooth` ones appear in the formula
 * @param cell per conditioning variable the bin: piece 0 and the last lie beyond the outermost knots of a smooth one
 * @param values [conditioning point (last grid fastest), knot]
 */
export function gridParameters(
  knots: Float64Array,
  grids: readonly Float64Array[],
  smooth: readonly boolean[],
  cell: readonly number[],
  at: number,
  values: Float64Array,
): number[] {
  // Per variable: the two knots around the piece; equal ones mean that the value does not change along it.
  const sides = grids.map((grid, g): [number, number] => {
    if (!smooth[g]) return [cell[g], cell[g]];
    return [Math.max(0, cell[g] - 1), Math.min(grid.length - 1, cell[g])];
  });
  const value = (corner: number): number => {
    let point = 0;
    let bit = 1;
    grids.forEach((grid, g) => {
      const high = smooth[g] && (corner >> bit++) & 1;
      point = point * grid.length + sides[g][high ? 1 : 0];
    });
    return values[point * knots.length + at + (corner & 1)];
  };
  const ends: [number, number][] = [
    [knots[at], knots[at + 1]],
    ...grids.flatMap((grid, g): [number, number][] => (smooth[g] ? [[grid[sides[g][0]], grid[sides[g][1]]]] : [])),
  ];
  const c = cornerMasks(ends.length).map(value);
  // Along one variable after another: values at the two ends → constant and slope.
  ends.forEach(([low, high], k) => {
    for (let mask = 0; mask < c.length; mask++) {
      if ((mask >> k) & 1) continue;
      const other = mask | (1 << k);
      const slope = high > low ? (c[other] - c[mask]) / (high - low) : 0;
      c[other] = slope;
      c[mask] -= slope * low;
    }
  });
  return c;
}
