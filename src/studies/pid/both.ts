/**
 * A conjunction of cuts, each in brackets where there are several, as they were written where there is one; undefined of none.
 * Blank cuts are none.
 *
 * @example both('p > 1', ' ', undefined) // 'p > 1'
 * @example both('p > 1', 'isMuon or isElectron') // '(p > 1) and (isMuon or isElectron)'
 */
export function both(...cuts: readonly (string | undefined)[]): string | undefined {
  const given = cuts.filter((cut) => cut !== undefined && cut.trim() !== '');
  return given.length > 1 ? given.map((cut) => `(${cut})`).join(' and ') : given[0];
}
