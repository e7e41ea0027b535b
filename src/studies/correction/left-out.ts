import type { Column } from '../../events/column.js';

const NAMED = 5;

/** Tells of columns that a corrected tuple lacks, because they cannot be read: the first few by name, the rest by number. */
export function warnLeftOut(columns: readonly Column[], warn: (message: string, count?: number) => void): void {
  const left = columns.filter((column) => column.unreadable !== undefined);
  for (const { name, unreadable } of left.slice(0, NAMED)) warn(`column "${name}" is left out: ${unreadable}`);
  if (left.length > NAMED) warn('further columns are left out', left.length - NAMED);
}
