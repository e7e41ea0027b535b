import type { Figure } from '../../../figures/figure.js';
import type { ReportFigure, ReportSection } from '../../../figures/report/report.js';
import type { Found } from './gather.js';
import { SAMPLES } from '../modes.js';
import type { TableSummary } from './results.js';
import { count, fileWord, needsModes } from './words.js';
import {
  modeTestsTable,
  candidatesTable,
  parametersTable,
  rocTables,
  tablesTable,
  untrustedTable,
  yieldsTable,
} from './report-tables.js';

const shown = (figure: Figure, caption: string): ReportFigure => ({ figure: { ...figure, caption }, caption });

async function fitSections(found: Found): Promise<ReportSection[]> {
  const sections: ReportSection[] = [];
  for (const { name: mode, title, fit } of found.params.modes) {
    const figures: ReportFigure[] = [];
    const tables = [];
    const checks: string[] = [];
    for (const sample of [...SAMPLES].reverse()) {
      const result = found.fits[mode]?.[sample];
      if (!result) continue;
      const drawn = await found.figures(`fit/${mode}/${sample}`);
      drawn.forEach((figure, i) => {
        const variant = Object.keys(result.fits)[i];
        figures.push(
          shown(
            figure,
            `${mode} in ${sample}, the ${variant} fit: candidates, the fitted total and its parts, and pulls.`,
          ),
        );
      });
      tables.push(parametersTable(result.fits, mode, sample));
      checks.push(...result.fits['nominal'].checks.map((c) => `- ${sample}: \`${c.message}\``));
    }
    if (figures.length === 0 && tables.length === 0) continue;
    const identities = checks.length ? `\n\nIdentities that the nominal weights fulfil:\n\n${checks.join('\n')}` : '';
    sections.push({
      title: `Fits of ${mode}`,
      text: `${title ?? mode}: the distribution of \`${fit?.variable ?? ''}\` tells signal from background; the fit makes a weight of it, so that a sum over candidates is a sum over signal. Every fit besides the nominal one makes a column of weights of its own; what tables change by it is a systematic uncertainty.${identities}`,
      figures,
      tables,
    });
  }
  return sections;
}

async function controlSections(found: Found): Promise<ReportSection[]> {
  const figures: ReportFigure[] = [];
  for (const mode of found.modes)
    for (const figure of await found.figures(`control/${mode}`))
      figures.push(shown(figure, 'Weighted data against signal in simulation, normalised to the data.'));
  if (figures.length === 0) return [];
  return [
    {
      title: 'Control distributions',
      text: 'Background subtracted from data by the weights, beside signal in simulation. Where spectra differ, tables in bins of these variables take it into account; identification variables differ because the detector does not do what simulation says.',
      figures,
      collapsed: figures.length > 8,
    },
  ];
}

async function tableSections(found: Found): Promise<ReportSection[]> {
  if (found.tables.length === 0) return [];
  const figures: ReportFigure[] = [];
  for (let i = 0, seen = 0; seen < found.tables.length; i++) {
    const own = found.tables.slice(seen, seen + found.tablesOf[i]);
    for (const figure of await found.figures(`table/${i}`)) {
      const modes = modesOf(figure.name, own, found.tables);
      const what = figure.caption === undefined ? '' : `${figure.caption}${modes}. `;
      figures.push(shown(figure, `${what}${captionOf(figure.name)}`));
    }
    seen += found.tablesOf[i];
  }
  return [
    {
      title: 'Efficiencies, misidentification rates and their ratios',
      text: 'Rates of weighted data and of simulation in bins; their ratio is the weight that makes simulation pass as often as data. Bins are right-closed. Errors hold all sources; a bin whose weights may not be trusted is flagged `not-factorising`, and the table says what stands in for them.',
      figures,
      tables: [tablesTable(found)],
    },
  ];
}

/** The modes of the table that a figure shows, where others have the same title. */
function modesOf(figure: string, own: readonly TableSummary[], all: readonly TableSummary[]): string {
  const named = own.filter((table) => figure.startsWith(`${fileWord(table.name)}_`));
  const table = named.sort((a, b) => b.name.length - a.name.length)[0] as TableSummary | undefined;
  return table && needsModes(table, all) ? `; candidates of ${table.modes.join(', ')}` : '';
}

