import { userError, type DatamcError } from '../../base/error.js';
import type { Span } from './ast.js';

/** What an error needs to point into the user's string. */
export interface Source {
  readonly text: string;
  /** The key of the study file or the option that holds the string: `samples.data.select`. */
  readonly path?: string | undefined;
}

const WIDTH = 92;

/** Two lines: the text (a window of it where it is long) and a caret line under [start, end). */
export function pointInto(text: string, span: Span): string {
  const line = text.replace(/[\n\r\t]/g, ' ');
  const from = span.end <= WIDTH ? 0 : Math.max(0, span.start - Math.floor(WIDTH / 3));
  const shown = line.slice(from, from + WIDTH);
  const carets = Math.max(1, Math.min(span.end, from + WIDTH) - span.start);
  const head = from > 0 ? '…' : '';
  const tail = from + WIDTH < line.length ? '…' : '';
  return `${head}${shown}${tail}\n${' '.repeat(span.start - from + head.length)}${'^'.repeat(carets)}`;
}

/** An error about one place in an expression; `got` holds the text with carets under that place. */
export function expressionError(
  source: Source,
  span: Span,
  code: string,
  message: string,
  hint?: string,
  expected?: string,
): DatamcError {
  return userError({
    code: `expression.${code}`,
    message: `${message}, at position ${span.start + 1}`,
    path: source.path,
    got: pointInto(source.text, span),
    expected,
    hint,
  });
}
