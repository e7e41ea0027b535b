import type { Figure } from '../../figures/figure.js';
import type { ReportFigure, ReportSection } from '../../figures/report/report.js';
import { beforeAfter, correlationError, correlationFigure, inBins } from './draw-comparison.js';
import { densityFigure, snapshotsFigure, trainingFigure } from './draw-flow.js';
import { closureFigure, mapFigure } from './draw-map.js';
import type { JudgingSamples } from './judge.js';
import type { MapCurveData } from './mapped.js';
import type { CommonParams } from './params.js';
import { sampleNames, type PrepareResult, type SampleName } from './prepare.js';
import type { BandedTable } from './quantile-map.js';
import { rowsTable } from './rows-table.js';
import type { Style } from './style.js';
import type { ClosureResult, TrainedResult } from './trained.js';
import { nameOf } from './words.js';

/** All that the report draws. */
export interface Drawn {
  readonly params: CommonParams;
  readonly samples: JudgingSamples;
  readonly prepared: PrepareResult;
  readonly style: Style;
  readonly curves: readonly MapCurveData[];
  readonly trained?: Readonly<Record<SampleName, TrainedResult>> | undefined;
  readonly closure?: ClosureResult | undefined;
  readonly exact?: BandedTable | undefined;
}

const shown = (figure: Figure | undefined, caption: string, wide?: boolean): ReportFigure[] =>
  figure ? [{ figure: { ...figure, caption }, caption, ...(wide === undefined ? {} : { wide }) }] : [];

const each = ({ params }: Drawn, make: (k: number) => readonly ReportFigure[]): ReportFigure[] =>
  params.variables.flatMap((_, k) => make(k));

const READING =
  'Points: data with 68 % Garwood errors. In the ratio the points carry the errors of the data alone, the hatched band those of the simulation after the correction; arrows are points beyond the range, crosses bins without simulation.';

function comparison(drawn: Drawn): ReportSection {
  const { params, samples, style } = drawn;
  const where =
    params.prepare.holdOut > 0 ? 'on events that no flow has seen' : 'on the training events: nothing was held out';
  const balancing = params.given.length
    ? ' The simulation is weighted to the data’s distribution of the given columns, before and after alike.'
    : '';
  const band = samples.sigma
    ? ' The band is the statistical error of the simulation and the uncertainty of the map, added in quadrature.'
    : ' The band is the statistical error of the simulation.';
  return {
    title: 'Before and after',
    text: `Data against simulation ${where}.${balancing}${band} Each simulation has the area of the data.`,
    figures: each(drawn, (k) =>
      shown(
        beforeAfter(params, k, samples, style),
        `${nameOf(params.variables[k])}: data, simulation before and after the correction, and their ratio. ${READING}`,
      ),
    ),
  };
}

function cells(drawn: Drawn): ReportSection[] {
  const { params, samples, style } = drawn;
  if (!params.given.length) return [];
  const given = nameOf(params.given[0]);
  return [
    {
      title: `In bins of ${given}`,
      text: `The same in bins of ${given}: a correction that ignored it would fit on average and fail here.`,
      figures: each(drawn, (k) =>
        shown(
          inBins(params, k, samples, style),
          `${nameOf(params.variables[k])} in bins of ${given}, before and after.`,
          true,
        ),
      ),
    },
  ];
}

function maps({ params, samples, style, curves, exact }: Drawn): ReportSection {
  const known = curves.some((curve) => curve.truth);
  return {
    title: 'The map',
    text:
      'What the correction does to a value, against the identity; below, enlarged, the difference. The band is the 68 % interval from bootstrap replicas of both samples: their root mean square distance from the map.' +
      (exact && params.method === 'flow'
        ? ' Beside it the exact monotone map between the two samples, with its own band.'
        : '') +
      (known ? ' The dotted line is the map by which these events were distorted.' : '') +
      ' The area at the foot shows where the simulated events lie.',
    figures: curves.flatMap((curve, i) => {
      const { variable } = curve;
      const index = i - curves.findIndex((c) => c.variable === variable);
      const name = nameOf(params.variables[variable]);
      return shown(
        mapFigure(params, curve, index, variable === 0 ? exact : undefined, samples, style),
        curve.title ? `The map of ${name} at ${curve.title}.` : `The map of ${name}.`,
      );
    }),
  };
}

