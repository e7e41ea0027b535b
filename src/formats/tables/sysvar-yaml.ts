import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { userError } from '../../base/error.js';
import type { WeightTable } from '../../hist/weight-table.js';
import { columnStem, isFakeRate } from './names.js';

const yamlSchema = z.looseObject({
  correction_type: z.literal('PID'),
  rate: z.enum(['eff', 'fake']),
  momentum_unit: z.string(),
  title: z.string(),
  momentum_variable: z.string(),
  theta_variable: z.string(),
  PDG_variable: z.string(),
  mcPDG_variable: z.string(),
  extra_cuts: z.record(z.string(), z.unknown()).nullable(),
  online_cut: z.string(),
  /** Of lepton identification: the variable that was cut on. */
  variable: z.string().nullish(),
  table_paths: z.string(),
  cov_matrix: z.string().nullish(),
});

/** SysVar's description of a PID correction. */
export type SysvarPid = z.infer<typeof yamlSchema>;

/**
 * SysVar's description of the PID correction that a table holds.
 *
 * @param options.tablePath folder in which SysVar looks for Belle II tables, by names of its own: `e_efficiency_table.csv`
 */
export function sysvarPid(
  table: WeightTable,
  options: {
    readonly tablePath: string;
    readonly title?: string | undefined;
    readonly covariance?: string | undefined;
  },
): SysvarPid {
  const stems = table.axes.map((a) => columnStem(a.column));
  const of = (candidates: readonly string[], other: string): string =>
    candidates.find((c) => stems.includes(c)) ?? other;
  const what = isFakeRate(table)
    ? `${table.truth.name} taken for ${table.reco.name}`
    : `${table.reco.name} identification`;
  return {
    correction_type: 'PID',
    rate: isFakeRate(table) ? 'fake' : 'eff',
    momentum_unit: 'GeV',
    title: options.title ?? what,
    momentum_variable: of(['p', 'pt'], 'p'),
    theta_variable: of(['theta', 'cosTheta'], 'theta'),
    PDG_variable: 'PDG',
    mcPDG_variable: 'mcPDG',
    extra_cuts: null,
    // Leptons are looked up by working point and variable, hadrons by the text of the cut.
    online_cut: isLepton(table.reco.pdg) ? (table.workingPoint ?? table.cut) : table.cut,
    ...(isLepton(table.reco.pdg) ? { variable: table.variable } : {}),
    table_paths: options.tablePath,
    cov_matrix: options.covariance ?? null,
  };
}

const isLepton = (pdg: number): boolean => pdg === 11 || pdg === 13;

export const toSysvarYaml = (description: SysvarPid): string => stringify(description, { lineWidth: 0 });

/** Reads SysVar's description of a PID correction. @throws userError `sysvar.yaml` */
export function fromSysvarYaml(text: string, path?: string): SysvarPid {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw userError(
      { code: 'sysvar.yaml', message: 'not a YAML file', path, got: (error as Error).message.split('\n')[0] },
      { cause: error },
    );
  }
  const parsed = yamlSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw userError({
    code: 'sysvar.yaml',
    message: `not the description of a PID correction: ${issue.message}`,
    path: [path, issue.path.join('.')].filter(Boolean).join(': '),
  });
}
