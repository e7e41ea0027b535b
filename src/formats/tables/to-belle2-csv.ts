import { userError } from '../../base/error.js';
import type { WeightTable } from '../../hist/weight-table.js';
import { csvText } from './csv.js';
import { estimatesOf, isMeasured, statBand, systBand } from './estimates.js';
import { binsOf } from './grid.js';
import { columnStem } from './names.js';

/** Older variants of the schema, each read by `fromBelle2Csv` as well. */
export interface Belle2CsvOptions {
  /** The polar angle: as it is (default); `cos` for `cos_min`; `theta` for bins of θ in radians. */
  readonly angle?: 'cosTheta' | 'cos' | 'theta' | undefined;
  /** `charge_min`, `charge_max` (default), or one column `charge` of `+` and `-`, or of 1 and -1. */
  readonly charge?: 'range' | 'sign' | 'number' | undefined;
  /** A column `working_point`; its text, or the working point of the tables, or `variable > threshold`. */
  readonly workingPoint?: boolean | string | undefined;
  /** A column `is_best_available`, true everywhere. */
  readonly bestAvailable?: boolean | undefined;
  /** Columns `iso_score_min`, `iso_score_max`, where the tables have no such axis: one bin. */
  readonly isoScore?: readonly [number, number] | undefined;
  /** The reconstructed particle in a column `PID` (its name) instead of `PDG`. */
  readonly pid?: boolean | undefined;
}

/** The columns of lepton-identification tables before the common schema. */
export const BELLE2_LEGACY: Belle2CsvOptions = {
  angle: 'theta',
  charge: 'sign',
  workingPoint: true,
  bestAvailable: true,
  isoScore: [-1, 1e9],
};

const ERRORS = ['stat_up', 'stat_dn', 'sys_up', 'sys_dn'];

/**
 * Weight tables in the CSV schema of the Belle II systematics framework, which PIDVar and basf2's sysvar read: one row a bin,
 * bins right-closed, uncertainties as distances ≥ 0 (systematic sources in quadrature). Bins without a weight are left out.
 *
 * @param tables with the same axes; efficiencies and fake rates, several thresholds
 * @throws userError `table.axes` where the axes differ, `table.charge` where a legacy column cannot hold a charge bin
 * @example await writeFile('K_pi.csv', toBelle2Csv([efficiency, fakeRate]))
 */
export function toBelle2Csv(tables: WeightTable | readonly WeightTable[], options: Belle2CsvOptions = {}): string {
  const all = 'cells' in tables ? [tables] : tables;
  const stems = all.map((t) => t.axes.map((a) => columnStem(a.column)));
  const first = stems[0] ?? [];
  const other = stems.find((s) => s.join() !== first.join());
  if (other)
    throw userError({
      code: 'table.axes',
      message: 'tables of one CSV file have the same columns',
      got: other.join(', '),
      expected: first.join(', '),
      hint: 'write them to files of their own',
    });
  const axes = first.map((stem) => axisColumns(stem, options));
  const iso = options.isoScore && !first.some(isIsoScore) ? options.isoScore : undefined;
  const header = [
    ...axes.flatMap((a) => a.names),
    ...(iso ? ['iso_score_min', 'iso_score_max'] : []),
    'data_MC_ratio',
    ...ERRORS.map((e) => `data_MC_uncertainty_${e}`),
    'data_efficiency',
    ...ERRORS.map((e) => `data_uncertainty_${e}`),
    'MC_efficiency',
    ...ERRORS.map((e) => `MC_uncertainty_${e}`),
    options.pid ? 'PID' : 'PDG',
    'mcPDG',
    'variable',
    'threshold',
    ...(options.workingPoint ? ['working_point'] : []),
    ...(options.bestAvailable ? ['is_best_available'] : []),
  ];
  const rows = all.flatMap((table) =>
    binsOf(table.axes).flatMap((bounds, cell) => {
      const { ratio, data, simulation } = table.cells[cell];
      if (!isMeasured(ratio)) return [];
      const point = typeof options.workingPoint === 'string' ? options.workingPoint : table.workingPoint;
      return [
        [
          ...axes.flatMap((a, i) => a.cells(bounds[i])),
          ...(iso ?? []),
          ...[ratio, data.rate, simulation.rate].flatMap((estimate) => {
            const [stat, syst] = [statBand(estimate), systBand(estimate)];
            const none = Number.isNaN(estimate.value);
            return [estimate.value, ...[stat.up, stat.down, syst.up, syst.down].map((d) => (none ? NaN : d))];
          }),
          options.pid ? table.reco.name : table.reco.pdg,
          table.truth.pdg,
          table.variable,
          table.threshold,
          ...(options.workingPoint ? [point ?? table.cut] : []),
          ...(options.bestAvailable ? [true] : []),
        ],
      ];
    }),
  );
  return csvText(header, rows);
}

/** Bins that have no weight and are left out of files, as a count. */
export const unmeasured = (table: WeightTable): number => estimatesOf(table).filter((e) => !isMeasured(e)).length;

export const isIsoScore = (stem: string): boolean => /^iso_?score/i.test(stem);

interface AxisColumns {
  readonly names: readonly string[];
  cells(bin: readonly [number, number]): readonly (number | string)[];
}

function axisColumns(stem: string, { angle = 'cosTheta', charge = 'range' }: Belle2CsvOptions): AxisColumns {
  const range = (name: string): AxisColumns => ({ names: [`${name}_min`, `${name}_max`], cells: (bin) => bin });
  if (stem === 'cosTheta' && angle === 'cos') return range('cos');
  if (stem === 'cosTheta' && angle === 'theta') {
    // θ falls as cosθ rises: the ends change places.
    return { ...range('theta'), cells: ([low, high]) => [Math.acos(high), Math.acos(low)] };
  }
  if (stem !== 'charge' || charge === 'range') return range(stem);
  return {
    names: ['charge'],
    cells: ([low, high]) => {
      const sign = low >= 0 && high > 0 ? 1 : high <= 0 && low < 0 ? -1 : 0;
      if (sign === 0)
        throw userError({
          code: 'table.charge',
          message: 'a column "charge" holds one sign, but a bin holds both',
          got: `${low} to ${high}`,
          hint: 'keep charge_min and charge_max',
        });
      return [charge === 'number' ? sign : sign > 0 ? '+' : '-'];
    },
  };
}
