import type { FitData } from './data.js';
import { fitModel, type FitOptions } from './fit-model.js';
import type { FitComponent, FitModel, ParameterSetting } from './model.js';
import type { FitResult } from './result.js';

/**
 * Fits the yields alone, on the same data or others, with all shapes as they were found: what weights must be made from.
 * A yield may then be negative where the total density stays positive.
 *
 * @example const only = await refitYields(result, data); // only.covariance.names → ['yield.signal', 'yield.background']
 */
export function refitYields(result: FitResult, data: FitData, options: FitOptions = {}): Promise<FitResult> {
  const { model } = result;
  const several = model.categories.length > 1;
  const known: Record<string, ParameterSetting> = {};
  for (const [name, { value }] of Object.entries(result.parameters)) known[name] = { fixed: value };
  const frozen = (component: FitComponent, prefix: string): FitComponent => {
    const shapes = component.pdf.parameters.map(({ name }): [string, string] => {
      const setting = component.parameters?.[name];
      return [name, typeof setting === 'string' ? setting : `${prefix}.${name}`];
    });
    return { ...component, parameters: Object.fromEntries(shapes), yield: freed(component.yield) };
  };
  const fixed: FitModel = {
    categories: model.categories.map(({ name, components }) => ({
      name,
      components: components.map((c) => frozen(c, several ? `${name}.${c.name}` : c.name)),
    })),
    parameters: { ...model.parameters, ...known },
  };
  return fitModel(fixed, data, options);
}

/** A yield that was free is free of its lower limit too. */
const freed = (setting: FitComponent['yield']): FitComponent['yield'] =>
  setting === undefined || typeof setting === 'object' ? { low: -Infinity, ...setting } : setting;