function checks(drawn: Drawn): ReportSection[] {
  const { params, samples, style, closure } = drawn;
  if (!closure) return [];
  return [
    {
      title: 'Closure',
      text: `Two flows are trained on two halves of the simulation; the map from one to the other must be the identity. Against the band expected of halves, its root mean square pull is **${closure.rmsPull.toFixed(2)}**, the largest **${closure.maxPull.toFixed(2)}**; the corrected and the untouched half differ by a Kolmogorov–Smirnov distance of **${closure.ks.toFixed(4)}**.`,
      figures: each(drawn, (k) =>
        shown(
          closureFigure(params, k, closure, samples, style),
          `${nameOf(params.variables[k])}: what the closure map leaves of the identity, with the bands expected of two halves, and the pull. Neighbouring points are correlated: the curve may leave the 68 % band for a stretch.`,
        ),
      ),
    },
  ];
}

function correlationSection({ params, samples, style }: Drawn): ReportSection[] {
  const figure = correlationFigure(params, samples, style);
  if (!figure) return [];
  const several = params.variables.length > 1 ? 'The corrected variables were learnt together. ' : '';
  return [
    {
      title: 'Correlations',
      text: `Rank correlations of the corrected variables with each other, the given and the other columns: data minus simulation. ${several}Correlations with columns that are neither corrected nor given stay as the simulation has them, up to the shift of the corrected column; what remains here is that.`,
      figures: shown(
        figure,
        `Data minus simulation, before (left) and after (right). The statistical error of each number is about ${Number(correlationError(samples).toPrecision(1))}.`,
        true,
      ),
    },
  ];
}

function flowSections(drawn: Drawn): ReportSection[] {
  const { params, samples, style, trained } = drawn;
  if (!trained) return [];
  const judging = params.prepare.holdOut > 0 ? 'held-out events' : 'the training events';
  return sampleNames.map((name) => {
    const flow = trained[name];
    const early = flow.stopped === 'patience' ? 'Training stopped early; the' : 'The';
    return {
      title: `The ${name} flow`,
      text: `Mean negative log-likelihood ${flow.nll.training.toFixed(4)} on training events, ${flow.nll.judging.toFixed(4)} on ${judging}. ${early} parameters of epoch ${flow.bestEpoch} were kept.`,
      figures: [
        ...each(drawn, (k) =>
          shown(
            densityFigure(params, k, name, samples, flow.densities[k], style),
            `${nameOf(params.variables[k])}: the learnt density${params.given.length ? ', averaged over the given columns,' : ''} against ${judging}, with ratio and pulls. The density is taken as exact: its own training error adds to the pulls.`,
          ),
        ),
        ...shown(
          trainingFigure(name, flow, style),
          'Loss of training and validation events by epoch; the star marks the epoch that was kept.',
        ),
        ...shown(
          snapshotsFigure(params, name, samples, flow, style),
          `The density of ${nameOf(params.variables[0])} at moments of the training, and its ratio to the events, whose statistical error is hatched.`,
          true,
        ),
      ],
      collapsed: true,
    };
  });
}

/** The sections of the report with their figures, the headline first. */
export const sectionsOf = (drawn: Drawn): ReportSection[] => [
  comparison(drawn),
  ...cells(drawn),
  maps(drawn),
  ...checks(drawn),
  ...correlationSection(drawn),
  ...flowSections(drawn),
  {
    title: 'Events',
    text: 'Rows that cannot be learnt from are counted by cause, left out of the training, and passed through unchanged in the corrected tuple, with a flag.',
    tables: rowsTable(drawn.prepared),
  },
];
