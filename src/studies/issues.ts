import type { z } from 'zod';
import type { ErrorData } from '../base/error.js';
import { didYouMean } from '../base/near.js';
import { knownAt, type JsonSchema } from './json-schema.js';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** An issue with its full path, unions decided. */
interface Leaf {
  readonly issue: Issue;
  readonly path: Path;
}

/**
 * Say what is wrong with a study file: the first issue, in words, with the nearest known key or value.
 *
 * @param raw what was parsed
 * @param schema the JSON schema, for the keys that are known at each place
 */
export function explainIssue(issue: Issue, raw: unknown, schema: JsonSchema): ErrorData & { readonly keys: Path } {
  const leaf = decide(issue, [], raw);
  const got = valueAt(raw, leaf.path);
  return {
    ...words(leaf, got, schema),
    keys: leaf.issue.code === 'unrecognized_keys' ? [...leaf.path, leaf.issue.keys[0]] : leaf.path,
  };
}

/** `samples.data.files[0]` */
export const pathText = (path: Path): string =>
  path.map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i ? '.' : ''}${String(key)}`)).join('');

/** The issue to tell first: an unknown key is often a misspelt one, which explains why another is missing. */
export const worst = (issues: readonly Issue[]): Issue =>
  issues.find((issue) => issue.code === 'unrecognized_keys') ?? issues[0];

// Of the alternatives of a union, the one that the user seems to have meant: right type, few unknown keys, few complaints,
// far inside.
function decide(issue: Issue, base: Path, raw: unknown): Leaf {
  const path = [...base, ...issue.path];
  if (issue.code !== 'invalid_union' || !issue.errors.length) return { issue, path };
  const meant = issue.errors.filter((branch) => !branch.some((i) => i.path.length === 0 && i.code === 'invalid_type'));
  if (!meant.length) return { issue, path };
  const [best] = [...meant].sort((a, b) => strange(a) - strange(b) || a.length - b.length || depth(b) - depth(a));
  return decide(worst(best), path, raw);
}

const strange = (branch: readonly Issue[]): number =>
  branch.reduce(
    (n, issue) => n + (issue.code === 'unrecognized_keys' && !issue.path.length ? issue.keys.length : 0),
    0,
  );

const depth = (branch: readonly Issue[]): number => Math.max(...branch.map((issue) => issue.path.length));

function words({ issue, path }: Leaf, got: unknown, schema: JsonSchema): ErrorData {
  const at = pathText(path) || 'the study file';
  const known = knownAt(schema, path);
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0];
    const hint =
      didYouMean(key, known.keys) ?? (known.keys.length ? `known keys: ${known.keys.join(', ')}` : undefined);
    return {
      code: 'study.unknown-key',
      message: `unknown key "${key}"${path.length ? ` in ${at}` : ''}`,
      got: key,
      hint,
      ...(hint === undefined && known.description !== undefined ? { expected: known.description } : {}),
    };
  }
  const expected = known.description ?? expectation(issue);
  if (got === undefined) {
    const message = `the key "${at}" is missing`;
    return { code: 'study.missing-key', message, expected };
  }
  if (issue.code === 'invalid_value' && typeof got === 'string') {
    const values = issue.values.map(String);
    const hint = didYouMean(got, values);
    const message = `${at} cannot be "${got}"`;
    return { code: 'study.bad-value', message, got: `"${got}"`, expected: `one of ${values.join(', ')}`, hint };
  }
  if (issue.code === 'invalid_key') {
    const name = String(path.at(-1));
    const hint = issue.issues[0]?.message;
    return { code: 'study.bad-key', message: `"${name}" cannot be a name in ${pathText(path.slice(0, -1))}`, hint };
  }
  const own = issue.code === 'custom' || issue.code === 'invalid_format';
  const message = own ? `${at}: ${lower(issue.message)}` : `${at} has a wrong value`;
  const detail = expectation(issue);
  return {
    code: 'study.bad-value',
    message,
    got: shown(got),
    expected: detail && known.description ? `${detail} (${known.description})` : (detail ?? known.description),
  };
}

function expectation(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return named(issue.expected);
    case 'too_small':
      return bound(issue.origin, issue.inclusive === false ? 'above' : 'at least', issue.minimum);
    case 'too_big':
      return bound(issue.origin, issue.inclusive === false ? 'below' : 'at most', issue.maximum);
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_union': {
      const types = issue.errors
        .flat()
        .flatMap((i) => (i.path.length === 0 && i.code === 'invalid_type' ? [named(i.expected)] : []));
      return types.length ? [...new Set(types)].join(' or ') : undefined;
    }
    default:
      return undefined;
  }
}

const bound = (origin: string, relation: string, limit: number | bigint): string =>
  origin === 'array' || origin === 'tuple'
    ? `${relation} ${limit} entries`
    : origin === 'string'
      ? `${relation} ${limit} characters`
      : `${relation} ${limit}`;

const names: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'keys and values',
  record: 'keys and values',
};

const named = (type: string): string => names[type] ?? type;

const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function valueAt(raw: unknown, path: Path): unknown {
  let value = raw;
  for (const key of path) {
    if (value === null || typeof value !== 'object') return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}
