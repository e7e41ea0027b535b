import { didYouMean } from '../../base/near.js';
import { findHypothesis, HYPOTHESES, type Hypothesis } from '../../base/particles.js';
import { VariableProblem } from '../expression/problem.js';
import type { Variable } from '../expression/scope.js';
import { columnOf, lacking, type ColumnNames } from './columns.js';

/** Where the log-likelihood of a hypothesis by one detector may stand: `kaonLogL_CDC`, or as basf2 writes its own variable. */
const logLNames = (h: Hypothesis, detector: string): string[] => [
  `${h.word}LogL_${detector}`,
  `${h.word}_logL_${detector}`,
  `pidLogLikelihoodValueExpert__bo${h.pdg}__cm__sp${detector}__bc`,
];

const LOG_L = /(?:^|[_.])(?:electron|muon|pion|kaon|proton|deuteron)_?[lL]ogL_(\w+)$/;
const EXPERT = /pidLogLikelihoodValueExpert__bo\d+__cm__sp(\w+?)__bc$/;

/** The detectors whose likelihoods a file has, in the order of its columns. */
export function detectorsOf(columns: ColumnNames): string[] {
  const found = new Set<string>();
  for (const name of columns.all()) {
    const match = LOG_L.exec(name) ?? EXPERT.exec(name);
    if (match) found.add(match[1]);
  }
  return [...found];
}

/** Arguments of an identification variable: an optional prefix, hypotheses, and optionally detectors. */
interface Asked {
  readonly prefix: string | undefined;
  readonly hypotheses: readonly Hypothesis[];
  /** Places of the hypotheses among the arguments. */
  readonly from: number;
  readonly detectors: readonly string[];
}

function asked(name: string, count: number, args: readonly string[], columns: ColumnNames): Asked {
  const known = detectorsOf(columns);
  let end = args.length;
  while (end > count && known.includes(args[end - 1])) end--;
  const all = args.slice(0, count).every((arg) => findHypothesis(arg));
  if (end > count + 1 || (end === count + 1 && all && !findHypothesis(args[count]))) {
    const place = args.findIndex((arg, i) => i >= count && !findHypothesis(arg) && !known.includes(arg));
    const at = place < 0 ? count + 1 : place;
    const hint =
      didYouMean(args[at], known) ??
      (known.length ? `detectors: ${known.join(', ')}` : 'the file has no likelihoods by detector');
    throw new VariableProblem('arguments', `${name} does not know the detector "${args[at]}"`, hint, at);
  }
  const from = end - count;
  const hypotheses = args.slice(from, end).map((arg, i) => {
    const found = findHypothesis(arg);
    if (found) return found;
    const hint =
      didYouMean(
        arg,
        HYPOTHESES.flatMap((h) => [h.name, h.word]),
      ) ?? `one of ${HYPOTHESES.map((h) => h.name).join(', ')}`;
    throw new VariableProblem('arguments', `there is no hypothesis "${arg}"`, hint, from + i);
  });
  const twice = hypotheses.findIndex((h, i) => hypotheses.indexOf(h) !== i);
  if (twice >= 0) {
    throw new VariableProblem(
      'arguments',
      `${name} compares ${hypotheses[twice].name} with itself`,
      undefined,
      from + twice,
    );
  }
  return { prefix: from ? args[0] : undefined, hypotheses, from, detectors: args.slice(end) };
}

/** Σ over detectors of a hypothesis' log-likelihood; a detector that says NaN did not see the track and says nothing. */
function logL(columns: ColumnNames, { prefix, detectors }: Asked, h: Hypothesis): string {
  const chosen = detectors.length ? detectors : detectorsOf(columns);
  if (chosen.length === 0) throw lacking(columns, prefix, [`${h.word}LogL_CDC`], 'the log-likelihood');
  const parts = chosen.map((detector) => {
    const names = logLNames(h, detector);
    const column = columnOf(columns, prefix, names);
    if (column === undefined)
      throw lacking(columns, prefix, names.slice(0, 1), `the ${h.word}'s log-likelihood in ${detector}`);
    return `ifNANgiveX(${column}, 0)`;
  });
  return `(${parts.join(' + ')})`;
}

/** L_a / Σ L over the compared ones, as 1 / Σ exp(l − l_a): finite however large the log-likelihoods are. */
const softmax = (logs: readonly string[], of: number): string =>
  `(1 / (${logs.map((l, i) => (i === of ? '1' : `exp(${l} - ${logs[of]})`)).join(' + ')}))`;

function ratio(name: string, count: number, columns: ColumnNames): Variable {
  const make = (...args: string[]): string => {
    const question = asked(name, count, args, columns);
    const { hypotheses, prefix, detectors } = question;
    if (detectors.length > 0)
      return softmax(
        hypotheses.map((h) => logL(columns, question, h)),
        0,
      );
    const ids = hypotheses.map((h) => columnOf(columns, prefix, [`${h.word}ID`]));
    const all = ids.every((id) => id !== undefined);
    if (!all && detectorsOf(columns).length > 0)
      return softmax(
        hypotheses.map((h) => logL(columns, question, h)),
        0,
      );
    const absent = ids.findIndex((id) => id === undefined);
    if (absent >= 0) throw lacking(columns, prefix, [`${hypotheses[absent].word}ID`], name);
    return `(${ids[0]} / (${ids.join(' + ')}))`;
  };
  return Object.assign(make, { arity: [count, Infinity] as const });
}

function globalId(columns: ColumnNames): Variable {
  const make = (...args: string[]): string => {
    const question = asked('globalID', 1, args, columns);
    const [h] = question.hypotheses;
    const id = question.detectors.length ? undefined : columnOf(columns, question.prefix, [`${h.word}ID`]);
    return (
      id ??
      softmax(
        HYPOTHESES.map((other) => logL(columns, question, other)),
        HYPOTHESES.indexOf(h),
      )
    );
  };
  return Object.assign(make, { arity: [1, Infinity] as const });
}

function difference(columns: ColumnNames): Variable {
  const make = (...args: string[]): string => {
    const question = asked('deltaLogL', 2, args, columns);
    const [a, b] = question.hypotheses;
    const parts = [a, b].map((h) => logL(columns, question, h));
    return `(${parts[0]} - ${parts[1]})`;
  };
  return Object.assign(make, { arity: [2, Infinity] as const });
}

/** Variables that compare likelihoods of particle hypotheses. */
export const identificationVariables = (columns: ColumnNames): Record<string, Variable> => ({
  binaryID: ratio('binaryID', 2, columns),
  trinaryID: ratio('trinaryID', 3, columns),
  globalID: globalId(columns),
  deltaLogL: difference(columns),
});
