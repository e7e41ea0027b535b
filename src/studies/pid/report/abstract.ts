import type { Found } from './gather.js';
import { symbol } from '../tables/draw-rates.js';
import { count, digits, percent, needsModes, tableTitle, withError as pm } from './words.js';

/** What a reader in a hurry must know, as prose. */
export function abstract(found: Found): string {
  const modes = found.params.modes.map(({ name, title, fit: settings }) => {
    const data = found.fits[name]?.data?.fits.nominal;
    const used = count(found.prepared[name]?.data?.used ?? 0);
    const what = title === undefined ? name : `${name} (${title})`;
    if (!data) {
      const sums = found.weighted[name]?.data?.sums['nominal'];
      if (!settings || !sums || !(sums.effective > 0)) return `${what}: ${used} candidates of data.`;
      const error = Math.abs(sums.sum) / Math.sqrt(sums.effective);
      return `${what}: **${count(sums.sum)} ± ${count(error)}** (statistical) signal candidates among ${used} of data, by weights.`;
    }
    const signal = data.yields['signal'];
    const fit = data.ndf > 0 ? `, χ²/ndf = ${digits(data.chi2 / data.ndf)}` : '';
    return `${what}: **${count(signal.value)} ± ${count(signal.error)}** signal candidates among ${used} of data${fit}.`;
  });
  const tables = found.tables.map((table) => {
    const { reco, truth, cut, precut, rates, bins, valid } = table;
    const rate =
      reco === truth ? `efficiency of ${cut} for ${symbol(truth)}` : `rate at which ${symbol(truth)} pass ${cut}`;
    const where = precut === '' ? '' : ` after ${precut}`;
    const from = needsModes(table, found.tables) ? ` in ${table.modes.join(', ')}` : '';
    const trust =
      valid === bins ? '' : `; ${bins - valid} of its ${bins} bins ${bins - valid === 1 ? 'carries' : 'carry'} a flag`;
    return `The ${rate}${where}${from} is ${pm(rates.data)} in data and ${pm(rates.simulation)} in simulation, a ratio of **${pm(rates.ratio)}** over all bins${trust}.`;
  });
  const closures = found.tables.flatMap((table) => {
    const { reference } = table;
    if (!reference) return [];
    const { mean, width, ndf, pValue } = reference;
    return [
      `Against its reference, the ${tableTitle(table, found.tables)} has pulls of mean ${digits(mean, 2)} and width ${digits(width, 3)} in ${ndf} bins (χ² p-value ${digits(pValue, 2)}).`,
    ];
  });
  const least = Math.min(...found.tables.map((t) => t.coverage.data));
  const coverage = found.tables.length
    ? [
        least < 1
          ? `The bins hold ${percent(least)} or more of the candidates of data.`
          : 'The bins hold all candidates of data.',
      ]
    : [];
  return [modes.join(' '), tables.slice(0, 6).join(' '), [...closures, ...coverage].join(' ')]
    .filter(Boolean)
    .join('\n\n');
}
