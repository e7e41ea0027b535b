/**
 * A figure is data: panels with axes and layers of numbers. One renderer (`renderSvg`) turns it into a picture.
 * Labels know simple mathematics: `p_{T}`, `log_{10}(IP / mm)`, `10^{-3}`; Greek and signs are written as they are.
 */
export type Numbers = ArrayLike<number>;
export type Range = readonly [low: number, high: number];

/** What stands above the frame: `ALICE Internal` at the left, `20 nb⁻¹ (pp, 5.02 TeV)` at the right. */
export interface ExperimentLabel {
  readonly experiment?: string | undefined;
  readonly status?: string | undefined;
  readonly collisions?: string | undefined;
  readonly energy?: string | undefined;
  readonly luminosity?: string | undefined;
}

export interface AxisSpec {
  /** Text at the end of the axis: right for x, top for y. */
  readonly label?: string | undefined;
  /** Appended to the label in brackets. */
  readonly unit?: string | undefined;
  readonly scale?: 'linear' | 'log' | undefined;
  /** Both ends fixed; found from the layers where absent. */
  readonly domain?: Range | undefined;
  /** The lower end alone; the upper one is found from the layers. */
  readonly from?: number | undefined;
  /** Named ticks at fixed places, instead of round numbers. */
  readonly ticks?: readonly { readonly at: number; readonly text: string }[] | undefined;
  /** Named ticks stand at an angle (long names). */
  readonly slanted?: boolean | undefined;
}

export type Corner = 'top-left' | 'top' | 'top-right' | 'left' | 'right' | 'bottom-left' | 'bottom' | 'bottom-right';

export interface LegendSpec {
  /** Where; found as the place that hides least where absent. */
  readonly at?: Corner | undefined;
  readonly title?: string | undefined;
  readonly columns?: number | undefined;
  /** Labels in the order of the legend; those not named follow. */
  readonly order?: readonly string[] | undefined;
}

export interface Panel {
  readonly x: AxisSpec;
  readonly y: AxisSpec;
  readonly layers: readonly Layer[];
  /** Height relative to the other panels of its stack, default 1. */
  readonly height?: number | undefined;
  /** Glued under the panel before it, with the same x axis (ratio, pulls). */
  readonly joined?: boolean | undefined;
  readonly legend?: LegendSpec | false | undefined;
  /** Lines inside the frame. */
  readonly text?: readonly string[] | undefined;
  /** Centred above the frame. */
  readonly title?: string | undefined;
  /** Same length for one unit of x and of y. */
  readonly square?: boolean | undefined;
}

export interface Figure {
  /** File name without ending; also the root of the ids inside the SVG. */
  readonly name: string;
  readonly title?: string | undefined;
  readonly label?: ExperimentLabel | undefined;
  readonly panels: readonly Panel[];
  /** Stacks of panels in one row, default 1. */
  readonly columns?: number | undefined;
  /** Stacks in a grid touch each other and share their axes: tick labels at the outer sides alone. */
  readonly shared?: boolean | undefined;
  /** One word across the figure, such as `quick`. */
  readonly watermark?: string | undefined;
  readonly caption?: string | undefined;
  /** Read aloud instead of the picture; default: title or caption. */
  readonly alt?: string | undefined;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly fontSize?: number | undefined;
}

/** Histogram: n + 1 edges, n values. Drawn as outline, filled down to `base` where `fill` is given. */
export interface StepsLayer {
  readonly kind: 'steps';
  readonly edges: Numbers;
  readonly values: Numbers;
  readonly base?: Numbers | undefined;
  readonly color?: string | undefined;
  readonly width?: number | undefined;
  readonly dash?: string | undefined;
  readonly fill?: string | undefined;
  readonly opacity?: number | undefined;
  readonly label?: string | undefined;
}

/** Points with asymmetric errors, given as distances (≥ 0) from the value. NaN is not drawn. */
export interface PointsLayer {
  readonly kind: 'points';
  readonly x: Numbers;
  readonly y: Numbers;
  readonly xLow?: Numbers | undefined;
  readonly xHigh?: Numbers | undefined;
  readonly yLow?: Numbers | undefined;
  readonly yHigh?: Numbers | undefined;
  readonly color?: string | undefined;
  readonly marker?: Marker | undefined;
  readonly size?: number | undefined;
  readonly label?: string | undefined;
}
export type Marker = 'circle' | 'open-circle' | 'square' | 'open-square' | 'triangle' | 'star' | 'none';

/** Area between `low` and `high`: per bin (n + 1 edges in `x`) or along a curve (n values in `x`). */
export interface BandLayer {
  readonly kind: 'band';
  readonly x: Numbers;
  readonly low: Numbers;
  readonly high: Numbers;
  readonly style?: 'fill' | 'hatch' | undefined;
  readonly color?: string | undefined;
  readonly opacity?: number | undefined;
  readonly label?: string | undefined;
}

export interface LineLayer {
  readonly kind: 'line';
  readonly x: Numbers;
  readonly y: Numbers;
  readonly color?: string | undefined;
  readonly width?: number | undefined;
  readonly dash?: string | undefined;
  readonly opacity?: number | undefined;
  readonly label?: string | undefined;
}

/** Filled bars from zero, as for pulls. */
export interface BarsLayer {
  readonly kind: 'bars';
  readonly edges: Numbers;
  readonly values: Numbers;
  readonly color?: string | undefined;
  readonly label?: string | undefined;
}

/** Cells in colour. `values` in C order of [x][y], the y bin fastest, as in a two-dimensional `Hist` without flow. */
export interface MapLayer {
  readonly kind: 'map';
  readonly xEdges: Numbers;
  readonly yEdges: Numbers;
  readonly values: Numbers;
  readonly colors?: 'sequential' | 'diverging' | undefined;
  /** Ends of the colour scale; a diverging one is made symmetric round zero. */
  readonly domain?: Range | undefined;
  readonly log?: boolean | undefined;
  /** The colour bar at the right, default true; of two maps on one scale one is enough. */
  readonly bar?: boolean | undefined;
  /** Written along the colour bar. */
  readonly barLabel?: string | undefined;
  /** Write the values into the cells with so many decimals. */
  readonly decimals?: number | undefined;
  /** Cells of this value are left white, default: none but NaN. */
  readonly blank?: number | undefined;
}

/** A straight line through the whole panel at one x or one y. */
export interface RuleLayer {
  readonly kind: 'rule';
  readonly x?: number | undefined;
  readonly y?: number | undefined;
  readonly color?: string | undefined;
  readonly width?: number | undefined;
  readonly dash?: string | undefined;
  readonly label?: string | undefined;
}

export interface TextLayer {
  readonly kind: 'text';
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly anchor?: 'start' | 'middle' | 'end' | undefined;
  readonly color?: string | undefined;
  readonly size?: number | undefined;
}

/** Bins that cannot be drawn (empty denominator): a small cross at the foot of the panel. */
export interface FlagsLayer {
  readonly kind: 'flags';
  readonly x: Numbers;
  readonly color?: string | undefined;
  readonly label?: string | undefined;
}

export type Layer =
  StepsLayer | PointsLayer | BandLayer | LineLayer | BarsLayer | MapLayer | RuleLayer | TextLayer | FlagsLayer;
