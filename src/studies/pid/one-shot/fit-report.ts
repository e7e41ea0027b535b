import type { Json } from '../../../base/json.js';
import type { FitResult, FittedParameter } from '../../../fit/result.js';
import { correlationOf } from '../../../fit/uncertainty.js';

/** The fits of a file, and where the weights made of them went. */
export interface FittedFile {
  readonly fit: FitResult;
  /** With other densities, where asked for. */
  readonly systematic?: FitResult | undefined;
  readonly sweights?: { readonly file: string; readonly checks: readonly string[] } | undefined;
}

const numbersOf = (p: FittedParameter): Record<string, Json> => {
  const { value, error, low, high, atLimit, fixed } = p;
  return {
    value,
    // JSON has no NaN: an error that the data do not give is null.
    error: Number.isFinite(error) ? error : null,
    ...(low === undefined ? {} : { low }),
    ...(high === undefined ? {} : { high }),
    ...(atLimit ? { atLimit } : {}),
    ...(fixed ? { fixed } : {}),
  };
};
const all = (of: FitResult['yields']): Record<string, Json> =>
  Object.fromEntries(Object.entries(of).map(([name, p]) => [name, numbersOf(p)]));

function resultOf(fit: FitResult): Record<string, Json> {
  const { chi2, ndf, pValue, toyPValue } = fit.goodness;
  return {
    status: fit.status,
    message: fit.message,
    yields: all(fit.yields),
    parameters: all(fit.parameters),
    goodness: { chi2, ndf, pValue, ...(toyPValue === undefined ? {} : { toyPValue }) },
    correlation: {
      names: [...fit.covariance.names],
      matrix: correlationOf(fit.covariance).map((row) => [...row].map((v) => (Number.isFinite(v) ? v : null))),
    },
    ...(fit.contours.length
      ? { contours: fit.contours.map(({ names, level, x, y }) => ({ names: [...names], level, x: [...x], y: [...y] })) }
      : {}),
    nll: fit.nll,
    edm: Number.isFinite(fit.edm) ? fit.edm : null,
    events: { ...fit.events['data'] },
  };
}

/** What `datamc pid fit --json` prints. */
export const fitJson = ({ fit, systematic, sweights }: FittedFile): Record<string, Json> => ({
  ...resultOf(fit),
  ...(systematic ? { systematic: resultOf(systematic) } : {}),
  ...(sweights ? { sweights: { file: sweights.file, checks: [...sweights.checks] } } : {}),
});

/** The same for people: a line a parameter, two digits of the error. */
export function fitText({ fit, systematic, sweights }: FittedFile): string {
  const rows = [
    ...Object.entries(fit.yields).map(([name, p]) => [`yield.${name}`, written(p)]),
    ...Object.entries(fit.parameters).map(([name, p]) => [name, written(p)]),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const { chi2, ndf, pValue, toyPValue } = fit.goodness;
  const toy = toyPValue === undefined ? '' : `, from toys ${toyPValue.toPrecision(2)}`;
  const changes = Object.entries(systematic?.yields ?? {}).map(
    ([name, p]) => `with the other density: ${name} ${written(p)}`,
  );
  return [
    fit.status,
    ...rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`),
    `χ²/ndf = ${chi2.toFixed(1)}/${ndf}, p = ${pValue.toPrecision(2)}${toy}`,
    ...changes,
    ...(sweights?.checks ?? []),
  ].join('\n');
}

function written({ value, error, low, high, fixed, atLimit }: FittedParameter): string {
  if (fixed) return `${value} (fixed)`;
  // As many decimals as show two digits of the error.
  const digits = error > 0 ? Math.min(12, Math.max(0, 1 - Math.floor(Math.log10(error)))) : 4;
  const number = (v: number): string => v.toFixed(digits);
  const profile = low === undefined || high === undefined ? '' : ` (+${number(high)} −${number(low)})`;
  return `${number(value)} ± ${Number.isFinite(error) ? number(error) : '?'}${profile}${atLimit ? ` at its ${atLimit === 'low' ? 'lower' : 'upper'} limit` : ''}`;
}
