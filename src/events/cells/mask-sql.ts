import type { Bound, Factor } from '../expression/factors.js';

/** SQL of a number whose bit i says whether condition i holds. */
export interface MaskSql {
  /** Columns to be made first, where the table's columns are known: name → SQL. */
  readonly prepared: Readonly<Record<string, string>>;
  /** From the prepared columns. */
  readonly mask: string;
}

type Limit = Bound & { readonly conditions: number };

/**
 * All conditions in one number. What several of them ask is asked once; cuts at several values of one variable are one
 * search, in which a row that passes the tightest passes all of them.
 *
 * @param conditions each as the factors that must all hold; at most 30
 * @param name prefix of the prepared columns
 */
export function maskSql(conditions: readonly (readonly Factor[])[], name: string): MaskSql {
  const all = 2 ** conditions.length - 1;
  const users = new Map<string, { readonly factor: Factor; conditions: number }>();
  conditions.forEach((factors, i) => {
    for (const factor of factors) {
      const known = users.get(factor.sql) ?? { factor, conditions: 0 };
      known.conditions |= 2 ** i;
      users.set(factor.sql, known);
    }
  });
  const families = new Map<string, { readonly factor: Factor; readonly conditions: number }[]>();
  for (const user of users.values()) {
    const { bound } = user.factor;
    const family = bound ? `${bound.op[0]} ${bound.value}` : '';
    families.set(family, [...(families.get(family) ?? []), user]);
  }
  const prepared: Record<string, string> = {};
  const masks: string[] = [];
  const alone = new Map<number, string[]>();
  for (const members of families.values()) {
    const limits = members.flatMap(({ factor: { bound }, conditions }) => (bound ? [{ ...bound, conditions }] : []));
    if (limits.length < 2) {
      for (const { factor, conditions } of members)
        alone.set(conditions, [...(alone.get(conditions) ?? []), factor.sql]);
      continue;
    }
    const column = `${name}v${masks.length}`;
    const { sql, value } = ladder(column, limits, all);
    prepared[column] = value;
    masks.push(sql);
  }
  for (const [conditions, tests] of alone) {
    const column = `${name}m${masks.length}`;
    prepared[column] = `CASE WHEN ${tests.join(' AND ')} THEN ${all} ELSE ${all & ~conditions} END`;
    masks.push(column);
  }
  return { prepared, mask: masks.join(' & ') || '0' };
}

/** Cuts at several values of one variable, the tightest first; one that holds makes all looser ones hold. */
function ladder(column: string, limits: readonly Limit[], all: number): { sql: string; value: string } {
  const above = limits[0].op.startsWith('>');
  // Of negatives, the larger value is the smaller and NaN passes nothing.
  const negative = above && limits.some((l) => l.mayBeNan);
  const sign = above ? -1 : 1;
  const sorted = [...limits].sort((a, b) => sign * (a.at - b.at) || Number(isOpen(b)) - Number(isOpen(a)));
  let failed = 0;
  let sql = 'CASE';
  for (const { op, limit, conditions } of sorted) {
    const test = negative ? `${isOpen({ op }) ? '<' : '<='} -(${limit})` : `${op} ${limit}`;
    sql += ` WHEN ${column} ${test} THEN ${all & ~failed}`;
    failed |= conditions;
  }
  return { sql: `(${sql} ELSE ${all & ~failed} END)`, value: negative ? `-(${limits[0].value})` : limits[0].value };
}

const isOpen = ({ op }: Pick<Bound, 'op'>): boolean => !op.endsWith('=');
