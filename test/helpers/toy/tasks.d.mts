import type { TaskKind } from '../../../src/runs/task.js';

export const tasks: Readonly<Record<string, TaskKind>>;
