/** Six colours that colour-blind readers can tell apart (M. A. Petroff, arXiv:2107.02270), the default of CMS figures. */
export const petroff = ['#5790fc', '#f89c20', '#e42536', '#964a8b', '#9c9ca1', '#7a21dd'] as const;

export const ink = '#000000';
export const grey = '#6b6b70';

/** Colour number i, round again after six. */
export const colorOf = (i: number): string => petroff[i % petroff.length] ?? ink;

// Anchors of the perceptually uniform map "viridis" (S. van der Walt, N. Smith; CC0).
const sequential = '440154 482475 414487 355f8d 2a788e 21918c 22a884 44bf70 7ad151 bddf26 fde725'.split(' ');
// ColorBrewer RdBu, blue for negative (C. Brewer; Apache 2.0).
const diverging = '053061 2166ac 4393c3 92c5de d1e5f0 f7f7f7 fddbc7 f4a582 d6604d b2182b 67001f'.split(' ');
const maps = { sequential, diverging };

const channels = (hex: string): number[] => [0, 2, 4].map((i) => Number.parseInt(hex.slice(i, i + 2), 16));

/** Colour at t in [0, 1] of a colour map, in 128 steps so that equal neighbours can be drawn as one. */
export function mapColor(name: keyof typeof maps, t: number): string {
  const anchors = maps[name];
  const place = (Math.round(Math.min(1, Math.max(0, t)) * 128) / 128) * (anchors.length - 1);
  const left = Math.min(anchors.length - 2, Math.floor(place));
  const [a, b] = [channels(anchors[left] ?? ''), channels(anchors[left + 1] ?? '')];
  return `#${a.map((v, i) => byte(v + ((b[i] ?? v) - v) * (place - left))).join('')}`;
}

const byte = (value: number): string => Math.round(value).toString(16).padStart(2, '0');

/** True where black text on this colour is hard to read. */
export function isDark(color: string): boolean {
  const [r = 0, g = 0, b = 0] = channels(color.slice(1));
  return 0.299 * r + 0.587 * g + 0.114 * b < 140;
}
