import type { Pdf } from './pdf.js';

/** What is said of a parameter; everything left out is found from the data and from the density's natural limits. */
export interface ParameterSetting {
  readonly start?: number | undefined;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  readonly fixed?: number | undefined;
  /** The parameter follows others: `2 * sigma1`, `total * efficiency`; functions exp, log, sqrt, powers. */
  readonly expression?: string | undefined;
}

/** One species of events: how many (its yield), and how they are distributed. */
export interface FitComponent {
  readonly name: string;
  readonly pdf: Pdf;
  /**
   * Settings by the pdf's own parameter names. A string is the name of a parameter in the model's list: components and
   * categories that use one name share the parameter.
   */
  readonly parameters?: Readonly<Record<string, ParameterSetting | string>> | undefined;
  readonly yield?: ParameterSetting | string | undefined;
}

/** One sample with its own components, fitted together with the others: pass and fail, two periods. */
export interface FitCategory {
  readonly name: string;
  readonly components: readonly FitComponent[];
}

/** −ln L gets ½ ((parameter − value)/error)². */
export interface GaussianConstraint {
  readonly parameter: string;
  readonly value: number;
  readonly error: number;
}

/** What is fitted: an extended likelihood over one or several categories. */
export interface FitModel {
  readonly categories: readonly FitCategory[];
  /** Parameters by the names that components refer to. */
  readonly parameters?: Readonly<Record<string, ParameterSetting>> | undefined;
  readonly constraints?: readonly GaussianConstraint[] | undefined;
}

/**
 * The model of one sample.
 *
 * @example singleModel([{ name: 'signal', pdf: signal, parameters: { mean: { start: 1.86 } } }, { name: 'background', pdf }])
 */
export const singleModel = (
  components: readonly FitComponent[],
  more: Omit<FitModel, 'categories'> = {},
): FitModel => ({
  categories: [{ name: 'data', components }],
  ...more,
});
