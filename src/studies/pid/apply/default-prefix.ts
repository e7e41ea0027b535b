import { userError } from '../../../base/error.js';
import { runOfProduct } from './run-of-product.js';

/**
 * The candidate that is meant where no `--particle` says it: the one without a prefix; else the only one in the events that has
 * the product's columns; else, for a product of a run, the probe that it was made with for the particle.
 *
 * @param needed columns of the product, as the events call them
 * @param particle what the product is about, as the study names it
 * @throws userError `apply.particle` where there are several
 */
export async function defaultPrefix(
  product: string,
  needed: readonly string[],
  particle: string,
  columns: ReadonlySet<string>,
): Promise<string> {
  const has = (prefix: string): boolean => needed.every((name) => columns.has(prefix + name));
  // Columns that are expressions, or that no candidate has: the errors about them say more.
  if (has('') || needed.some((name) => !/^\w+$/.test(name))) return '';
  const found = [...columns].flatMap((c) => {
    const prefix = c.endsWith(`_${needed[0]}`) ? c.slice(0, -needed[0].length) : '';
    return prefix !== '' && has(prefix) ? [prefix] : [];
  });
  if (found.length <= 1) return found[0] ?? '';
  const probes = (await runOfProduct(product)).probes(particle);
  const own = found.filter((prefix) => probes.includes(prefix.replace(/_$/, '')));
  if (own.length === 1) return own[0];
  throw userError({
    code: 'apply.particle',
    message: 'the events have several candidates with the columns of the product',
    path: 'IN',
    got: found.join(', '),
    expected: 'one of them',
    hint: `--particle prefix=${found[0]}, and once more for each`,
  });
}
