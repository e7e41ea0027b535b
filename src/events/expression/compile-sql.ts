import type { CompareOp, Node } from './ast.js';
import type { Types } from './check.js';
import { boundSql, conjuncts, numberOf, ordered, type Bound, type Factor } from './factors.js';
import { LIST_FUNCTIONS, NAN, REAL_FUNCTIONS, TESTS } from './functions.js';
import type { Scope } from './scope.js';

/**
 * Compiles a checked expression to DuckDB SQL.
 *
 * Arithmetic is IEEE 754 double, as in C++: x/0 is ±inf or NaN, a comparison with NaN is false (`!=` true), a missing
 * value (NULL) counts as NaN. DuckDB itself sorts NaN above every number, hence the guards. Integers are compared as
 * integers, `%`, `&` and `|` of integers are exact, all other arithmetic is real: 7 / 2 is 3.5.
 */
export class SqlCompiler {
  constructor(
    private readonly types: Types,
    private readonly scope: Scope,
  ) {}

  /** The value as DOUBLE; NULL where it is missing. */
  real(node: Node): string {
    const type = this.typeOf(node);
    if (node.kind === 'number') return literal(node.value);
    if (type === 'boolean') {
      if (node.kind === 'name' || node.kind === 'index') return `CAST(${this.native(node)} AS DOUBLE)`;
      return `CAST(${this.solid(node)} AS DOUBLE)`;
    }
    switch (node.kind) {
      case 'name':
      case 'index':
        return `CAST(${this.native(node)} AS DOUBLE)`;
      case 'unary':
        return `(-${this.real(node.of)})`;
      case 'binary':
        if (type === 'integer') return `CAST(${this.integer(node)} AS DOUBLE)`;
        if (node.op === '**') return REAL_FUNCTIONS['pow'].sql(this.real(node.left), this.real(node.right));
        return `(${this.real(node.left)} ${node.op} ${this.real(node.right)})`;
      case 'call':
        if (Object.hasOwn(LIST_FUNCTIONS, node.name)) {
          return `CAST(${LIST_FUNCTIONS[node.name].sql(this.native(node.args[0]))} AS DOUBLE)`;
        }
        return bracket(this.function(node.name)(...node.args.map((arg) => this.real(arg))));
      case 'choice':
        return `CASE WHEN ${this.truth(node.test)} THEN ${this.real(node.yes)} ELSE ${this.real(node.no)} END`;
      default:
        throw new Error(`internal: ${node.kind} has no numeric value`);
    }
  }

  /** A condition; NULL and false mean the same (for WHERE and CASE WHEN). */
  truth(node: Node): string {
    const type = this.typeOf(node);
    if (type !== 'boolean') {
      if (this.neverNan(node)) return `(${this.integer(node)} <> 0)`;
      const x = this.real(node);
      return `(${x} <> 0 AND NOT isnan(${x}))`;
    }
    switch (node.kind) {
      case 'boolean':
        return String(node.value);
      case 'logic':
        return `(${this.truth(node.left)} ${node.op.toUpperCase()} ${this.truth(node.right)})`;
      case 'binary':
        return `(${this.truth(node.left)} ${node.op === '&' ? 'AND' : 'OR'} ${this.truth(node.right)})`;
      case 'unary':
        return `(NOT ${this.solid(node.of)})`;
      case 'compare':
        return this.comparison(node);
      case 'call':
        return TESTS[node.name].sql(this.real(node.args[0]));
      case 'choice':
        return `CASE WHEN ${this.truth(node.test)} THEN ${this.truth(node.yes)} ELSE ${this.truth(node.no)} END`;
      default:
        return this.native(node);
    }
  }

  /** What must all be true for a condition to be; see `Factor`. */
  factors(node: Node): Factor[] {
    return conjuncts(node).map((part) => {
      if (part.kind !== 'compare') return { sql: this.truth(part) };
      const bound = this.bound(part);
      return { sql: bound ? boundSql(bound) : this.comparison(part), bound };
    });
  }

  /** The value in the type it has: VARCHAR for text, the list itself, BIGINT for integers, BOOLEAN, DOUBLE. */
  native(node: Node): string {
    switch (node.kind) {
      case 'name':
        return this.scope.columns.get(node.name)?.sql ?? '';
      case 'string':
        return `'${node.value.replaceAll("'", "''")}'`;
      case 'index':
        return this.element(node);
      case 'choice':
        if (this.typeOf(node) === 'string') {
          return `CASE WHEN ${this.truth(node.test)} THEN ${this.native(node.yes)} ELSE ${this.native(node.no)} END`;
        }
    }
    const type = this.typeOf(node);
    if (type === 'boolean') return this.solid(node);
    return type === 'integer' ? this.integer(node) : this.real(node);
  }

  private function(name: string): (...args: string[]) => string {
    const { functions } = this.scope;
    return functions && Object.hasOwn(functions, name) ? functions[name].sql : REAL_FUNCTIONS[name].sql;
  }

