/** What tuples write where there is no value. */
const CODES = [99, 999, 1000, 9999, 10000, 99999, 999999, 1e6, 1e9].flatMap((v) => [-v, v]);

/** Values nearer to zero than half of the smallest code are none. */
export const CODES_BEGIN = 49;

/** Conditions on a variable: those that count each code, and then, of each, whatever else lies as far out on its side. */
export const codeConditions = (variable: string): string[] => {
  const x = `(${variable})`;
  const others = CODES.map((code) => `${x} != ${code}`).join(' and ');
  return [
    ...CODES.map((code) => `${x} == ${code}`),
    ...CODES.map((code) => `${code < 0 ? `${x} < ${code / 2}` : `${x} > ${code / 2}`} and ${others}`),
  ];
};

/** The codes that stand for no value, from the counts of `codeConditions`: some rows have them, and no other value lies out there. */
export const codesIn = (counts: readonly number[]): { readonly value: number; readonly count: number }[] =>
  CODES.flatMap((value, i) => (counts[i] > 0 && counts[CODES.length + i] === 0 ? [{ value, count: counts[i] }] : []));

/** Values without the codes among them that stand for none; all where nothing else would be left. */
export function withoutCodes(values: readonly number[]): readonly number[] {
  const far = values.filter((v) => Math.abs(v) > CODES_BEGIN);
  if (far.length === 0) return values;
  const others = far.filter((v) => !CODES.includes(v));
  const codes = CODES.filter(
    (code) => far.includes(code) && !others.some((v) => (code < 0 ? v < code / 2 : v > code / 2)),
  );
  const kept = codes.length === 0 ? values : values.filter((v) => !codes.includes(v));
  return kept.length === 0 ? values : kept;
}
