import path from 'node:path';
import type { JsonObject } from '../../../base/json.js';
import { makeFolder } from '../../../base/make-folder.js';
import type { DensitySpec } from '../../../density/density-spec.js';
import { templateFromTable } from '../../../density/from-blocks.js';
import { saveTemplate } from '../../../density/store.js';
import type { Template } from '../../../density/template.js';
import type { EventTable } from '../../../events/store.js';
import type { Figure } from '../../../figures/figure.js';
import { flowTemplate } from '../../../models/flow-density.js';
import { saveModel } from '../../../models/save-model.js';
import { checkDensity, type DensityCheck } from './check-density.js';
import type { DensityOptions } from '../schema/densities-schema.js';
import { densityFigures, type FigureStyle } from './density-figures.js';

export interface MakeDensityOptions {
  /** sWeights or any expression; every row counts 1 where absent. */
  readonly weight?: string | undefined;
  /** Other weights by the name of their variation: `{ sweights: 'sWeight_systematic' }`. */
  readonly systematics?: Readonly<Record<string, string>> | undefined;
  readonly where?: string | undefined;
  /** Axes of another template, so that both stand on one grid. */
  readonly axes?: Pick<Template, 'given' | 'variables'> | undefined;
  readonly flow?: DensityOptions['flow'];
  /** Where NAME.json, NAME.npy (and NAME.onnx of a flow) go; nothing is written where absent. */
  readonly dir?: string | undefined;
  readonly style?: FigureStyle | undefined;
  readonly warn?: ((message: string, count?: number) => void) | undefined;
  readonly progress?: ((rows: number) => void) | undefined;
}

export interface MadeDensity {
  readonly template: Template;
  readonly files: readonly string[];
  readonly figures: readonly Figure[];
  /** Flat numbers for `summary.json` and `--json`. */
  readonly result: JsonObject;
}

/** Events that a flow learns from; more of them teach it nothing that a grid could show. */
const FLOW_EVENTS = 500_000;

/**
 * Makes a density from a table of events: what the key `densities` of a study and `datamc pid kde` do.
 *
 * @throws userError `density.*`, `events.*`
 * @example await makeDensity(table, { name: 'K_kaonID', method: 'kernel', variables: [{ name: 'kaonID' }], given: [{ name: 'p', nodes: 20 }] }, { weight: 'sWeight_nominal', dir: 'densities' })
 */
export async function makeDensity(
  table: EventTable,
  spec: DensitySpec,
  options: MakeDensityOptions = {},
): Promise<MadeDensity> {
  const { weight, systematics, where, warn = () => {} } = options;
  const isFlow = spec.method === 'flow';
  const grid = await templateFromTable(table, spec, {
    weight,
    systematics,
    where,
    axes: options.axes,
    keep: isFlow ? FLOW_EVENTS : undefined,
    progress: options.progress,
  });
  let { template } = grid;
  const files: string[] = [];
  if (options.dir !== undefined) await makeFolder(options.dir);
  if (isFlow && grid.events) {
    const { epochs, batch, learningRate, threads, variationEpochs, ...shape } = options.flow ?? {};
    const training = Object.fromEntries(
      Object.entries({ epochs, batch, learningRate, threads }).filter(([, v]) => v !== undefined),
    );
    const flow = Object.fromEntries(Object.entries(shape).filter(([, v]) => v !== undefined));
    const made = await flowTemplate(template, grid.events, { seed: spec.seed, flow, training, variationEpochs });
    template = made.template;
    if (options.dir !== undefined) {
      const file = path.join(options.dir, `${spec.name}.onnx`);
      await saveModel(file, made.model, {
        name: spec.name,
        description: 'density of the variables for given kinematics, all in normalised units of the grid beside it',
        inputs: [...spec.variables, ...spec.given].map(({ name }) => ({ name })),
        outputs: [{ name: 'log_prob' }],
        seed: spec.seed ?? 1,
      });
      files.push(file);
    }
  }
  warnings(template, warn);
  const check = await checkDensity(table, template, { weight, where });
  if (options.dir !== undefined)
    files.unshift(...(await saveTemplate(path.join(options.dir, `${spec.name}.json`), template)));
  return {
    template,
    files,
    figures: densityFigures(template, check, options.style),
    result: resultOf(template, check),
  };
}

const MUCH_CLIPPED = 0.01;
const FEW = 500;

function warnings(template: Template, warn: (message: string, count?: number) => void): void {
  const { missing, outside, badWeights } = template.facts as Readonly<Record<string, number>>;
  if (missing) warn(`events without a usable value on the axes of "${template.name}" are left out`, missing);
  if (outside) warn(`events beyond the ranges of "${template.name}" are left out`, outside);
  if (badWeights) warn(`events of "${template.name}" whose weight is not finite are left out`, badWeights);
  const { effectiveEvents } = template.facts as Readonly<Record<string, number>>;
  if (effectiveEvents < FEW)
    warn(`"${template.name}" is the density of few events: (Σw)²/Σw² = ${effectiveEvents.toFixed(0)}`);
  const { clipped } = template.variations['nominal'];
  if (clipped > MUCH_CLIPPED)
    warn(
      `${(100 * clipped).toFixed(1)} % of the density "${template.name}" was negative and is taken from its neighbours: wider kernels or fewer nodes would help`,
    );
}

function resultOf(template: Template, check: DensityCheck): JsonObject {
  const { facts } = template;
  return {
    name: template.name,
    method: template.method,
    variables: template.variables.map((a) => a.name),
    given: template.given.map((a) => a.name),
    nodes: [...template.given, ...template.variables].map((a) => a.nodes.length),
    atoms: Object.fromEntries(template.variables.map((a) => [a.name, a.atoms.map((atom) => ({ ...atom }))])),
    variations: Object.keys(template.variations),
    ...facts,
    ks: { ...check.ks },
    chi2: check.chi2,
    ndf: check.ndf,
  };
}
