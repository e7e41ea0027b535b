import type { TaskKind } from '../../runs/task.js';
import { bandTask } from './band-task.js';
import { closureTask } from './closure-task.js';
import { judge } from './judge.js';
import { mapTask } from './map-task.js';
import { prepare } from './prepare.js';
import { productsTask } from './products-task.js';
import { quantile } from './quantile.js';
import { replicasTask, trainTask } from './train-task.js';
import { tupleTask } from './tuple-task.js';

/** The work of a correction, by kind of task. */
export const tasks: Readonly<Record<string, TaskKind>> = {
  prepare,
  quantile,
  // Version 2: sampled densities are smoothed.
  train: { version: 2, run: trainTask },
  replicas: { version: 2, run: replicasTask },
  closure: { version: 2, run: closureTask },
  map: { version: 2, run: mapTask },
  band: bandTask,
  products: { version: 2, run: productsTask },
  tuple: tupleTask,
  // Version 2: bins of round width that suit the number of events.
  judge: { version: 2, run: judge },
  // Loaded when it runs: fonts, figures and PDF are nothing that other tasks or commands need.
  report: { version: 2, run: async (context) => (await import('./report.js')).report(context) },
};
