import { userError } from '../base/error.js';

/** A correlated shape: contents at +1σ and −1σ. */
export interface HistoSys {
  readonly name: string;
  readonly type: 'histosys';
  readonly data: { readonly hi_data: readonly number[]; readonly lo_data: readonly number[] };
}

/** A normalisation: factors at +1σ and −1σ. */
export interface NormSys {
  readonly name: string;
  readonly type: 'normsys';
  readonly data: { readonly hi: number; readonly lo: number };
}

export type PyhfModifier = HistoSys | NormSys;

/** A sample of a pyhf workspace (HistFactory JSON, pyhf schema 1.0.0). */
export interface PyhfSample {
  readonly name: string;
  readonly data: readonly number[];
  readonly modifiers: readonly PyhfModifier[];
}

/**
 * Modifiers for shifts of a histogram: each template is a nuisance with contents h ± template.
 * `shape` (default): one `histosys` with rate and shape; `split`: the rate as `normsys` and the shape, of the nominal sum, as
 * `histosys` of the same name, which move together.
 *
 * @throws userError `pyhf.rate` where rates are split off that ±1σ would make zero or negative
 * @example pyhfModifiers('kaonID', nominal, templates) // histosys kaonID_0, kaonID_1, …
 */
export function pyhfModifiers(
  name: string,
  nominal: ArrayLike<number>,
  templates: readonly ArrayLike<number>[],
  options: { readonly form?: 'shape' | 'split' | undefined } = {},
): PyhfModifier[] {
  return templates.flatMap((template, k): PyhfModifier[] => {
    const at = (sign: number): number[] => Array.from(nominal, (h, j) => h + sign * template[j]);
    const [hi, lo] = [at(1), at(-1)];
    const own = `${name}_${k}`;
    if (options.form !== 'split') return [{ name: own, type: 'histosys', data: { hi_data: hi, lo_data: lo } }];
    const [sum, up, down] = [Array.from(nominal), hi, lo].map((h) => h.reduce((s, x) => s + x, 0));
    if (!(up / sum > 0 && down / sum > 0))
      throw userError({
        code: 'pyhf.rate',
        message: `template ${own} makes the rate zero or negative`,
        got: `${up} and ${down} of ${sum}`,
        hint: 'keep rate and shape together',
      });
    const scaled = (h: readonly number[], to: number): number[] => h.map((x) => (x * sum) / to);
    return [
      { name: own, type: 'normsys', data: { hi: up / sum, lo: down / sum } },
      { name: own, type: 'histosys', data: { hi_data: scaled(hi, up), lo_data: scaled(lo, down) } },
    ];
  });
}

/** A sample with its modifiers, ready to stand in a channel of a workspace. */
export const pyhfSample = (
  name: string,
  nominal: ArrayLike<number>,
  modifiers: readonly PyhfModifier[],
): PyhfSample => ({ name, data: Array.from(nominal), modifiers });
