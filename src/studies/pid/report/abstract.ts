import type { Found } from './gather.js';
import { symbol } from '../tables/draw-rates.js';
import { count, digits, percent, tableTitle, withError as pm } from './words.js';

/** What a reader in a hurry must know, as prose. */
export function abstract(found: Found): string {
  const modes = found.params.modes.map(({ name, title }) => {
    const data = found.fits[name]?.data?.fits.nominal;
    const used = count(found.prepared[name]?.data?.used ?? 0);
    const what = title === undefined ? name : `${name} (${title})`;
    if (!data) return `${what}: ${used} candidates of data.`;
    const signal = data.yields['signal'];
    const fit = data.ndf > 0 ? `, χ²/ndf = ${digits(data.chi2 / data.ndf)}` : '';
    return `${what}: **${count(signal.value)} ± ${count(signal.error)}** signal candidates among ${used} of data${fit}.`;
  });
  const tables = found.tables.map((table) => {
    const { reco, truth, cut, precut, rates, bins, valid } = table;
    const rate =
      reco === truth ? `efficiency of ${cut} for ${symbol(truth)}` : `rate at which ${symbol(truth)} pass ${cut}`;
    const where = precut === '' ? '' : ` after ${precut}`;
    const trust = valid === bins ? '' : `; ${bins - valid} of its ${bins} bins carry a flag`;
    return `The ${rate}${where} is ${pm(rates.data)} in data and ${pm(rates.simulation)} in simulation, a ratio of **${pm(rates.ratio)}** over all bins${trust}.`;
  });
  const closures = found.tables.flatMap((table) => {
    const { reference } = table;
    if (!reference) return [];
    const { mean, width, ndf, pValue } = reference;
    return [
      `Against its reference, the ${tableTitle(table)} has pulls of mean ${digits(mean, 2)} and width ${digits(width, 3)} in ${ndf} bins (χ² p-value ${digits(pValue, 2)}).`,
    ];
  });
  const coverage = found.tables.length
    ? [
        `The bins hold ${percent(Math.min(...found.tables.map((t) => t.coverage.data)))} or more of the candidates of data.`,
      ]
    : [];
  return [modes.join(' '), tables.slice(0, 6).join(' '), [...closures, ...coverage].join(' ')]
    .filter(Boolean)
    .join('\n\n');
}
