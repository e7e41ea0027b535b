import { userError } from '../../base/error.js';
import { nearMatches } from '../../base/near.js';

/** @throws userError `pid.prefix` where no column has the prefix */
export function checkPrefix(columns: readonly string[], prefix: string, at: string): void {
  if (prefix === '' || columns.some((name) => name.startsWith(`${prefix}_`))) return;
  const known = new Set(columns.flatMap(prefixesOf));
  const near = nearMatches(prefix, known);
  throw userError({
    code: 'pid.prefix',
    message: `no column begins with "${prefix}_"`,
    path: at,
    got: `"${prefix}"`,
    expected: 'the prefix of a daughter’s columns, such as D0_K for D0_K_kaonID; "" where they have none',
    hint: near.length ? `did you mean ${near.map((n) => `"${n}"`).join(' or ')}?` : undefined,
  });
}

/** `D0_K_p` → `D0_K`, `D0` */
function prefixesOf(name: string): string[] {
  const parts = name.split('_');
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('_'));
}
