import type { StudyDefinition } from '../study.js';
import { pidDemo } from './demo.js';
import { planPid } from './plan.js';
import { pidSchema, type PidStudy } from './schema/schema.js';
import { tasks } from './tasks.js';

/** How efficient is a particle-identification cut in data and in simulation, and which weight repairs it? */
export const pidStudy: StudyDefinition<PidStudy> = {
  name: 'pid',
  title: 'efficiencies of identification cuts in data and simulation, and the weights made of them',
  schema: pidSchema,
  plan: planPid,
  tasks,
  tasksModule: new URL('./tasks.js', import.meta.url),
  demo: pidDemo,
  async apply(request) {
    const { applyTables } = await import('./apply/apply-tables.js');
    return applyTables(request);
  },
};
