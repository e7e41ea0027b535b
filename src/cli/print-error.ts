import { DatamcError, type ErrorData } from '../base/error.js';
import { systemError } from '../base/system-error.js';

/** Two lines: what went wrong and where; what was expected and the way out. A cut stands between them with a caret below it. */
export function errorText(given: ErrorData): string {
  const data = Object.fromEntries(
    Object.entries(given).map(([key, text]) => [key, printable(text)]),
  ) as unknown as ErrorData;
  const place = data.path && !data.message.includes(data.path) ? ` (${data.path})` : '';
  const pointed = data.got?.includes('\n') ? data.got.split('\n') : [];
  const told = data.got === undefined || pointed.length > 0 || data.message.includes(`"${data.got}"`);
  const got = told ? undefined : `got ${data.got}`;
  const wanted = data.expected ? [`expected ${data.expected}`, got].filter(Boolean).join(', ') : got;
  const hints = [data.hint, wanted].filter((part): part is string => part !== undefined);
  const lines = wholeText(pointed) && hints.length ? [] : pointed.map((line) => `       ${line}`);
  return [`error  ${data.message}${place}`, ...lines, ...(hints.length ? [`       ${hints.join('; ')}`] : [])].join(
    '\n',
  );
}

// Bytes of a file that is no text may move the cursor, or worse.
const printable = (text: string | undefined): string | undefined => text?.replace(/[^\P{C}\n]/gu, '·');

// A caret under all of a text shows nothing: the message quotes it already.
const wholeText = ([text = '', carets = '']: readonly string[]): boolean =>
  carets.length >= text.length && !carets.includes(' ');

/** Any error as one of ours: unknown ones are our fault, and status 1. */
export function asDatamcError(error: unknown): DatamcError {
  if (error instanceof DatamcError) return error;
  const refused = systemError(error);
  if (refused) return refused;
  const message = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
  const hint = 'this is a fault of datamc: please report it with what --debug prints';
  return new DatamcError({ code: 'internal', message, hint }, 1, { cause: error });
}
