import type { Bins } from './bins.js';

export interface Errors {
  readonly low: number[];
  readonly high: number[];
}

/**
 * Errors of data points: 68.27 % Garwood intervals for counts; for weighted bins the interval of the effective
 * count (Σw)²/Σw², scaled by Σw²/Σw (Bohm and Zech, arXiv:1309.1287); √Σw² where Σw is not positive.
 * Empty bins have no error here: they are not drawn.
 */
export function dataErrors({ values, variances }: Bins): Errors {
  const low: number[] = [];
  const high: number[] = [];
  values.forEach((value, i) => {
    const variance = variances[i] ?? 0;
    if (!(value > 0) || !(variance > 0)) {
      low.push(Math.sqrt(variance));
      high.push(Math.sqrt(variance));
      return;
    }
    const unit = variance / value;
    const [down, up] = garwood(value / unit);
    low.push(value - unit * down);
    high.push(unit * up - value);
  });
  return { low, high };
}

const tail = 0.15865525393145707;

/** Central 68.27 % interval of a Poisson mean for n > 0 seen, n real: quantiles of gamma distributions, by Wilson–Hilferty and Newton. */
function garwood(n: number): readonly [number, number] {
  return [gammaQuantile(tail, n), gammaQuantile(1 - tail, n + 1)];
}

function gammaQuantile(p: number, shape: number): number {
  const z = p < 0.5 ? -1 : 1;
  const h = 1 / (9 * shape);
  let x = shape * Math.max(0.05, 1 - h + z * Math.sqrt(h)) ** 3;
  if (shape > 1000) return x;
  for (let i = 0; i < 20; i++) {
    const density = Math.exp((shape - 1) * Math.log(x) - x - logGamma(shape));
    const step = (lowerGamma(shape, x) - p) / density;
    x = Math.max(x / 4, x - step);
    if (Math.abs(step) < 1e-12 * x) break;
  }
  return x;
}

function lowerGamma(shape: number, x: number): number {
  let term = 1 / shape;
  let total = term;
  for (let k = 1; k < 2000 && term > total * 1e-16; k++) {
    term *= x / (shape + k);
    total += term;
  }
  return total * Math.exp(shape * Math.log(x) - x - logGamma(shape));
}

function logGamma(x: number): number {
  if (x < 8) return logGamma(x + 1) - Math.log(x);
  const r = 1 / (x * x);
  return (x - 0.5) * Math.log(x) - x + 0.9189385332046727 + (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r / 1680))) / x;
}
