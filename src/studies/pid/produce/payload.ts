import type { JsonObject } from '../../../base/json.js';
import { folderOf, hashed, type Selection } from './places.js';
import type { ProductionTask, Settings } from './settings.js';

/**
 * What would be submitted for the datasets of a task that lie on the grid. The keys that begin with `gbasf2_` are those of
 * b2luigi's gbasf2 batch process, the others those of the task list and of the selection.
 */
export function payloadOf(
  task: ProductionTask,
  settings: Settings,
  selection: Selection,
  datasets: readonly string[],
): JsonObject {
  return {
    format: 'datamc-production/1',
    gbasf2_project_name_prefix: task.short_name,
    gbasf2_input_datasets: [...datasets],
    gbasf2_input_dataset: hashed([...datasets]),
    gbasf2_install_directory: settings.gbasf2_install_directory,
    gbasf2_release: settings.gbasf2_release,
    gbasf2_cputime: settings.gbasf2_cputime,
    gbasf2_max_retries: settings.gbasf2_max_retries,
    gbasf2_print_status_updates: settings.gbasf2_print_status_updates,
    gbasf2_download_logs: settings.gbasf2_download_logs,
    model: task.model,
    proc: task.proc,
    cms_energy: task.cms_energy,
    select: selection.select ?? '',
    define: { ...selection.define },
    output: folderOf(task, settings, selection),
  };
}
