import type { Plan } from '../../../src/runs/task.js';

export interface ToyOptions {
  readonly files: readonly string[];
  readonly blocks: number;
  readonly steps: number;
  readonly delay: number;
  readonly fail?: Readonly<Record<string, 'user' | 'crash' | 'kill' | 'once' | 'nan'>>;
  readonly threads?: number;
  /** Share of the blocks that the merger can do without. */
  readonly allowFailed?: number;
}

export function toyPlan(options: ToyOptions): Plan;
