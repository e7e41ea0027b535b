import { z } from 'zod';
import { userError } from '../../base/error.js';
import type { TableAxis } from '../../hist/weight-table.js';

/** Edges by particle (`Pi`, `K`, `P`, `Mu`, `e`) and variable: PIDCalib2's custom binning file. */
export type Pidcalib2Binning = Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;

const schema = z.record(z.string(), z.record(z.string(), z.array(z.number()).min(2)));

/** What PIDCalib2 calls the particles. */
export const PIDCALIB2_PARTICLES: Readonly<Record<string, string>> = { pi: 'Pi', K: 'K', p: 'P', mu: 'Mu', e: 'e' };

/**
 * Axes as PIDCalib2's custom binning. Its bins are left-closed, datamc's are right-closed: the edges are written as they are.
 *
 * @param axes by particle, as datamc names them (`pi`)
 * @example toPidcalib2Binning({ pi: [{ column: 'P', edges: [3000, 9300, 15600] }] }) // '{"Pi":{"P":[3000,9300,15600]}}'
 */
export function toPidcalib2Binning(axes: Readonly<Record<string, readonly TableAxis[]>>): string {
  const out = Object.fromEntries(
    Object.entries(axes).map(([particle, list]) => [
      PIDCALIB2_PARTICLES[particle] ?? particle,
      Object.fromEntries(list.map(({ column, edges }) => [column, edges])),
    ]),
  );
  return `${JSON.stringify(out, undefined, 2)}\n`;
}

/**
 * Reads a custom binning of PIDCalib2. Particles get datamc's names where it has one.
 *
 * @throws userError `pidcalib2.binning`: no JSON of that form, or edges that do not increase
 */
export function fromPidcalib2Binning(text: string, path?: string): Record<string, TableAxis[]> {
  const bad = (message: string, got?: string) =>
    userError({
      code: 'pidcalib2.binning',
      message,
      path,
      got,
      expected: '{ "Pi": { "P": [3000, 9300, 15600] } }, edges increasing',
    });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw bad('not a JSON file', (error as Error).message);
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw bad(`not a binning of PIDCalib2: ${issue.message}`, issue.path.join('.'));
  }
  const ours = new Map(Object.entries(PIDCALIB2_PARTICLES).map(([name, theirs]) => [theirs, name]));
  return Object.fromEntries(
    Object.entries(parsed.data).map(([particle, variables]) => [
      ours.get(particle) ?? particle,
      Object.entries(variables).map(([column, edges]): TableAxis => {
        const i = edges.findIndex((e, k) => k > 0 && !(e > edges[k - 1]));
        if (i > 0) throw bad(`the edges of ${particle}.${column} do not increase`, `${edges[i - 1]}, ${edges[i]}`);
        return { column, edges };
      }),
    ]),
  );
}
