/** A function of numbers: every argument is a DOUBLE, IEEE rules hold, NULL and NaN are one. */
export interface RealFunction {
  /** Fewest and most arguments. */
  readonly arity: readonly [number, number];
  readonly sql: (...args: string[]) => string;
  /** The same in plain numbers, for constants and for tests of the SQL. */
  readonly value: (...args: number[]) => number;
  /** For the documentation. */
  readonly about: string;
}

export const NAN = `'nan'::DOUBLE`;
const one = (sql: (x: string) => string, value: (x: number) => number, about: string): RealFunction => ({
  arity: [1, 1],
  sql,
  value,
  about,
});
const plain = (name: string, value: (x: number) => number, about: string): RealFunction =>
  one((x) => `${name}(${x})`, value, about);
/** DuckDB raises an error outside a function's domain; here the answer is NaN (or −inf at a logarithm's zero). */
const within = (test: (x: string) => string, name: string, value: (x: number) => number, about: string): RealFunction =>
  one((x) => `CASE WHEN ${test(x)} THEN ${name}(${x}) ELSE ${NAN} END`, value, about);
const logarithm = (name: string, value: (x: number) => number, about: string): RealFunction =>
  one(
    (x) => `CASE WHEN ${x} > 0 THEN ${name}(${x}) WHEN ${x} = 0 THEN '-inf'::DOUBLE ELSE ${NAN} END`,
    value,
    `${about}; −inf at 0, NaN below`,
  );
const finite = (x: string): string => `isfinite(${x})`;
const inOne = (x: string): string => `${x} >= -1 AND ${x} <= 1`;
const solid = (x: string): string => `coalesce(${x}, ${NAN})`;
const halfAway = (x: number): number => (x < 0 ? -Math.floor(-x + 0.5) : Math.floor(x + 0.5));

export const REAL_FUNCTIONS: Readonly<Record<string, RealFunction>> = {
  abs: plain('abs', Math.abs, 'absolute value'),
  sqrt: within((x) => `${x} >= 0`, 'sqrt', Math.sqrt, 'square root; NaN below 0'),
  cbrt: plain('cbrt', Math.cbrt, 'cube root'),
  exp: plain('exp', Math.exp, 'e to the power x'),
  log: logarithm('ln', Math.log, 'natural logarithm, as in basf2, ROOT and C'),
  log10: logarithm('log10', Math.log10, 'logarithm to base 10'),
  log2: logarithm('log2', Math.log2, 'logarithm to base 2'),
  sin: within(finite, 'sin', Math.sin, 'sine of radians'),
  cos: within(finite, 'cos', Math.cos, 'cosine of radians'),
  tan: within(finite, 'tan', Math.tan, 'tangent of radians'),
  asin: within(inOne, 'asin', Math.asin, 'radians; NaN outside [−1, 1]'),
  acos: within(inOne, 'acos', Math.acos, 'radians; NaN outside [−1, 1]'),
  atan: plain('atan', Math.atan, 'radians'),
  atan2: {
    arity: [2, 2],
    sql: (y, x) => `atan2(${y}, ${x})`,
    value: Math.atan2,
    about: 'azimuth of (x, y) from atan2(y, x), radians',
  },
  sinh: plain('sinh', Math.sinh, 'hyperbolic sine'),
  cosh: plain('cosh', Math.cosh, 'hyperbolic cosine'),
  tanh: plain('tanh', Math.tanh, 'hyperbolic tangent'),
  asinh: plain('asinh', Math.asinh, 'inverse of sinh'),
  acosh: within((x) => `${x} >= 1`, 'acosh', Math.acosh, 'inverse of cosh; NaN below 1'),
  atanh: one(
    // DuckDB answers +inf at −1.
    (x) => `CASE WHEN ${x} > -1 AND ${x} <= 1 THEN atanh(${x}) WHEN ${x} = -1 THEN '-inf'::DOUBLE ELSE ${NAN} END`,
    Math.atanh,
    'inverse of tanh; NaN outside [−1, 1]',
  ),
  floor: plain('floor', Math.floor, 'largest integer not above x'),
  ceil: plain('ceil', Math.ceil, 'smallest integer not below x'),
  round: plain('round', halfAway, 'nearest integer, halves away from zero'),
  sign: one(
    (x) => `CASE WHEN isnan(${x}) THEN ${NAN} ELSE CAST(sign(${x}) AS DOUBLE) END`,
    (x) => (Number.isNaN(x) ? x : Math.sign(x) + 0),
    '−1, 0 or 1',
  ),
  pow: {
    arity: [2, 2],
    sql: (x, y) => `pow(${solid(x)}, ${solid(y)})`,
    // C's pow: 1 to any power is 1, which JavaScript answers with NaN where the power is NaN or infinite.
    value: (x, y) => (x === 1 || (x === -1 && !Number.isFinite(y) && !Number.isNaN(y)) ? 1 : x ** y),
    about: 'x to the power y, also written x ** y or x ^ y',
  },
  hypot: {
    arity: [2, 3],
    sql: (...xs) => `sqrt(${xs.map((x) => `pow(${x}, 2)`).join(' + ')})`,
    value: (...xs) => Math.sqrt(xs.reduce((s, x) => s + x * x, 0)),
    about: 'square root of the sum of squares, two or three arguments',
  },
  // DuckDB orders NaN above all numbers, so greatest() keeps it; least() would lose it.
  min: {
    arity: [1, 32],
    sql: (...xs) => `(-greatest(${xs.map((x) => solid(`-(${x})`)).join(', ')}))`,
    value: (...xs) => Math.min(...xs),
    about: 'smallest argument; NaN if any is NaN',
  },
  max: {
    arity: [1, 32],
    sql: (...xs) => `greatest(${xs.map(solid).join(', ')})`,
    value: (...xs) => Math.max(...xs),
    about: 'largest argument; NaN if any is NaN',
  },
  deltaPhi: {
    arity: [2, 2],
    sql: (a, b) => `atan2(${trig('sin', a, b)}, ${trig('cos', a, b)})`,
    value: (a, b) => Math.atan2(Math.sin(a - b), Math.cos(a - b)),
    about: 'difference of two azimuths, in (−π, π]',
  },
};

