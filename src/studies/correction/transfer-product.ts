import { transferMapCorrection } from '../../formats/correctionlib/transfer-map.js';
import { correctionSet, writeCorrectionSet } from '../../formats/correctionlib/file.js';
import { openSession } from '../../graph/session.js';
import { columnTransform } from '../../models/column-transform.js';
import { provenanceStamp } from '../../runs/provenance.js';
import type { TaskContext } from '../../runs/task.js';
import { normalCdf } from '../../stats/special/erf.js';
import { weightedQuantile } from '../../stats/quantile.js';
import type { Manifest } from './manifest.js';
import type { PreparedSample } from './prepare.js';

const START_KNOTS = 17;
/** Knots of each conditioning column, by how many there are. */
const GIVEN_KNOTS = [0, 15, 7, 5];

/** Quantiles of the absolute weight, in the column's own unit, without repetitions. */
function quantileKnots(
  values: Float64Array,
  weights: Float64Array,
  transform: Manifest['variables'][number]['transform'],
  count: number,
): number[] {
  // Evenly spaced in standard deviations rather than in probability: the tails are where a column changes most.
  const inner = Array.from({ length: count - 2 }, (_, i) => normalCdf(-3 + (6 * (i + 0.5)) / (count - 2)));
  const shares = [0, ...inner, 1];
  const knots = weightedQuantile({ values, weights: weights.map(Math.abs) }, shares);
  const { inverse } = columnTransform(transform);
  return [...new Set([...knots].map(inverse))].sort((a, b) => a - b);
}

/**
 * Writes the map as a correctionlib file: piecewise linear in the variable and in up to three given columns, with knots where
 * the map bends. Several variables at once, or more given columns, do not fit the format: then nothing is written.
 */
export async function writeTransferMap(
  file: string,
  model: Uint8Array,
  manifest: Manifest,
  training: PreparedSample,
  context: TaskContext,
): Promise<{ knots: number; excess: number }> {
  const { variables, given } = manifest;
  if (variables.length > 1 || given.length >= GIVEN_KNOTS.length) {
    context.warn('correction.json is not written: correctionlib holds one variable and up to three given columns');
    return { knots: 0, excess: 0 };
  }
  const [variable] = variables;
  const session = await openSession(model, { threads: context.threads });
  const evaluate =
    (output: string) =>
    async (x: Float64Array, at: readonly Float64Array[]): Promise<Float64Array> => {
      const width = 1 + at.length;
      const data = new Float32Array(x.length * width);
      for (let i = 0; i < x.length; i++) {
        data[i * width] = x[i];
        at.forEach((column, j) => (data[i * width + 1 + j] = column[i]));
      }
      const out = await session.run({ input: { data, dims: [x.length, width] } });
      return Float64Array.from(out[output].data as Float32Array);
    };
  try {
    const positive = variable.transform === 'log' || variable.transform === 'log10' || variable.transform === 'logit';
    const { correction, knots, excess } = await transferMapCorrection({
      name: manifest.name,
      column: variable.column,
      description: `corrected ${variable.column}${given.length ? ` given ${given.map((g) => g.column).join(', ')}` : ''}${manifest.quick ? ' (quick: not for publication)' : ''}`,
      ...(variable.unit === undefined ? {} : { unit: variable.unit }),
      edges: quantileKnots(training.variables[0], training.weights, variable.transform, START_KNOTS),
      nominal: evaluate('output'),
      up: evaluate(manifest.band ? 'up' : 'output'),
      down: evaluate(manifest.band ? 'down' : 'output'),
      given: given.map((g, j) => ({
        name: g.column,
        ...(g.unit === undefined ? {} : { description: `[${g.unit}]` }),
        knots: quantileKnots(training.given[j], training.weights, g.transform, GIVEN_KNOTS[given.length]),
      })),
      ...(positive ? { unchangedUpTo: 0 } : {}),
      ...(variable.transform === 'logit' ? { unchangedFrom: 1 } : {}),
      tolerance: { ofBand: 0.1, ofScale: 5e-4 },
      ...(positive ? { scale: (x: number) => Math.abs(x) } : {}),
      most: 120,
    });
    await writeCorrectionSet(
      file,
      correctionSet(`datamc correction ${manifest.name} ${provenanceStamp(context.provenance)}`, [correction]),
    );
    return { knots: knots.length, excess };
  } finally {
    await session.close();
  }
}
