import type { TaskKind } from '../../runs/task.js';
import { controlTask } from './curves/control-task.js';
import { densityTask } from './densities/density-task.js';
import { fitTask } from './fits/fit-task.js';
import { ntupleTask } from './fits/ntuple-task.js';
import { prepare } from './prepare-task.js';
import { rocTask } from './curves/roc-task.js';
import { tableTask } from './tables/table-task.js';
import { retupleTask } from './workflows/retuple-task.js';

/** The work of a pid study, by kind of task. */
export const tasks: Readonly<Record<string, TaskKind>> = {
  prepare,
  fit: fitTask,
  classify: async (context) => (await import('./fits/classify-task.js')).classifyTask(context),
  ntuple: ntupleTask,
  table: tableTask,
  roc: rocTask,
  density: densityTask,
  control: controlTask,
  retuple: retupleTask,
  // Loaded when it runs: fonts, figures and PDF are nothing that other tasks or commands need.
  report: async (context) => (await import('./report/report.js')).report(context),
};
