import type { CalibrationTable, TrackColumn } from '../../src/hist/calibrate.js';

/** A table with one statistical error, and a source that moves all its cells. */
export const table = (values: readonly number[], sigma = 0.01, shift?: number): CalibrationTable => ({
  rates: values.map((value) => ({
    value,
    sources: {
      stat: { up: sigma, down: -sigma },
      ...(shift === undefined ? {} : { 'syst:model': { up: shift, down: -shift / 2 } }),
    },
  })),
});
/** The cells of one track in every event. */
export const track = (t: CalibrationTable, ...cells: number[]): TrackColumn => ({
  table: t,
  cells: Int32Array.from(cells),
});
