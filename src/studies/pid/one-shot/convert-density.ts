import path from 'node:path';
import { userError } from '../../../base/error.js';
import type { JsonObject } from '../../../base/json.js';
import { evenDensity } from '../../../density/even-nodes.js';
import { loadTemplate } from '../../../density/store.js';
import type { Template } from '../../../density/template.js';
import { correctionSet, writeCorrectionSet } from '../../../formats/correctionlib/file.js';
import { writeMeerkat } from '../../../formats/meerkat.js';
import { addTestingPayload, type IntervalOfValidity } from '../../../formats/testing-payloads.js';
import { checkOutput } from '../../../events/output-file.js';
import { densityMap } from '../densities/density-map.js';

export interface ConvertDensityOptions {
  /**
   * `NAME.root`: Meerkat's trees. `NAME.json`: a correctionlib file that resamples or, with `simulation`, transforms. With
   * `payload`: a folder of basf2's testing payloads.
   */
  readonly output: string;
  readonly simulation?: string | Template | undefined;
  /** ROOT: the variation that is written, `nominal` by default. */
  readonly variation?: string | undefined;
  /** ROOT: nodes of every axis; the density's own where absent. */
  readonly nodes?: number | undefined;
  /** Name of a payload of the conditions database, which holds the trees. */
  readonly payload?: string | undefined;
  /** What it holds for; everything by default. */
  readonly iov?: readonly number[] | undefined;
}

/**
 * Writes a density as other programs take it: what `datamc pid convert-density` does.
 *
 * @param density a template, or the path of its JSON
 * @throws userError `density.*`
 * @example await convertDensity('K_data.json', { output: 'K.root' })
 * @example await convertDensity('K_data.json', { output: 'map.json', simulation: 'K_simulation.json' })
 */
export async function convertDensity(
  density: string | Template,
  { output, simulation, variation, nodes, payload, iov = [0, 0, -1, -1] }: ConvertDensityOptions,
): Promise<JsonObject> {
  if (nodes !== undefined && nodes < 2)
    throw userError({
      code: 'density.nodes',
      message: `${nodes} node on an axis describes no density`,
      path: '--nodes',
      expected: 'a whole number from 2',
    });
  const inputs = [density, simulation].filter((file): file is string => typeof file === 'string');
  if (payload === undefined) await checkOutput(output, inputs);
  const open = (t: string | Template): Template | Promise<Template> => (typeof t === 'string' ? loadTemplate(t) : t);
  const data = await open(density);
  if (payload !== undefined) {
    const even = evenDensity(data, variation, nodes);
    const files = await addTestingPayload(output, payload, iov as unknown as IntervalOfValidity, (file) =>
      writeMeerkat(file, even),
    );
    return { output: [...files], axes: even.axes.map((axis) => ({ ...axis })) };
  }
  if (/\.root$/i.test(output)) {
    const even = evenDensity(data, variation, nodes);
    await writeMeerkat(output, even);
    return { output, axes: even.axes.map((axis) => ({ ...axis })) };
  }
  if (!/\.json(\.gz)?$/i.test(output))
    throw userError({
      code: 'density.format',
      message: `"${path.basename(output)}" does not say what is to be written`,
      path: output,
      expected: 'NAME.root (trees of Meerkat) or NAME.json (correctionlib)',
    });
  const { correction, knots, excess, excessGiven } = await densityMap(
    data,
    simulation === undefined ? undefined : await open(simulation),
  );
  await writeCorrectionSet(output, correctionSet(`datamc density ${data.name}`, [correction]));
  return { output, inputs: correction.inputs.map((i) => i.name), knots: knots.length, excess, excessGiven };
}
