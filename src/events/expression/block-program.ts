import type { CompareOp } from './ast.js';
import type { BlockForm, OneNumber, Test, TwoNumbers } from './block-form.js';
import { bits, choose, COMPARE, ONE, TEST, TWO, widen } from './block-loops.js';

/** Works out expressions for one block of rows after the other; what several have in common, once. */
export class BlockProgram {
  /** To be filled with the values of a block before `run`. */
  readonly columns = new Map<string, Float64Array>();
  private readonly made = new Map<string, Float64Array | Uint8Array>();
  private readonly steps: ((rows: number) => void)[] = [];

  /**
   * @param size rows of a block at most, a multiple of 4
   * @example
   * const program = new BlockProgram(4096);
   * const pass = program.truths(form);
   * program.columns.get('pt')!.set(values);
   * program.run(values.length);
   */
  constructor(private readonly size: number) {}

  /** Where `run` puts the values of an expression. */
  numbers(form: BlockForm): Float64Array {
    return this.once(`number ${JSON.stringify(form)}`, () => this.makeNumbers(form));
  }

  /** Where `run` puts the truth of a condition: 0 or 1. */
  truths(form: BlockForm): Uint8Array {
    return this.once(`truth ${JSON.stringify(form)}`, () => this.makeTruths(form));
  }

  /** @param rows at most the size of a block */
  run(rows: number): void {
    for (const step of this.steps) step(rows);
  }

  private once<T extends Float64Array | Uint8Array>(key: string, make: () => T): T {
    const values = (this.made.get(key) as T | undefined) ?? make();
    this.made.set(key, values);
    return values;
  }

  private makeNumbers(form: BlockForm): Float64Array {
    const out = new Float64Array(this.size);
    switch (form.op) {
      case 'column':
        this.columns.set(form.name, out);
        return out;
      case 'number':
        return out.fill(form.value);
      case 'choose': {
        const test = this.truths(form.of[0]);
        const [yes, no] = [this.numbers(form.of[1]), this.numbers(form.of[2])];
        this.steps.push((n) => choose(test, yes, no, out, n));
        return out;
      }
    }
    if (Object.hasOwn(ONE, form.op)) {
      const loop = ONE[form.op as OneNumber];
      const a = this.numbers(form.of[0]);
      this.steps.push((n) => loop(a, out, n));
    } else if (Object.hasOwn(TWO, form.op)) {
      const loop = TWO[form.op as TwoNumbers];
      const [a, b] = [this.numbers(form.of[0]), this.numbers(form.of[1] as BlockForm)];
      this.steps.push((n) => loop(a, b, out, n));
    } else {
      const p = this.truths(form);
      this.steps.push((n) => widen(p, out, n));
    }
    return out;
  }

  private makeTruths(form: BlockForm): Uint8Array {
    const out = new Uint8Array(this.size);
    if (form.op === 'and' || form.op === 'or' || form.op === 'not') {
      const truths = form.of.map((of) => this.truths(of));
      this.steps.push(bits(form.op, truths, out));
    } else if (Object.hasOwn(COMPARE, form.op)) {
      const { op, of } = form as { op: CompareOp; of: readonly [BlockForm, BlockForm] };
      const loop = COMPARE[op];
      const [a, b] = [this.numbers(of[0]), this.numbers(of[1])];
      this.steps.push((n) => loop(a, b, out, n));
    } else {
      const test = Object.hasOwn(TEST, form.op)
        ? (form as { op: Exclude<Test, 'not'>; of: readonly [BlockForm] })
        : undefined;
      const loop = TEST[test?.op ?? 'true'];
      const a = this.numbers(test?.of[0] ?? form);
      this.steps.push((n) => loop(a, out, n));
    }
    return out;
  }
}
