import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** True if a path holds a pattern: `*`, `?`, `[abc]` or `{a,b}`. */
export const isPattern = (file: string): boolean => /[*?[\]{}]/.test(file);

/**
 * The files that match a pattern, sorted by name. `*` and `?` stay within a folder, `**` crosses folders,
 * `[a-c]` and `{a,b}` choose.
 *
 * @param directory where relative patterns start
 * @returns absolute paths, perhaps none
 */
export async function expandGlob(pattern: string, directory: string): Promise<string[]> {
  const absolute = path.resolve(directory, pattern);
  if (await stat(absolute).catch(() => undefined)) return [absolute]; // a name that only looks like a pattern
  const found = new Set<string>();
  for (const choice of braces(absolute)) {
    const parts = choice.split(path.sep).filter(Boolean);
    for (const file of await walk(path.parse(choice).root, parts)) found.add(file);
  }
  return [...found].sort();
}

async function walk(dir: string, parts: readonly string[]): Promise<string[]> {
  const [part, ...rest] = parts;
  if (part === '**') {
    const here = await walk(dir, rest);
    const below = (await entries(dir)).filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
    const deeper = await Promise.all(below.map((entry) => walk(path.join(dir, entry.name), parts)));
    return [...here, ...deeper.flat()];
  }
  if (!isPattern(part)) {
    const next = path.join(dir, part);
    if (rest.length) return walk(next, rest);
    return (await stat(next).catch(() => undefined))?.isFile() ? [next] : [];
  }
  const matches = matcher(part);
  const names = (await entries(dir)).map((entry) => entry.name).filter((name) => matches.test(name));
  const visible = part.startsWith('.') ? names : names.filter((name) => !name.startsWith('.'));
  const results = await Promise.all(
    visible.map((name) => (rest.length ? walk(path.join(dir, name), rest) : file(path.join(dir, name)))),
  );
  return results.flat();
}

const entries = (dir: string) => readdir(dir, { withFileTypes: true }).catch(() => []);

const file = async (name: string): Promise<string[]> =>
  (await stat(name).catch(() => undefined))?.isFile() ? [name] : [];

function matcher(part: string): RegExp {
  const source = part.replace(
    /\[(!?)([^\]]+)\]|[*?]|[.+^${}()|\\[\]]/g,
    (match, not: string | undefined, set: string | undefined) => {
      if (set !== undefined) return `[${not ? '^' : ''}${set.replace(/\\/g, '\\\\')}]`;
      return match === '*' ? '.*' : match === '?' ? '.' : `\\${match}`;
    },
  );
  return new RegExp(`^${source}$`);
}

/** `a{b,c}d` → `abd`, `acd`. */
function braces(pattern: string): string[] {
  const inner = /\{([^{}]*,[^{}]*)\}/.exec(pattern);
  if (!inner) return [pattern];
  const before = pattern.slice(0, inner.index);
  const after = pattern.slice(inner.index + inner[0].length);
  return inner[1].split(',').flatMap((choice) => braces(`${before}${choice}${after}`));
}
