import { userError } from '../base/error.js';
import type { Column } from './column.js';
import type { BlockForm } from './expression/block-form.js';
import { compile, type Compiled } from './expression/compile.js';
import type { Scope, ScopeColumn, ScopeFunction, Variables } from './expression/scope.js';
import { ident } from './sql.js';
import { trackVariables, type VariablesOf } from './variables/builtin.js';

/** Derived columns, each compiled when first mentioned: they may refer to one another in any order. */
export class Names implements Scope {
  readonly columns: ReadonlyMap<string, ScopeColumn>;
  readonly variables: Variables;
  private readonly done = new Map<string, Compiled>();
  private readonly open: string[] = [];

  /**
   * @param define name → expression
   * @param path the key of the study file that holds `define`, for errors
   * @throws userError where a derived column hides a column of the file
   */
  constructor(
    fileColumns: readonly Column[],
    readonly define: Readonly<Record<string, string>>,
    private readonly path: string,
    variables: VariablesOf | Variables | undefined,
    readonly origin: string,
    readonly functions?: Readonly<Record<string, ScopeFunction>>,
  ) {
    const resolve = (name: string): ScopeColumn => this.resolve(name);
    // The map answers for derived columns only when asked, so that circles are seen.
    const known = new (class extends Map<string, ScopeColumn> {
      override get(name: string): ScopeColumn | undefined {
        return Object.hasOwn(define, name) ? resolve(name) : super.get(name);
      }
    })();
    fileColumns.forEach((c, i) => {
      const { name, type, element, inner, unreadable } = c;
      known.set(name, { name, type, element, inner, unreadable, sql: ident(`c${i}`) });
    });
    for (const name of Object.keys(define)) {
      if (known.has(name)) {
        throw userError({
          code: 'events.define-hides',
          message: `define "${name}" hides a column of ${origin}`,
          path: `${path}.${name}`,
          hint: 'choose another name for the derived column',
        });
      }
      known.set(name, { name, type: 'real', sql: '' });
    }
    this.columns = known;
    const make = variables ?? trackVariables();
    this.variables =
      typeof make === 'function' ? make({ has: (name) => known.has(name), all: () => known.keys() }) : make;
  }

  compile(text: string, path: string | undefined): Compiled {
    return compile({ text, path }, this);
  }

  derived(name: string): Compiled | undefined {
    if (!Object.hasOwn(this.define, name)) return undefined;
    this.resolve(name);
    return this.done.get(name);
  }

  private resolve(name: string): ScopeColumn {
    let compiled = this.done.get(name);
    if (!compiled) {
      if (this.open.includes(name)) {
        const circle = [...this.open.slice(this.open.indexOf(name)), name].join(' → ');
        throw userError({
          code: 'events.circular-define',
          message: `derived columns define each other: ${circle}`,
          path: `${this.path}.${name}`,
          got: this.define[name],
          hint: 'one of them must be made of columns of the file alone',
        });
      }
      this.open.push(name);
      try {
        compiled = this.compile(this.define[name], `${this.path}.${name}`);
        this.done.set(name, compiled);
      } finally {
        this.open.pop();
      }
    }
    const { type, element, inner } = compiled;
    const sql = ident(`d${Object.keys(this.define).indexOf(name)}`);
    const form = (): BlockForm | undefined => compiled.form(type === 'boolean' ? 'condition' : 'number');
    return { name, type, element, inner, sql, form };
  }

  /** The file columns that these names rest on, and the derived ones in an order in which they can be computed. */
  closure(names: Iterable<string>): { file: string[]; derived: string[] } {
    const file = new Set<string>();
    const derived = new Set<string>();
    const visit = (name: string): void => {
      const compiled = this.derived(name);
      if (!compiled) {
        file.add(name);
        return;
      }
      if (derived.has(name)) return;
      for (const n of compiled.columns) visit(n);
      derived.add(name);
    };
    for (const name of names) visit(name);
    return { file: [...file], derived: [...derived] };
  }
}
