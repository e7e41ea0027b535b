import { userError } from '../base/error.js';
import type { CellCounts } from '../hist/cell-counts.js';
import type { Column } from './column.js';
import type { CountTeam } from './cells/count-team.js';
import { countCells, type CellRequest } from './cells/count-cells.js';
import type { Names } from './define.js';
import type { Duck } from './duck.js';
import type { Compiled } from './expression/compile.js';
import { NAN } from './expression/functions.js';
import { flatFile, type FlatFile } from './parquet/flat-file.js';
import type { Sample } from './sample.js';
import { ident } from './sql.js';
import type { EventTable, ReadOptions, ScanOptions } from './store.js';
import type { Warning } from './warning.js';
import type { AddColumns } from './write-job.js';
import { writeWith, type WriteWithOptions } from './write-with.js';

const BLOCK = 65_536;

export class Table implements EventTable {
  readonly columns: readonly Column[];
  private readonly flat = new Map<string, Promise<FlatFile[] | undefined>>();
  /** The selection: all must hold. */
  readonly cuts: readonly Compiled[];

  constructor(
    readonly duck: Duck,
    readonly team: CountTeam,
    readonly sample: Sample,
    private readonly names: Names,
    private readonly weight: { text: string; path: string } | undefined,
    cuts: readonly { text: string; path: string }[],
    private readonly checksumOf: (file: string) => Promise<string>,
    readonly scratch: string,
    private readonly path: string,
  ) {
    const derived = Object.keys(names.define).map((name): Column => {
      const { type, element, inner } = names.derived(name) as Compiled;
      return { name, type, element, inner, stored: 'derived', derived: true };
    });
    this.columns = [...sample.columns, ...derived];
    this.cuts = cuts.filter((c) => c.text.trim() !== '').map((c) => names.compile(c.text, c.path));
    for (const cut of this.cuts) cut.truth();
    if (weight) names.compile(weight.text, weight.path).real();
  }

  get files(): readonly string[] {
    return this.sample.sources.map((s) => s.path);
  }

  /** A source may learn of more while it is read, such as entries that `recover` leaves out. */
  get warnings(): readonly Warning[] {
    return this.sample.sources.flatMap((s) => s.warnings);
  }

  check(expression: string, path?: string, use: 'number' | 'condition' | 'any' = 'number'): Compiled {
    const compiled = this.names.compile(expression, path);
    if (use === 'number') compiled.real();
    if (use === 'condition') compiled.truth();
    return compiled;
  }

  async count(where?: string): Promise<number> {
    const extra = where === undefined ? [] : [this.check(where, 'where', 'condition')];
    const known = this.sample.sources.map((s) => s.rows);
    if (
      this.cuts.length + extra.length === 0 &&
      this.sample.exploded.size === 0 &&
      known.every((n) => n !== undefined)
    ) {
      const from = await this.from([], []);
      if (!/ LIMIT \d+/.test(from)) return known.reduce<number>((sum, n) => sum + (n ?? 0), 0);
    }
    const rows = await this.duck.rows(`SELECT count(*) AS n FROM ${await this.from([], extra)}`);
    return Number(rows[0]['n']);
  }

  async countEach(conditions: readonly string[], where?: string): Promise<{ rows: number; each: number[] }> {
    const extra = where === undefined ? [] : [this.check(where, 'where', 'condition')];
    const compiled = conditions.map((condition) => this.check(condition, undefined, 'condition'));
    const counts = compiled.map((c, i) => `count(*) FILTER (WHERE ${c.truth()}) AS n${i}`);
    const from = await this.from(compiled, extra);
    const [row] = await this.duck.rows(`SELECT ${['count(*) AS n', ...counts].join(', ')} FROM ${from}`);
    return { rows: Number(row['n']), each: compiled.map((_, i) => Number(row[`n${i}`])) };
  }

  async about(): Promise<number> {
    const sizes = this.sample.sources.map((s) => s.rows ?? s.about);
    const whole = this.cuts.length === 0 && this.sample.exploded.size === 0;
    return whole && sizes.every((n) => n !== undefined)
      ? sizes.reduce<number>((a, n) => a + (n ?? 0), 0)
      : this.count();
  }

  async read(
    expressions: Readonly<Record<string, string>>,
    options: ReadOptions = {},
  ): Promise<Record<string, Float64Array>> {
    const blocks: Record<string, Float64Array>[] = [];
    let rows = 0;
    for await (const block of this.scan(expressions, options)) {
      blocks.push(block);
      rows += Object.values(block)[0]?.length ?? 0;
    }
    const out: Record<string, Float64Array> = {};
    for (const name of Object.keys(expressions)) {
      const column = new Float64Array(rows);
      let at = 0;
      for (const block of blocks) {
        column.set(block[name], at);
        at += block[name].length;
        delete block[name];
      }
      out[name] = column;
    }
    return out;
  }

