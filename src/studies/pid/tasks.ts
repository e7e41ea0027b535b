import type { TaskKind } from '../../runs/task.js';
import { controlTask } from './control-task.js';
import { densityTask } from './density-task.js';
import { fitTask } from './fit-task.js';
import { ntupleTask } from './ntuple-task.js';
import { prepare } from './prepare-task.js';
import { rocTask } from './roc-task.js';
import { tableTask } from './table-task.js';
import { retupleTask } from './workflows/retuple-task.js';

/** The work of a pid study, by kind of task. */
export const tasks: Readonly<Record<string, TaskKind>> = {
  prepare,
  fit: fitTask,
  ntuple: ntupleTask,
  table: tableTask,
  roc: rocTask,
  density: densityTask,
  control: controlTask,
  retuple: retupleTask,
  // Loaded when it runs: fonts, figures and PDF are nothing that other tasks or commands need.
  report: async (context) => (await import('./report.js')).report(context),
};
