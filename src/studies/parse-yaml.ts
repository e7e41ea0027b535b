import { isCollection, isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import { userError } from '../base/error.js';
import type { Json } from '../base/json.js';

const STUDY = { what: 'a study file', example: 'study: correction, samples: …' };

/**
 * Parse YAML; the keys of the outermost level are looked up later.
 *
 * @param kind what the file should be, and what may stand in it, for errors
 */
export function parseYaml(
  text: string,
  name: string,
  { what, example } = STUDY,
): { raw: Json; where(keys: readonly PropertyKey[]): string } {
  const lines = new LineCounter();
  const document = parseDocument(text.replace(/^\uFEFF/, ''), { lineCounter: lines, uniqueKeys: true, merge: true });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  const [error] = document.errors;
  if (error) {
    const duplicate = error.code === 'DUPLICATE_KEY';
    const key = duplicate ? /^[^\s:]+/.exec(text.slice(error.pos[0]))?.[0] : undefined;
    throw userError({
      code: duplicate ? 'study.duplicate-key' : 'study.not-yaml',
      message: duplicate ? `the key "${key}" stands twice` : `not valid YAML: ${firstLine(error.message)}`,
      path: place(error.pos[0]),
      hint: duplicate ? 'keep one of the two' : 'indent with blanks, put texts with ": " or "#" in quotes',
    });
  }
  const raw = plainValue(document, name);
  if (raw === null || typeof raw !== 'object' || Array.isArray(raw)) {
    const message = raw === null ? `the ${what.replace(/^an? /, '')} is empty` : `${what} consists of keys and values`;
    throw userError({ code: 'study.not-a-study', message, path: name, expected: example });
  }
  return { raw, where: (keys) => place(offsetOf(document, keys)) };
}

// Aliases are followed only now: unknown ones, and more of them than a study can need, are found here.
function plainValue(document: Document, name: string): Json {
  try {
    return document.toJS() as Json;
  } catch (cause) {
    throw userError(
      {
        code: 'study.not-yaml',
        message: `not valid YAML: ${firstLine((cause as Error).message)}`,
        path: name,
        hint: 'a text that begins with * or & stands in quotes: "*.root"',
      },
      { cause },
    );
  }
}

/** Where a key stands, or the nearest enclosing one that is there. */
function offsetOf(document: Document, keys: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = isCollection(node) ? (node.range?.[0] ?? 0) : 0;
  for (const key of keys) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (!pair) break;
      offset = isScalar(pair.key) ? (pair.key.range?.[0] ?? offset) : offset;
      node = pair.value;
    } else if (isCollection(node)) {
      node = (node.items as unknown[])[Number(key)];
      const range = (node as { range?: [number, number, number] | null } | undefined)?.range;
      if (!range) break;
      offset = range[0];
    } else break;
  }
  return offset;
}

const firstLine = (text: string): string => text.split('\n', 1)[0].replace(/ at line \d+, column \d+:?$/, '');
