/** Two cuts may make one name (`> 0.6` and `< 0.6`): the later ones are counted. */
export function uniqueNames(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((raw) => {
    const name = raw.replace(/[^\w.+-]+/g, '_');
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return before ? `${name}_${before + 1}` : name;
  });
}
