import type { Json, JsonObject } from '../base/json.js';

/** Tables as people read them: what each is about, then a line a bin. */
export function tableText(result: JsonObject): string {
  const tables = result['tables'] as readonly JsonObject[];
  const files = result['files'] as readonly string[];
  return [...tables.flatMap((table) => [...oneTable(table), '']), ...files].join('\n').trimEnd();
}

function oneTable(table: JsonObject): string[] {
  const { sample, reco, truth, cut, precut } = table as Readonly<Record<string, string>>;
  const bins = table['bins'] as readonly JsonObject[];
  const what = reco === truth ? `${reco} efficiency` : `${truth} → ${reco} fake rate`;
  const title = `${what} of ${cut}${precut ? ` among ${precut}` : ''}, ${sample ?? 'data / simulation'}`;
  const ends = Object.keys(bins[0] ?? {}).filter((key) => key.endsWith('_min'));
  const rows = bins.map((bin) => [
    ...ends.map((key) => `${short(bin[key])} to ${short(bin[key.replace(/_min$/, '_max')])}`),
    ...estimate(bin),
    (bin['flags'] as readonly string[]).join(' '),
  ]);
  const head = [...ends.map((key) => key.slice(0, -4)), 'value', 'up', 'down', ''];
  const widths = head.map((word, i) => Math.max(word.length, ...rows.map((row) => row[i].length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((c, i) => c.padEnd(widths[i]))
      .join('  ')
      .trimEnd();
  return [title, line(head), ...rows.map(line)];
}

function estimate({ value, up, down }: JsonObject): string[] {
  if (typeof value !== 'number') return ['–', '', ''];
  return [value.toFixed(4), fixed(up, '+'), fixed(down, '−')];
}

const fixed = (v: Json | undefined, sign: string): string => (typeof v === 'number' ? `${sign}${v.toFixed(4)}` : '');
const short = (v: Json | undefined): string => (typeof v === 'number' ? String(Number(v.toPrecision(5))) : '');
