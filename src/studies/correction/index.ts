import type { StudyDefinition } from '../study.js';
import { correctionDemo } from './demo.js';
import { planCorrection } from './plan.js';
import { correctionSchema, type CorrectionStudy } from './schema.js';
import { tasks } from './tasks.js';

/** Which map turns the simulated distribution into the recorded one? */
export const correctionStudy: StudyDefinition<CorrectionStudy> = {
  name: 'correction',
  title: 'map simulated columns onto recorded ones',
  schema: correctionSchema,
  plan: planCorrection,
  tasks,
  tasksModule: new URL('./tasks.js', import.meta.url),
  demo: correctionDemo,
  async apply(request) {
    const { applyCorrection } = await import('./apply.js');
    return applyCorrection(request);
  },
};
