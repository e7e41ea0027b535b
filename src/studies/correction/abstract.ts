import type { CommonParams } from './params.js';
import type { PrepareResult } from './prepare.js';
import { plain, type Summary } from './summary-rows.js';
import { nameOf, scaleLabel } from './words.js';

const count = (n: number): string => n.toLocaleString('en-US').replaceAll(',', '\u202f');
/** A number in running text: three digits, small ones as a power. */
function digits(value: number): string {
  if (value !== 0 && Math.abs(value) < 1e-3) {
    const [mantissa, exponent] = value.toExponential(1).split('e');
    return `${mantissa}×10^{${exponent.replace('-', '−')}}`;
  }
  return String(Number(value.toPrecision(3))).replace('-', '−');
}

/** What a reader in a hurry must know, as prose. */
export function abstract(params: CommonParams, { samples }: PrepareResult, summary: Summary): string {
  const { simulation, data } = samples;
  const variables = params.variables.map(scaleLabel).join(', ');
  const given = params.given.length ? `, given ${params.given.map(nameOf).join(', ')},` : '';
  const how = params.method === 'flow' ? 'two normalising flows' : 'the exact quantile map';
  const judged =
    params.prepare.holdOut > 0
      ? `judged on the ${count(simulation.heldOut)} and ${count(data.heldOut)} events that were held out`
      : 'judged on the training events, as nothing was held out';
  const first = `The map that turns simulated into recorded ${variables}${given} was learnt by ${how} from ${count(simulation.used - simulation.heldOut)} simulated and ${count(data.used - data.heldOut)} recorded events, and ${judged}.`;
  const each = params.variables.map((variable) => {
    const at = (key: string): string => digits(plain(summary[`${variable.column}.${key}`]) ?? NaN);
    const distance = `For ${nameOf(variable)} the Kolmogorov–Smirnov distance to data goes from **${at('ks.before')}** to **${at('ks.after')}**, χ²/ndf from **${at('chi2ndf.before')}** to **${at('chi2ndf.after')}** (p = ${at('pValue.after')}).`;
    const known = summary[`${variable.column}.truth.rms.after`] !== undefined;
    const truth = ` The true map is known here: the distance to it goes from **${at('truth.rms.before')}** to **${at('truth.rms.after')}** (root mean square), and it lies in the 68 % band for **${at('truth.coverage')}** of the events.`;
    return distance + (known && summary[`${variable.column}.truth.coverage`] !== undefined ? truth : '');
  });
  const auc = (side: string): string => digits(plain(summary[`joint.auc.${side}`]) ?? NaN);
  const joint = `A classifier that sees all columns tells data from simulation with an area under its curve of **${auc('before')}** before and **${auc('after')}** after (0.5: not at all).`;
  const pull = plain(summary['closure.rmsPull']);
  const closure =
    pull === undefined
      ? ''
      : ` Simulation corrected to simulation gives the identity with a root mean square pull of **${digits(pull)}**.`;
  return `${first}\n\n${each.join(' ')} ${joint}${closure}`;
}