  private typeOf(node: Node): string {
    return this.types.get(node)?.type ?? 'real';
  }

  private solid(node: Node): string {
    return `coalesce(${this.truth(node)}, false)`;
  }

  private element(node: Node & { kind: 'index' }): string {
    const list = this.native(node.of);
    const { index } = node;
    if (index.kind === 'number' && Number.isInteger(index.value)) return `${list}[${index.value + 1}]`;
    // DuckDB counts negative indices from the end; here they name no element.
    const i = this.integer(index);
    return `(CASE WHEN ${i} >= 0 THEN ${list}[${i} + 1] END)`;
  }

  /** The value as BIGINT, NULL where it is no integer of that size. */
  private integer(node: Node): string {
    if (node.kind === 'number' && this.typeOf(node) === 'integer') return `${BigInt(node.text)}::BIGINT`;
    if (node.kind === 'unary' && this.typeOf(node) === 'integer') return `(-${this.integer(node.of)})`;
    if (this.typeOf(node) === 'boolean') return `CAST(${this.solid(node)} AS BIGINT)`;
    if (node.kind === 'binary' && this.typeOf(node) === 'integer') {
      return `(${this.integer(node.left)} ${node.op} ${this.integer(node.right)})`;
    }
    if (node.kind === 'choice' && this.typeOf(node) === 'integer') {
      return `CASE WHEN ${this.truth(node.test)} THEN ${this.integer(node.yes)} ELSE ${this.integer(node.no)} END`;
    }
    if (node.kind === 'call' && node.name === 'length') return LIST_FUNCTIONS['length'].sql(this.native(node.args[0]));
    const whole = node.kind === 'name' || node.kind === 'index' ? this.native(node) : this.real(node);
    // Reals are cut towards zero, as a C++ cast does.
    return this.typeOf(node) === 'integer' ? `TRY_CAST(${whole} AS BIGINT)` : `TRY_CAST(trunc(${whole}) AS BIGINT)`;
  }

  private neverNan(node: Node): boolean {
    if (node.kind === 'number') return !Number.isNaN(node.value);
    const type = this.typeOf(node);
    return type === 'integer' || (type === 'boolean' && node.kind !== 'name');
  }

  private comparison(node: Node & { kind: 'compare' }): string {
    const pairs = node.ops.map((op, i) => this.pair(op, node.operands[i], node.operands[i + 1]));
    return pairs.length === 1 ? pairs[0] : `(${pairs.join(' AND ')})`;
  }

  private pair(op: CompareOp, left: Node, right: Node): string {
    const { text, form } = this.compared(left, right);
    const a = form(left);
    const b = form(right);
    const nanA = !text && !this.neverNan(left);
    const nanB = !text && !this.neverNan(right);
    if (op === '!=') return `coalesce(${a} <> ${b}${nanA && nanB ? ` OR isnan(${a})` : ''}, true)`;
    if (op === '==') return guarded(`${a} = ${b}`, nanA && nanB ? a : undefined);
    if (op === '>' || op === '>=') return guarded(`${a} ${op} ${b}`, nanA ? a : undefined);
    return guarded(`${a} ${op} ${b}`, nanB ? b : undefined);
  }

  private bound({ ops, operands }: Node & { kind: 'compare' }): Bound | undefined {
    const flipped = numberOf(operands[0]) !== undefined;
    const [value, limit] = flipped ? [operands[1], operands[0]] : operands;
    const at = numberOf(limit);
    const op = ordered(ops[0], flipped);
    const { text, form } = this.compared(value, limit);
    if (at === undefined || !Number.isFinite(at) || !op || text) return undefined;
    return { value: form(value), limit: form(limit), at, op, mayBeNan: !this.neverNan(value) };
  }

  /** In what form two values are compared: text, integers, or reals. */
  private compared(left: Node, right: Node): { readonly text: boolean; readonly form: (node: Node) => string } {
    const types = [this.typeOf(left), this.typeOf(right)];
    const text = types.includes('string');
    const whole = types.every((t) => t === 'integer');
    return { text, form: (n) => (text ? this.native(n) : whole ? this.comparable(n) : this.real(n)) };
  }

  private comparable(node: Node): string {
    if (node.kind === 'number') return String(BigInt(node.text));
    if (node.kind === 'unary' && node.of.kind === 'number') return `(-${BigInt(node.of.text)})`;
    return node.kind === 'name' || node.kind === 'index' ? this.native(node) : this.integer(node);
  }
}

const guarded = (test: string, mayBeNan: string | undefined): string =>
  mayBeNan === undefined ? `(${test})` : `(${test} AND NOT isnan(${mayBeNan}))`;

const bracket = (sql: string): string => (sql.startsWith('CASE') ? `(${sql})` : sql);

function literal(value: number): string {
  if (Number.isNaN(value)) return NAN;
  if (!Number.isFinite(value)) return value > 0 ? `'inf'::DOUBLE` : `'-inf'::DOUBLE`;
  return `${value.toExponential()}::DOUBLE`;
}
