import type { Duck } from './duck.js';

/** A value that stands for "none": outside the bulk of a column. */
export interface Sentinel {
  readonly value: number;
  readonly count: number;
}

/** Where the values of a column end; `peel` takes the sentinels off. */
export interface Range {
  readonly at: number;
  readonly list: boolean;
  readonly whole: boolean;
  min: number;
  max: number;
  sentinels: Sentinel[];
}

const MOST_SENTINELS = 4;
// What tuples write where there is no value. Elsewhere a value must stand much further out to count.
const USUAL = new Set(
  [
    99, 999, 9999, 99999, 999999, 9999999, 1000, 10000, 100000, 1e6, 1e9, 1e10, 1e20, 1e30, 2147483648, 2147483647,
    32768,
  ]
    .flatMap((v) => [v, -v])
    .concat([4294967295, -3.4028234663852886e38, 3.4028234663852886e38, -1.7976931348623157e308, -99.9, -999.9]),
);

const SMALL = new Set([-1, -2, -9, -10]);

/** Takes sentinels off both ends of every range until the ends belong to the bulk. */
export async function peel(
  duck: Duck,
  from: string,
  ranges: readonly Range[],
  sql: (i: number) => string,
): Promise<void> {
  const usual = [...USUAL].map((v) => `${v.toExponential()}::DOUBLE`).join(', ');
  let open = await doubtful(
    duck,
    from,
    ranges.filter((r) => !r.list),
    sql,
  );
  for (let round = 0; round < MOST_SENTINELS && open.length > 0; round++) {
    const answers: Record<string, unknown> = {};
    for (let k = 0; k < open.length; k += 200) {
      const part = open.slice(k, k + 200).flatMap(({ at, min, max }) => {
        const x = `CAST(${sql(at)} AS DOUBLE)`;
        const [low, high] = [min, max].map((v) => `${v.toExponential()}::DOUBLE`);
        return [
          `count(*) FILTER (WHERE ${x} = ${low}) AS lown${at}`,
          `count(*) FILTER (WHERE ${x} = ${high}) AS highn${at}`,
          `min(${x}) FILTER (WHERE ${x} > ${low}) AS low${at}`,
          `max(${x}) FILTER (WHERE ${x} < ${high}) AS high${at}`,
          // The bulk's ends, where two usual sentinels stand side by side.
          ...(USUAL.has(min)
            ? [`min(${x}) FILTER (WHERE ${x} > ${low} AND ${x} NOT IN (${usual})) AS lowbulk${at}`]
            : []),
          ...(USUAL.has(max)
            ? [`max(${x}) FILTER (WHERE ${x} < ${high} AND ${x} NOT IN (${usual})) AS highbulk${at}`]
            : []),
        ];
      });
      Object.assign(answers, (await duck.rows(`SELECT ${part.join(', ')} FROM ${from}`))[0]);
    }
    open = open.filter((range) => {
      const get = (key: string): number => Number(answers[`${key}${range.at}`]);
      const { min, max } = range;
      const [low, high] = [get('low'), get('high')];
      // Of {a, b} neither is outside the bulk of the other.
      if (low === max) return false;
      const { whole } = range;
      const end = (key: string): number => Number(answers[`${key}bulk${range.at}`] ?? get(key));
      const [from, to] = [end('low'), end('high')];
      const lowOut = outside({
        value: min,
        gap: from - min,
        rest: Math.max(0, (USUAL.has(max) ? to : max) - from),
        count: get('lown'),
        nonNegative: from >= 0,
        whole,
      });
      const highOut = outside({
        value: max,
        gap: max - to,
        rest: Math.max(0, to - (USUAL.has(min) ? from : min)),
        count: get('highn'),
        nonNegative: false,
        whole,
      });
      if (lowOut) {
        range.sentinels.push({ value: min, count: get('lown') });
        range.min = low;
      } else if (highOut) {
        range.sentinels.push({ value: max, count: get('highn') });
        range.max = high;
      }
      return lowOut || highOut;
    });
  }
}

/** Rows in which a value from the middle of a column is looked for. */
const SAMPLED = 20_000;

/**
 * Ranges that may end in a sentinel. Where neither end is a usual one, a single value that is not five times as far from one end
 * as from the other shows that there is none.
 */
async function doubtful(
  duck: Duck,
  from: string,
  ranges: readonly Range[],
  sql: (i: number) => string,
): Promise<Range[]> {
  const plain = ({ min, max }: Range): boolean => [min, max].every((end) => !USUAL.has(end) && !SMALL.has(end));
  const shown = new Set<Range>();
  const asked = ranges.filter(plain);
  for (let k = 0; k < asked.length; k += 200) {
    const some = asked.slice(k, k + 200);
    const values = some.map(({ at }) => `CAST(${sql(at)} AS DOUBLE) AS x${at}`);
    // A little less than five: what is near the limit is looked at in full.
    const middle = some.map(({ at, min, max }) => {
      const [low, high] = [min, max].map((v) => `${v.toExponential()}::DOUBLE`);
      const x = `x${at}`;
      return `count(CASE WHEN ${x} > ${low} AND ${x} < ${high} AND ${x} - ${low} < 4.9 * (${high} - ${x}) AND ${high} - ${x} < 4.9 * (${x} - ${low}) THEN 1 END) AS n${at}`;
    });
    const sample = `SELECT ${values.join(', ')} FROM ${from} LIMIT ${SAMPLED}`;
    const [answer] = await duck.rows(`SELECT ${middle.join(', ')} FROM (${sample})`);
    for (const range of some) if (Number(answer[`n${range.at}`]) > 0) shown.add(range);
  }
  return ranges.filter((range) => !shown.has(range));
}

/**
 * Is an end value a sentinel? One that tuples often use needs only to stand clear of the bulk, or to be the only
 * negative value; −1 and −2 must be the only negative value of a probability or an index; any other value must be
 * repeated, and stand five times as far out as the rest is wide.
 */
function outside(end: {
  value: number;
  gap: number;
  rest: number;
  count: number;
  nonNegative: boolean;
  whole: boolean;
}): boolean {
  const { value, gap, rest, count, nonNegative, whole } = end;
  if (USUAL.has(value)) {
    return gap > 0.9 * rest || (gap > 50 && gap > 0.1 * rest) || (value < 0 && nonNegative);
  }
  if (SMALL.has(value)) return count >= 2 && nonNegative && (whole ? rest >= 3 : rest <= 1);
  return count >= 3 && gap > 5 * rest;
}
