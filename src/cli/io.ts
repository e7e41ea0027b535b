/** Where a command speaks. Results for people go to stdout, unless `--json` keeps it for the one object. */
export interface Io {
  readonly json: boolean;
  /** Whether stderr is a terminal. */
  readonly tty: boolean;
  /** The result, for people. Silent under `--json`. */
  print(text: string): void;
  /** A side remark, on stderr. */
  note(text: string): void;
  /** `warning  text (count)`, on stderr. */
  warn(message: string, count?: number): void;
  /** How far it is: a line on a terminal, nothing otherwise. */
  progress(done: number, total: number, unit?: string): void;
  /** A line that replaces itself, on a terminal only; `undefined` removes it. */
  status(line: string | undefined): void;
  /** The one object of `--json`. */
  result(value: unknown): void;
  /** Whether `result` was called. */
  readonly answered: boolean;
}

/** @param quick stamps the object of `--json`: `"quick": true` */
export function openIo(
  json: boolean,
  quick = false,
  out: NodeJS.WriteStream = process.stdout,
  err = process.stderr,
): Io {
  const tty = Boolean(err.isTTY);
  let shown = false;
  let answered = false;
  let last = -Infinity;

  const status = (line: string | undefined): void => {
    if (!tty || (line === undefined && !shown)) return;
    const width = Math.max(20, (err.columns ?? 80) - 1);
    err.write(`\r\x1b[K${line === undefined ? '' : line.slice(0, width)}`);
    shown = line !== undefined;
  };
  const note = (text: string): void => {
    status(undefined);
    err.write(`${text}\n`);
  };

  return {
    json,
    tty,
    print(text) {
      status(undefined);
      if (!json) out.write(`${text}\n`);
    },
    note,
    warn: (message, count) => note(`warning  ${message}${count === undefined ? '' : ` (${grouped(count)})`}`),
    progress(done, total, unit = '') {
      const now = performance.now();
      if (done >= total) return status(undefined);
      if (now - last < 100) return;
      last = now;
      status(`${Math.floor((100 * done) / total)} %  ${grouped(done)} of ${grouped(total)} ${unit}`.trimEnd());
    },
    status,
    result(value) {
      answered = true;
      if (json) out.write(`${JSON.stringify(quick ? { ...(value as object), quick } : value)}\n`);
    },
    get answered() {
      return answered;
    },
  };
}

/** 1234567 → `1 234 567` */
export const grouped = (n: number): string => String(n).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
