/** The definitions that some columns need, directly or through one another. */
export function neededDefinitions(
  define: Readonly<Record<string, string>>,
  columns: readonly string[],
): Record<string, string> {
  const needed: Record<string, string> = {};
  const open = [...columns];
  for (let text = open.pop(); text !== undefined; text = open.pop())
    for (const [name, expression] of Object.entries(define))
      if (!Object.hasOwn(needed, name) && new RegExp(`(?<![\\w.])${escape(name)}(?![\\w.])`).test(text)) {
        needed[name] = expression;
        open.push(expression);
      }
  return needed;
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
