import { userError } from '../base/error.js';
import { checkVariants, weightColumn } from './weight-columns.js';

/** A background as simulation (or another sample) tells it. */
export interface BackgroundTemplate {
  readonly name: string;
  /** Rows of its sample; their weights where they have some. */
  readonly rows: number;
  readonly weights?: Float64Array | undefined;
  /** What its weights are multiplied with to give its events in the data: luminosities' ratio times a scale factor. */
  readonly scale: number;
  /** Relative uncertainty of the scale: 0.1 is ±10 %. */
  readonly error?: number | undefined;
}

export interface SubtractionColumns {
  /** `data`, then the backgrounds: which rows of the joined sample are whose, in this order. */
  readonly parts: readonly { readonly name: string; readonly first: number; readonly rows: number }[];
  /** `sWeight_nominal` and, for each background with an uncertain scale, `sWeight_<name>_up` and `sWeight_<name>_down`. */
  readonly columns: Readonly<Record<string, Float64Array>>;
}

/**
 * Bin-by-bin subtraction of background templates, as columns of weights over data and background samples one after the other:
 * 1 for data (or its own weight), −scale·w for background. In any bin, for all or for those that pass a cut, Σw is
 * N_data − Σ_c s_c N_c and Σw² its variance, statistics of the templates included; the columns `_up` and `_down` move one
 * scale by its error.
 *
 * Used by tables exactly as sWeights are; no fit variable is needed.
 *
 * @throws userError `fit.templates` for a scale that is not positive, `fit.variants` for a name that cannot be a column
 * @example subtractTemplates({ rows: 1000 }, [{ name: 'qqbar', rows: 400, scale: 0.5, error: 0.1 }])
 */
export function subtractTemplates(
  data: { readonly rows: number; readonly weights?: Float64Array | undefined },
  backgrounds: readonly BackgroundTemplate[],
): SubtractionColumns {
  checkBackgrounds(backgrounds);
  const parts = [{ name: 'data', first: 0, rows: data.rows }];
  for (const { name, rows } of backgrounds) {
    const last = parts[parts.length - 1];
    parts.push({ name, first: last.first + last.rows, rows });
  }
  const column = (moved: Readonly<Record<string, number>>): Float64Array => {
    const last = parts[parts.length - 1];
    const w = new Float64Array(last.first + last.rows).fill(1, 0, data.rows);
    if (data.weights) w.set(data.weights, 0);
    backgrounds.forEach((b, i) => {
      const { first, rows } = parts[i + 1];
      const scale = b.scale * (moved[b.name] ?? 1);
      for (let e = 0; e < rows; e++) w[first + e] = -scale * (b.weights ? b.weights[e] : 1);
    });
    return w;
  };
  const columns = Object.entries(scaleVariants(backgrounds)).map(([name, moved]) => [
    weightColumn(name),
    column(moved),
  ]);
  return { parts, columns: Object.fromEntries(columns) };
}

type Scaled = Pick<BackgroundTemplate, 'name' | 'scale' | 'error'>;

/** Variants of the weights by name, and what each multiplies the scales of backgrounds with. */
export function scaleVariants(backgrounds: readonly Scaled[]): Record<string, Readonly<Record<string, number>>> {
  const variants: Record<string, Readonly<Record<string, number>>> = { nominal: {} };
  for (const { name, error } of backgrounds) {
    if (!error) continue;
    variants[`${name}_up`] = { [name]: 1 + error };
    variants[`${name}_down`] = { [name]: 1 - error };
  }
  checkVariants(variants);
  return variants;
}

/** @throws userError `fit.templates` where there is no background, or one whose scale is no number to subtract with */
export function checkBackgrounds(backgrounds: readonly Scaled[]): void {
  if (backgrounds.length === 0) throw bad('there is no background', 'one or more templates');
  const names = ['data', ...backgrounds.map((b) => b.name)];
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw bad(`two samples are called "${twice}"`, 'names of their own, none of them "data"');
  for (const { name, scale, error } of backgrounds) {
    if (!(scale > 0 && Number.isFinite(scale))) throw bad(`the scale of "${name}" is ${scale}`, 'a positive number');
    if (error !== undefined && !(error >= 0)) throw bad(`the error of "${name}" is ${error}`, 'a share of the scale');
  }
}

/** ε of data and backgrounds in one bin. */
export interface SubtractedEfficiency {
  readonly value: number;
  /** Of data and of the templates' statistics. */
  readonly stat: number;
  /** Of each background's scale, signed: what ε gains when the scale goes up by its error. */
  readonly scales: Readonly<Record<string, number>>;
}

export interface PassTotal {
  /** Σw that pass, and Σw of all. */
  readonly passed: number;
  readonly total: number;
  /** Σw² of the same. */
  readonly passed2: number;
  readonly total2: number;
}

/**
 * ε = (P_d − P_b)/(T_d − T_b) in one bin with its error by source, the closed form of what the columns of `subtractTemplates`
 * give: P = Σ_c s_c P_c and so on, variances of pass and fail added with s_c².
 *
 * @example subtractedEfficiency({ passed: 80, total: 100, passed2: 80, total2: 100 },
 *   [{ name: 'qqbar', scale: 0.5, passed: 20, total: 40, passed2: 20, total2: 40 }]).value // 70/80
 */
export function subtractedEfficiency(
  data: PassTotal,
  backgrounds: readonly (PassTotal & {
    readonly name: string;
    readonly scale: number;
    readonly error?: number | undefined;
  })[],
): SubtractedEfficiency {
  const rate = (factor: (name: string) => number): number => {
    let [p, t] = [data.passed, data.total];
    for (const b of backgrounds) {
      p -= b.scale * factor(b.name) * b.passed;
      t -= b.scale * factor(b.name) * b.total;
    }
    return p / t;
  };
  const value = rate(() => 1);
  let [p2, f2, total] = [data.passed2, data.total2 - data.passed2, data.total];
  for (const b of backgrounds) {
    p2 += b.scale ** 2 * b.passed2;
    f2 += b.scale ** 2 * (b.total2 - b.passed2);
    total -= b.scale * b.total;
  }
  const stat = Math.sqrt((1 - value) ** 2 * p2 + value ** 2 * f2) / Math.abs(total);
  const scales = backgrounds
    .filter((b) => b.error)
    .map((b) => [b.name, rate((name) => (name === b.name ? 1 + (b.error ?? 0) : 1)) - value] as const);
  return { value, stat, scales: Object.fromEntries(scales) };
}

const bad = (message: string, expected: string) =>
  userError({ code: 'fit.templates', message, expected, hint: 'look at backgrounds: name, scale, error' });
