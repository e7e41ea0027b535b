import type { BinaryOp, CompareOp, Node } from './ast.js';
import type { Types } from './check.js';
import type { Scope } from './scope.js';

/**
 * An expression as plain data, to be worked out on blocks of numbers: see `BlockProgram`. Only operations whose result IEEE 754
 * lays down to the last bit, so that it is the same as the one in SQL. A missing value is NaN.
 */
export type BlockForm =
  | { readonly op: 'column'; readonly name: string }
  | { readonly op: 'number'; readonly value: number }
  | { readonly op: OneNumber | Test; readonly of: readonly [BlockForm] }
  | { readonly op: TwoNumbers | CompareOp | 'and' | 'or'; readonly of: readonly [BlockForm, BlockForm] }
  | { readonly op: 'choose'; readonly of: readonly [BlockForm, BlockForm, BlockForm] };

export type OneNumber = '-' | 'abs' | 'sqrt' | 'floor' | 'ceil';
export type TwoNumbers = 'plus' | 'minus' | 'times' | 'over' | 'min' | 'max';
/** Answers with 0 or 1, as comparisons do. `true` of a number that is neither 0 nor NaN. */
export type Test = 'not' | 'true' | 'isnan' | 'isinf' | 'isfinite';

/** Functions of one number that processors round correctly. */
const EXACT: readonly string[] = ['abs', 'sqrt', 'floor', 'ceil'] satisfies OneNumber[];
const TESTED: readonly string[] = ['isnan', 'isinf', 'isfinite'] satisfies Test[];
const ARITHMETIC: Readonly<Partial<Record<BinaryOp, TwoNumbers>>> = {
  '+': 'plus',
  '-': 'minus',
  '*': 'times',
  '/': 'over',
};

/** The condition that all of some hold. */
export const allOf = (conditions: readonly BlockForm[]): BlockForm =>
  conditions.reduce((a, b): BlockForm => ({ op: 'and', of: [a, b] }));

/** Some expressions can only be worked out in SQL. */
class OnlySql extends Error {}

/** The block form of a checked expression as a number or as a condition; undefined where there is none. */
export function blockForm(node: Node, types: Types, scope: Scope, as: 'number' | 'condition'): BlockForm | undefined {
  try {
    const former = new Former(types, scope);
    return as === 'number' ? former.number(node) : former.truth(node);
  } catch (error) {
    if (error instanceof OnlySql) return undefined;
    throw error;
  }
}

class Former {
  constructor(
    private readonly types: Types,
    private readonly scope: Scope,
  ) {}

  number(node: Node): BlockForm {
    switch (node.kind) {
      case 'number':
        if (this.typeOf(node) === 'integer' && !Number.isSafeInteger(node.value)) throw new OnlySql();
        return { op: 'number', value: node.value };
      case 'name':
        return this.name(node.name);
      case 'unary':
        return node.op === '-' ? { op: '-', of: [this.number(node.of)] } : this.truth(node);
      case 'binary': {
        const op = ARITHMETIC[node.op];
        if (op) return { op, of: [this.number(node.left), this.number(node.right)] };
        // Remainders, powers and the bits of whole numbers.
        if (this.typeOf(node) !== 'boolean') throw new OnlySql();
        return this.truth(node);
      }
      case 'choice':
        return { op: 'choose', of: [this.truth(node.test), this.number(node.yes), this.number(node.no)] };
      case 'call':
        return this.call(node);
      case 'string':
      case 'index':
        throw new OnlySql();
      default:
        return this.truth(node);
    }
  }

  truth(node: Node): BlockForm {
    if (this.typeOf(node) !== 'boolean' || node.kind === 'name') return { op: 'true', of: [this.number(node)] };
    switch (node.kind) {
      case 'boolean':
        return { op: 'number', value: node.value ? 1 : 0 };
      case 'logic':
        return { op: node.op, of: [this.truth(node.left), this.truth(node.right)] };
      case 'binary':
        return { op: node.op === '&' ? 'and' : 'or', of: [this.truth(node.left), this.truth(node.right)] };
      case 'unary':
        return { op: 'not', of: [this.truth(node.of)] };
      case 'compare':
        return allOf(
          node.ops.map((op, i) => ({ op, of: [this.number(node.operands[i]), this.number(node.operands[i + 1])] })),
        );
      case 'call':
        return this.call(node);
      case 'choice':
        return { op: 'choose', of: [this.truth(node.test), this.truth(node.yes), this.truth(node.no)] };
      default:
        throw new OnlySql();
    }
  }

  private call({ name, args }: Node & { kind: 'call' }): BlockForm {
    if (this.scope.functions && Object.hasOwn(this.scope.functions, name)) throw new OnlySql();
    if (name === 'min' || name === 'max')
      return args.map((arg) => this.number(arg)).reduce((left, right): BlockForm => ({ op: name, of: [left, right] }));
    if (!EXACT.includes(name) && !TESTED.includes(name)) throw new OnlySql();
    return { op: name as OneNumber | Test, of: [this.number(args[0])] };
  }

  private name(name: string): BlockForm {
    const column = this.scope.columns.get(name);
    if (!column || column.type === 'string' || column.type === 'list') throw new OnlySql();
    if (!column.form) return { op: 'column', name };
    const form = column.form();
    if (!form) throw new OnlySql();
    return form;
  }

  private typeOf(node: Node): string {
    return this.types.get(node)?.type ?? 'real';
  }
}