/** Whether the weights may be trusted, bin by bin, and what was done where they may not. */
function validitySections(found: Found): ReportSection[] {
  const tables = [...modeTestsTable(found), ...yieldsTable(found), ...untrustedTable(found)];
  if (tables.length === 0) return [];
  const wrong = found.tables.reduce((n, table) => n + table.reasons.length, 0);
  const outcome =
    wrong === 0
      ? 'No test speaks against the weights.'
      : `In ${wrong} bins a test speaks against them: these carry the flag \`not-factorising\`, with \`yields-differ\` where a fit of the bin alone counts otherwise, and the column “methods” above says what stands in for the weights.`;
  return [
    {
      title: 'Validity of the weights',
      text: `Weights of one fit are right where the fit variable and everything else are independent in each component. Two tests ask that in every bin. The fit variable in side bands, and in simulated signal, must be distributed as in the other bins; and the signal that weights count must be what a fit of the bin’s candidates alone finds, with the signal’s shape as it is and a background that may be any other: that sees a background which changes under the peak alone. ${outcome}`,
      tables,
    },
  ];
}

function captionOf(name: string): string {
  if (name.includes('_slices')) return 'Rates of data and simulation in slices, and their ratio below.';
  if (name.includes('_map_'))
    return 'The ratio of data to simulation in the first two variables, a map for every bin of the others.';
  return 'Pulls of the ratios against the reference, beside the normal distribution that is expected.';
}

async function rocSections(found: Found): Promise<ReportSection[]> {
  const figures: ReportFigure[] = [];
  for (const i of found.curves.keys())
    for (const figure of await found.figures(`roc/${i}`))
      figures.push(
        shown(
          figure,
          `${figure.caption === undefined ? '' : `${figure.caption}. `}Efficiency against misidentification rate as the threshold moves; the inner band is statistical, the outer one of all sources.`,
        ),
      );
  if (figures.length === 0) return [];
  return [
    {
      title: 'ROC curves',
      text: 'Weighted data and simulation; marked points are thresholds of data. Other weights make other curves: what they change, in both rates at once, is a systematic uncertainty of the curve. `products/roc` has every threshold with each source.',
      figures,
      tables: rocTables(found),
    },
  ];
}

async function densitySections(found: Found): Promise<ReportSection[]> {
  const figures: ReportFigure[] = [];
  for (const i of found.densityResults.keys())
    for (const figure of await found.figures(`density/${i}`)) {
      const of = figure.name.includes('_simulation') ? 'simulation' : 'data';
      const caption = figure.name.startsWith('corrected-')
        ? 'Simulation as it is, resampled from the density of data, and transformed, against weighted data.'
        : figure.name.startsWith('slices-')
          ? `Candidates of ${of} against their density in slices; the band is the spread of its bootstrap replicas.`
          : `The density of ${of}, for given kinematics; those that are not on the axis are at their middle.`;
      figures.push(shown(figure, caption));
    }
  if (figures.length === 0) return [];
  return [
    {
      title: 'Densities',
      text: 'Conditional densities of identification variables. Resampling draws a new value for each simulated track from the density of data at its kinematics; transforming moves the value that it has, so that ranks, and with them correlations with other variables, stay. The summary tells how far either is from the density of data (`ks`), how much of the rank correlation with the old value is kept (`rank`), and how far a transform of simulation to itself moves values (`identity`).',
      figures,
    },
  ];
}

async function refitSections(found: Found): Promise<ReportSection[]> {
  if (found.refitted.length === 0) return [];
  const figures: ReportFigure[] = [];
  for (const task of found.retuples)
    for (const figure of await found.figures(task))
      figures.push(shown(figure, 'The same candidates with new and with old weights.'));
  return [
    {
      title: 'New and old weights',
      text: 'Every tuple has its old columns as they were, and new ones beside them.',
      figures,
      tables: [
        {
          caption: 'Tuples: rows, and sums of the nominal weights.',
          columns: ['tuple', 'rows', 'Σw old', 'Σw new'],
          rows: found.refitted.map((r) => [r.file, count(r.rows), count(r.sums.before), count(r.sums.after)]),
        },
      ],
    },
  ];
}

/** The sections of the report with their figures. */
export async function sectionsOf(found: Found): Promise<ReportSection[]> {
  return [
    ...(await fitSections(found)),
    ...(await tableSections(found)),
    ...validitySections(found),
    ...(await rocSections(found)),
    ...(await densitySections(found)),
    ...(await controlSections(found)),
    ...(await refitSections(found)),
    ...(found.modes.length ? [candidates(found)] : []),
  ];
}

const candidates = (found: Found): ReportSection => ({
  title: 'Candidates',
  text: 'What was read and what of it was used. Weights of either sign reduce what candidates tell: the last column counts them as if they had none.',
  tables: [candidatesTable(found)],
});
