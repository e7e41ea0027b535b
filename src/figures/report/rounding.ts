import type { Estimate } from './report.js';

/**
 * Decimals to which an error is written after the rule of the Particle Data Group (Review of Particle Physics,
 * Introduction, 5.3): of its three leading digits, 100–354 keep two, 355–949 keep one, 950–999 become 1000 and keep two.
 * Negative for errors of tens and more; undefined for zero and non-finite errors.
 *
 * @example pdgDecimals(0.0827) // 2
 */
export function pdgDecimals(error: number): number | undefined {
  if (!(error > 0) || !Number.isFinite(error)) return undefined;
  const exponent = Math.floor(Math.log10(error) + 1e-12);
  const leading = Math.round(error / 10 ** (exponent - 2));
  if (leading >= 950) return -exponent;
  return leading <= 354 ? 1 - exponent : -exponent;
}

/** Fixed decimals, also negative ones (tens), with a real minus sign; never `−0`. */
function fixed(value: number, decimals: number): string {
  const unit = 10 ** -decimals;
  const text = decimals >= 0 ? value.toFixed(Math.min(decimals, 15)) : String(Math.round(value / unit) * unit);
  return /^-[0.]*$/.test(text) ? text.slice(1) : text.replace('-', '−');
}

/** `12 345` with thin blanks, from five digits on. */
const grouped = (text: string): string =>
  text.replace(
    /^(−?)(\d{5,})/,
    (_, sign: string, digits: string) => sign + digits.replace(/\B(?=(\d{3})+$)/g, '\u202f'),
  );

/**
 * A number alone: whole numbers in full, others to at most four significant digits.
 *
 * @example formatNumber(0.0123456) // '0.01235'
 */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'not a number';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return grouped(fixed(value, 0));
  const size = Math.floor(Math.log10(Math.abs(value)));
  if (size >= 6 || size < -3) {
    const [digits = '', exponent = '0'] = value.toExponential(3).split('e');
    const mantissa = digits.replace(/\.?0+$/, '');
    return `${mantissa.replace('-', '−')}×10^{${exponent.replace('+', '').replace('-', '−')}}`;
  }
  return grouped(
    fixed(value, Math.max(0, 3 - size))
      .replace(/(\.\d*?)0+$/, '$1')
      .replace(/\.$/, ''),
  );
}

/**
 * A value with its uncertainty, both rounded after the PDG; mathematics as in figure labels.
 * Asymmetric errors share the decimals of the smaller one; a power of ten is taken out of very small and large numbers.
 *
 * @example formatEstimate({ value: 0.8273, error: 0.1192 }) // '0.83 ± 0.12'
 */
export function formatEstimate(estimate: Estimate): string {
  if (typeof estimate === 'number') return formatNumber(estimate);
  const { value } = estimate;
  const errors = 'error' in estimate ? [estimate.error] : [estimate.up, estimate.down];
  const known = errors.filter((e) => e > 0 && Number.isFinite(e));
  if (!known.length || !Number.isFinite(value)) {
    const bare = errors.every((e) => e === 0) ? ' ± 0' : '';
    return formatNumber(value) + bare;
  }
  const largest = Math.max(Math.abs(value), ...known);
  const size = Math.floor(Math.log10(largest));
  const exponent = size >= 6 || size < -3 ? size : 0;
  const unit = 10 ** exponent;
  const decimals = Math.max(...known.map((e) => pdgDecimals(e / unit) ?? 0));
  const write = (v: number): string => grouped(fixed(v / unit, decimals));
  const [up, down] = errors.map(write);
  const pair = down === undefined || up === down ? ` ± ${up}` : `^{+${up}}_{−${down}}`;
  return exponent ? `(${write(value)}${pair})×10^{${String(exponent).replace('-', '−')}}` : write(value) + pair;
}
