import type { Json } from '../../../base/json.js';
import { loadTemplate } from '../../../density/store.js';
import { withTemporaryStore } from '../../../events/temporary-store.js';
import { defaultPrefix } from '../apply/default-prefix.js';
import { normalPrefix, readWeightOptions } from '../apply/options.js';
import type { ApplyRequest } from '../../study.js';
import { resample } from './apply-density.js';

/**
 * `datamc apply DENSITY IN OUT`: data-like values drawn for every row, with their variations and band, as `datamc pid resample`
 * does. The track is the one that `--particle prefix=K_` names, or the only one in the events with the density's columns.
 *
 * @throws userError `density.*`, `events.*`, `apply.particle` where there are several
 */
export async function applyDensity(request: ApplyRequest): Promise<Json> {
  const { product, input, output, tree, jobs, warn, progress } = request;
  const template = await loadTemplate(product);
  const { particles, seed } = readWeightOptions(request.weights ?? {});
  const needed = [...template.given, ...template.variables].map((axis) => axis.expression);
  const found =
    particles.length > 0
      ? normalPrefix(particles[0].prefix)
      : await withTemporaryStore(jobs, async (store) => {
          const table = await store.open({ files: [input], tree }, { path: 'IN' });
          const columns = new Set(table.columns.map((c) => c.name));
          return defaultPrefix(product, needed, template.name.split('_', 1)[0], columns);
        });
  const prefix = found === '' ? undefined : found.replace(/_$/, '');
  const { result } = await resample(template, { input, output, tree, prefix, seed, jobs, warn, progress });
  return result;
}
