import type { JsonObject } from '../base/json.js';
import { userError } from '../base/error.js';
import type { GridAxis } from './grid-axis.js';

/** One set of a template's numbers. */
export interface TemplateValues {
  /** Σw per unit of the normalised axes at every slot, C order (given, then variables), never negative. */
  readonly values: Float64Array;
  /** The share of the density's weight that was negative, before it was made to rise (see `monotoneValues`). */
  readonly clipped: number;
}

/**
 * The density of some variables for given kinematics, on a grid: nominal, and varied within its uncertainties. Variables
 * stand in the order of their chain: f(x₁ | k), f(x₂ | k, x₁), ….
 */
export interface Template {
  readonly name: string;
  readonly method: 'kernel' | 'histogram' | 'flow';
  readonly given: readonly GridAxis[];
  readonly variables: readonly GridAxis[];
  /** `nominal`, `stat0` … of bootstrap replicas, `syst_NAME` of systematic variations. */
  readonly variations: Readonly<Record<string, TemplateValues>>;
  /** Σw within a kernel's reach of each slot of the given axes: the local statistics. */
  readonly statistics: Float64Array;
  /** How it came about: events, widths, what was left out, … */
  readonly facts: JsonObject;
}

/** The numbers of one variation. @throws userError `density.unknown-variation` */
export function variationOf(template: Template, name: string): TemplateValues {
  const found = template.variations[name] as TemplateValues | undefined;
  if (found) return found;
  throw userError({
    code: 'density.unknown-variation',
    message: `the template "${template.name}" has no variation "${name}"`,
    got: name,
    expected: Object.keys(template.variations).join(', '),
  });
}

/** Names of the bootstrap replicas and of the systematic variations, in order. */
export const replicaNames = ({ variations }: Template): string[] =>
  Object.keys(variations).filter((name) => /^stat\d+$/.test(name));
export const systematicNames = ({ variations }: Template): string[] =>
  Object.keys(variations).filter((name) => name.startsWith('syst_'));
