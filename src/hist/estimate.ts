/**
 * What is added to a value when one source of uncertainty moves by +1σ (`up`) and by −1σ (`down`): signed, so that a source
 * that raises one bin and lowers another keeps doing so. `stat` is independent from bin to bin; `syst:NAME` moves all
 * bins of a table together.
 */
export interface Shift {
  readonly up: number;
  readonly down: number;
}

/** A number with its uncertainties by source: `stat`, `syst:sweights`, … */
export interface Estimate {
  readonly value: number;
  readonly sources: Readonly<Record<string, Shift>>;
}

/** Distances from the value to the ends of its 68 % band, both ≥ 0: the chosen sources (all by default) in quadrature. */
export function band(
  estimate: Estimate,
  chosen: (source: string) => boolean = () => true,
): { readonly up: number; readonly down: number } {
  let [up, down] = [0, 0];
  for (const [name, shift] of Object.entries(estimate.sources)) {
    if (!chosen(name)) continue;
    up += Math.max(shift.up, shift.down, 0) ** 2;
    down += Math.min(shift.up, shift.down, 0) ** 2;
  }
  return { up: Math.sqrt(up), down: Math.sqrt(down) };
}

/** Names of sources begin so that move all bins of a table together. */
export const SYSTEMATIC = 'syst:';

/** What a source is called in results: `syst:sweights` is `sweights`. */
export const sourceName = (source: string): string => source.replace(/^syst:/, '');
