/** One identity that weights must fulfil, and how well they do. */
export interface WeightCheck {
  readonly name: 'sum of weights' | 'sum over components' | 'sum rule' | 'orthonormality';
  /** Largest deviation, relative. */
  readonly deviation: number;
  readonly tolerance: number;
  readonly passed: boolean;
  /** One line for people. */
  readonly message: string;
}

/** What the weights of one component add up to: `passed` etc. are said in numbers. */
export function check(
  name: WeightCheck['name'],
  formula: string,
  deviations: readonly { readonly of: string; readonly value: number }[],
  tolerance: number,
): WeightCheck {
  let worst = deviations[0];
  for (const d of deviations) if (!(Math.abs(d.value) <= Math.abs(worst.value))) worst = d;
  const deviation = Math.abs(worst.value);
  const passed = deviation <= tolerance;
  const size = `${deviation.toExponential(1)} for ${worst.of}, tolerance ${tolerance}`;
  return { name, deviation, tolerance, passed, message: `${formula}: ${passed ? 'holds' : 'FAILS'} (off by ${size})` };
}
