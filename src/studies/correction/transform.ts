import { columnTransform, type ColumnTransform } from '../../models/column-transform.js';

/** Which values a transform takes, in words and as a test. */
export interface Domain {
  readonly words: string;
  readonly holds: (x: number) => boolean;
}

const everywhere: Domain = { words: 'finite', holds: Number.isFinite };
const positive: Domain = { words: 'positive', holds: (x) => x > 0 && x < Infinity };

const domains: Readonly<Record<ColumnTransform, Domain>> = {
  none: everywhere,
  asinh: everywhere,
  log: positive,
  log10: positive,
  logit: { words: 'between 0 and 1', holds: (x) => x > 0 && x < 1 },
};

/** The domain of a transform; outside it a value is counted and passed through unchanged. */
export const domainOf = (name: ColumnTransform): Domain => domains[name];

/** Values of a column on its learning scale. */
export const toScale = (name: ColumnTransform, values: Float64Array): Float64Array =>
  name === 'none' ? values : values.map(columnTransform(name).forward);

/** Values on the learning scale back in the column's own unit. */
export const fromScale = (name: ColumnTransform, values: Float64Array): Float64Array =>
  name === 'none' ? values : values.map(columnTransform(name).inverse);
