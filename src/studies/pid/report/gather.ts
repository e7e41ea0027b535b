import type { Json } from '../../../base/json.js';
import { libraryVersions, version } from '../../../base/version.js';
import type { Figure } from '../../../figures/figure.js';
import type { Provenance } from '../../../figures/report/report.js';
import type { SummaryValue } from '../../../runs/summary.js';
import type { TaskContext } from '../../../runs/task.js';
import { studyText } from '../../study-text.js';
import { keptFigure, resultOf, type CommonParams } from '../common.js';
import { SAMPLES, type SampleName } from '../modes.js';
import type { PrepareResult } from '../params.js';
import type {
  ControlTaskResult,
  DensityTaskResult,
  FitTaskResult,
  ModeTest,
  NtupleResult,
  RocTaskResult,
  TableTaskResult,
} from './results.js';
import type { Gathered } from './summarise.js';
import type { RetupleResult } from '../workflows/retuple-task.js';

export interface ReportParams extends CommonParams {
  readonly study: Json;
  /** The tasks before. */
  readonly needs: readonly string[];
}

/** All that the report tells: what every task found, and the figures that it left. */
export interface Found extends Gathered {
  readonly params: ReportParams;
  readonly densities: Readonly<Record<string, SummaryValue>>;
  readonly densityResults: readonly DensityTaskResult[];
  /** How many tables each task made. */
  readonly tablesOf: readonly number[];
  /** Tests of the fit variable against control variables, by mode. */
  readonly modeTests: Readonly<Record<string, readonly ModeTest[]>>;
  /** Tasks that made new columns of weights for a tuple. */
  readonly retuples: readonly string[];
  figures(task: string): Promise<Figure[]>;
}

const ids = (context: TaskContext, kind: string): string[] => {
  const found: string[] = [];
  for (let i = 0; resultOf(context, `${kind}/${i}`) !== undefined; i++) found.push(`${kind}/${i}`);
  return found;
};

export function gather(context: TaskContext): Found {
  const params = context.params as unknown as ReportParams;
  const modes = params.modes.map((mode) => mode.name);
  const bySample = <T>(kind: string): Record<string, Partial<Record<SampleName, T>>> =>
    Object.fromEntries(
      modes.map((mode) => [
        mode,
        Object.fromEntries(
          SAMPLES.flatMap((sample) => {
            const result = resultOf<T>(context, `${kind}/${mode}/${sample}`);
            return result === undefined ? [] : [[sample, result] as const];
          }),
        ) as Partial<Record<SampleName, T>>,
      ]),
    );
  const results = <T>(kind: string): T[] => ids(context, kind).map((id) => resultOf<T>(context, id) as T);
  const retuples = params.needs.filter((id) => id.startsWith('retuple/'));
  const densityResults = results<DensityTaskResult>('density');
  return {
    params,
    modes,
    prepared: bySample<PrepareResult>('prepare'),
    fits: bySample<FitTaskResult>('fit'),
    weighted: bySample<NtupleResult>('ntuple'),
    tables: results<TableTaskResult>('table').flatMap((r) => r.tables),
    tablesOf: results<TableTaskResult>('table').map((r) => r.tables.length),
    curves: results<RocTaskResult>('roc'),
    refitted: retuples.map((id) => resultOf<RetupleResult>(context, id) as RetupleResult),
    retuples,
    modeTests: Object.fromEntries(
      modes.map((mode) => [mode, resultOf<ControlTaskResult>(context, `control/${mode}`)?.tests ?? []]),
    ),
    densityResults,
    densities: Object.assign({}, ...densityResults.map((r) => r.summary)) as Record<string, SummaryValue>,
    async figures(task) {
      const result = resultOf<ControlTaskResult>(context, task);
      if (!result) return [];
      const { dir } = context.input(task);
      return Promise.all(result.figures.map((name) => keptFigure(dir, name)));
    },
  };
}

/** What the tasks before this one warned of, each warning once. */
function warningsOf(context: TaskContext): NonNullable<Provenance['warnings']> {
  const seen = new Map<string, number | undefined>();
  const { needs } = context.params as unknown as ReportParams;
  for (const id of needs) for (const { message, count } of context.input(id).warnings) seen.set(message, count);
  return [...seen].map(([message, count]) => ({ message, count }));
}

/** How the results came about: enough to do them again. */
export function provenanceOf(context: TaskContext, { params }: Found): Provenance {
  const { provenance } = context;
  return {
    command: `datamc run ${params.name}.yaml${context.quick ? ' --quick' : ''}`,
    study: studyText(params.study),
    seed: provenance.seed,
    versions: { datamc: version, ...libraryVersions() },
    inputs: Object.entries(provenance.inputs).map(([file, sha256]) => ({ path: file, sha256 })),
    tasks: provenance.chain.map(({ task }) => ({ id: task })),
    warnings: warningsOf(context),
  };
}
