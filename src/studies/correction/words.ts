import { columnTransform } from '../../models/column-transform.js';
import type { VariableParams } from './params.js';

/** Axis title of a column on its learning scale: `log_{10}(IP / mm)`. */
export function scaleLabel({ column, transform, label, unit }: VariableParams): string {
  const name = label ?? column;
  const bare = unit === undefined ? name : `${name} / ${unit}`;
  if (transform === 'none') return unit === undefined ? name : `${name} [${unit}]`;
  return transform === 'log10' ? `log_{10}(${bare})` : `${transform}(${bare})`;
}

/** The column as people call it: its label, or its name. */
export const nameOf = ({ column, label }: VariableParams): string => label ?? column;

/** The scale in words after a number: `in log_{10}(IP / mm)`. */
export const scaleNote = (variable: VariableParams): string => `in ${scaleLabel(variable)}`;

/** A value on the learning scale in the column's own unit, with three digits. */
export const valueLabel = ({ transform }: VariableParams, value: number): string =>
  String(Number(columnTransform(transform).inverse(value).toPrecision(3))).replace('-', '−');

/** A range on the learning scale in the column's own unit, open where it is infinite: `4 < p_{T} < 5 GeV`. */
export function rangeLabel(column: VariableParams, low: number, high: number): string {
  const unit = column.unit === undefined ? '' : ` ${column.unit}`;
  const name = nameOf(column);
  if (low === -Infinity && high === Infinity) return `all ${name}`;
  if (low === -Infinity) return `${name} < ${valueLabel(column, high)}${unit}`;
  if (high === Infinity) return `${name} > ${valueLabel(column, low)}${unit}`;
  return `${valueLabel(column, low)} < ${name} < ${valueLabel(column, high)}${unit}`;
}

/** A column as part of a file's or an output column's name. */
export const fileName = (column: string): string => column.replace(/[^A-Za-z0-9_]+/g, '') || 'variable';