  async *scan(
    expressions: Readonly<Record<string, string>>,
    options: ScanOptions = {},
  ): AsyncGenerator<Record<string, Float64Array>> {
    const names = Object.keys(expressions);
    const where = options.where === undefined ? [] : [this.check(options.where, options.path ?? 'where', 'condition')];
    const compiled = names.map((n) => this.names.compile(expressions[n], options.path ?? n));
    const values = compiled.map((c, i) => `coalesce(${c.real()}, ${NAN}) AS ${ident(`r${i}`)}`);
    const from = await this.from(compiled, where);
    const real = names.map(() => false);
    let rows = 0;
    for await (const block of this.duck.doubles(
      `SELECT ${values.join(', ')} FROM ${from}`,
      names,
      options.rows ?? BLOCK,
    )) {
      rows += block[names[0]].length;
      names.forEach((name, i) => {
        if (!real[i]) real[i] = block[name].some((v) => !Number.isNaN(v));
      });
      yield block;
    }
    if (options.lenient) return;
    if (rows === 0) {
      if (options.where !== undefined) return;
      throw this.empty();
    }
    const bad = real.indexOf(false);
    if (bad >= 0) {
      throw userError({
        code: 'events.all-nan',
        message: `"${expressions[names[bad]]}" is NaN in all ${rows} selected rows of ${this.files[0]}`,
        path: options.path ?? this.path,
        hint: `datamc inspect ${this.files[0]}`,
      });
    }
  }

  async weights(): Promise<Float64Array | undefined> {
    if (!this.weight) return undefined;
    const { w } = await this.read({ w: this.weight.text }, { path: this.weight.path, lenient: true });
    if (w.length === 0) throw this.empty();
    const bad = w.reduce((n, v) => n + (Number.isFinite(v) ? 0 : 1), 0);
    const sum = w.reduce((a, b) => a + b, 0);
    if (bad > 0 || !(sum > 0)) {
      throw userError({
        code: 'events.weights',
        message:
          bad > 0 ? `${bad} of ${w.length} weights are not finite` : `the weights of ${w.length} rows add up to ${sum}`,
        path: this.weight.path,
        got: this.weight.text,
        expected: 'finite weights with a positive sum',
      });
    }
    return w;
  }

  countCells(request: CellRequest): Promise<CellCounts> {
    return countCells(this, request);
  }

  async checksums(): Promise<Record<string, string>> {
    const sums: Record<string, string> = {};
    for (const file of this.files) sums[file] = await this.checksumOf(file);
    return sums;
  }

  writeWith(
    out: string,
    expressions: Readonly<Record<string, string>>,
    add: AddColumns,
    options: WriteWithOptions = {},
  ): Promise<{ rows: number }> {
    return writeWith(this, out, expressions, add, options);
  }

  relation(columns: readonly string[]): Promise<string> {
    const any = columns.map((c) => this.names.columns.get(c)).filter((c) => c !== undefined);
    return this.fromNames(
      any.map((c) => c.name),
      this.cuts,
    );
  }

  sqlName(column: string): string {
    return this.names.columns.get(column)?.sql ?? ident(column);
  }

  /** Where columns lie as flat numbers in Parquet files, if they do; found once for each choice of columns. */
  flatFiles(columns: readonly string[]): Promise<FlatFile[] | undefined> {
    const key = JSON.stringify(columns);
    const known = this.flat.get(key) ?? this.findFlat(columns);
    this.flat.set(key, known);
    return known;
  }

  private async findFlat(columns: readonly string[]): Promise<FlatFile[] | undefined> {
    const files: FlatFile[] = [];
    for (const { path, names } of (await this.sample.parquet(columns)) ?? []) {
      const flat = await flatFile(path, names);
      if (!flat) return undefined;
      files.push(flat);
    }
    return files.length > 0 ? files : undefined;
  }

  /** FROM and WHERE for expressions: `(SELECT …) WHERE …`. */
  from(compiled: readonly Compiled[], extra: readonly Compiled[]): Promise<string> {
    const cuts = [...this.cuts, ...extra];
    return this.fromNames(
      compiled.flatMap((c) => [...c.columns]),
      cuts,
    );
  }

  /** The same without any selection. */
  unselected(compiled: readonly Compiled[], columns: readonly string[]): Promise<string> {
    return this.fromNames([...columns, ...compiled.flatMap((c) => [...c.columns])], []);
  }

  private async fromNames(names: readonly string[], cuts: readonly Compiled[]): Promise<string> {
    const all = new Set([...names, ...cuts.flatMap((c) => [...c.columns])]);
    const { file, derived } = this.names.closure(all);
    let sql = await this.sample.select(file);
    for (const name of derived) {
      const value = this.names.derived(name) as Compiled;
      sql = `SELECT *, ${value.native()} AS ${this.sqlName(name)} FROM (${sql})`;
    }
    const where = cuts.map((c) => c.truth()).join(' AND ');
    return `(${sql})${where ? ` WHERE ${where}` : ''}`;
  }

  private empty(): Error {
    const cuts = this.cuts.map((c) => c.source);
    const message = cuts.length
      ? `the selection leaves no rows of ${this.files[0]}${this.files.length > 1 ? ` and ${this.files.length - 1} more` : ''}`
      : `${this.files[0]} has no rows`;
    return userError({
      code: 'events.empty-selection',
      message,
      path: cuts[0]?.path ?? this.path,
      got: cuts.map((c) => c.text).join(' and ') || undefined,
      hint: `look at the ranges: datamc inspect ${this.files[0]}`,
    });
  }
}