function trig(name: 'sin' | 'cos', a: string, b: string): string {
  return `CASE WHEN isfinite((${a}) - (${b})) THEN ${name}((${a}) - (${b})) ELSE ${NAN} END`;
}

/** Functions that answer with a truth value about one number. */
export const TESTS: Readonly<
  Record<string, { sql: (x: string) => string; value: (x: number) => boolean; about: string }>
> = {
  isnan: { sql: (x) => `coalesce(isnan(${x}), true)`, value: Number.isNaN, about: 'is it NaN (or missing)?' },
  isinf: {
    sql: (x) => `coalesce(isinf(${x}), false)`,
    value: (x) => x === Infinity || x === -Infinity,
    about: 'is it +inf or −inf?',
  },
  isfinite: { sql: (x) => `coalesce(isfinite(${x}), false)`, value: Number.isFinite, about: 'is it a number?' },
};

/** Functions of a whole list column. */
export const LIST_FUNCTIONS: Readonly<Record<string, { sql: (list: string) => string; about: string }>> = {
  length: { sql: (l) => `CAST(coalesce(len(${l}), 0) AS BIGINT)`, about: 'number of elements of a list column' },
  sum: {
    sql: (l) => `coalesce(list_sum(list_transform(${l}, lambda v: CAST(v AS DOUBLE))), 0)`,
    about: 'sum of a list; 0 if empty',
  },
  minimum: { sql: (l) => `CAST(list_min(${l}) AS DOUBLE)`, about: 'smallest element; NaN if empty' },
  maximum: { sql: (l) => `CAST(list_max(${l}) AS DOUBLE)`, about: 'largest element; NaN if empty' },
};

/** Other spellings: C, ROOT, basf2. */
const ALIASES: Readonly<Record<string, string>> = {
  fabs: 'abs',
  ln: 'log',
  power: 'pow',
  ceiling: 'ceil',
  fmin: 'min',
  fmax: 'max',
  arcsin: 'asin',
  arccos: 'acos',
  arctan: 'atan',
  isNaN: 'isnan',
  isNAN: 'isnan',
  isInf: 'isinf',
  isInfinity: 'isinf',
  'TMath::IsNaN': 'isnan',
  'TMath::Finite': 'isfinite',
  'TMath::Power': 'pow',
  'TMath::ASin': 'asin',
  'TMath::ACos': 'acos',
  'TMath::ATan': 'atan',
  'TMath::ATan2': 'atan2',
  'TMath::SinH': 'sinh',
  'TMath::CosH': 'cosh',
  'TMath::TanH': 'tanh',
  'TMath::ASinH': 'asinh',
  'TMath::ACosH': 'acosh',
  'TMath::ATanH': 'atanh',
  Length$: 'length',
  len: 'length',
  Sum$: 'sum',
  Min$: 'minimum',
  Max$: 'maximum',
};

/** The house's name of a function: `TMath::Abs`, `std::abs` and `fabs` are `abs`. */
export function functionName(name: string): string {
  if (Object.hasOwn(ALIASES, name)) return ALIASES[name];
  const scoped = /^(TMath|std|ROOT::VecOps)::(\w+)$/.exec(name);
  if (!scoped) return name;
  const bare = scoped[1] === 'TMath' ? scoped[2].toLowerCase() : scoped[2];
  return Object.hasOwn(ALIASES, bare) ? ALIASES[bare] : bare;
}

/** Names that stand for a number where no column has that name. */
export const CONSTANTS: Readonly<Record<string, number>> = {
  pi: Math.PI,
  'TMath::Pi': Math.PI,
  M_PI: Math.PI,
  inf: Infinity,
  nan: NaN,
};

/** basf2's functions that are only another way to write an operator. */
export const FORMS: Readonly<Record<string, { arity: number; about: string }>> = {
  formula: { arity: 1, about: 'its argument (basf2)' },
  passesCut: { arity: 1, about: '1 where its argument holds, else 0 (basf2)' },
  conditionalVariableSelector: { arity: 3, about: 'test ? value : otherwise (basf2)' },
  ifNANgiveX: { arity: 2, about: 'the value, or the second argument where it is NaN (basf2)' },
};

export const FUNCTION_NAMES: readonly string[] = [
  ...Object.keys(REAL_FUNCTIONS),
  ...Object.keys(TESTS),
  ...Object.keys(LIST_FUNCTIONS),
  ...Object.keys(FORMS),
];
