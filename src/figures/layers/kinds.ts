import type { Layer } from '../figure.js';
import { band } from './band.js';
import { bars } from './bars.js';
import type { Extent, Ink, LayerKind, PanelFrame, Swatch } from './layer.js';
import { line } from './line.js';
import { map } from './map.js';
import { points } from './points.js';
import { flags, rule, text } from './rule.js';
import { steps } from './steps.js';

const kinds = { steps, points, band, line, bars, map, rule, text, flags };

export const layerKinds: readonly string[] = Object.keys(kinds);

// The table above has for each kind the functions of just that kind: the compiler cannot follow, the reader can.
const kindOf = (layer: Layer): LayerKind<Layer> => kinds[layer.kind] as unknown as LayerKind<Layer>;

export const layerExtent = (layer: Layer): Extent => kindOf(layer).extent(layer);
export const drawLayer = (layer: Layer, frame: PanelFrame): string => kindOf(layer).draw(layer, frame);
export const layerInk = (layer: Layer, frame: PanelFrame): Ink[] => kindOf(layer).ink(layer, frame);

/** The legend's small picture of a layer; empty for layers without one (maps, text). */
export const layerSwatch = (layer: Layer, box: Swatch, fontSize: number): string =>
  kindOf(layer).swatch?.(layer, box, fontSize) ?? '';
