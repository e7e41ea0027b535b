import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { userError } from '../../../base/error.js';
import {
  DEFAULT_ORDER,
  FAMILY_NAMES,
  isFamily,
  unknownFamily,
  type FamilyName,
} from '../../../fit/densities/families.js';
import type { ParameterSetting } from '../../../fit/model.js';
import type { PdfSpec } from '../../../fit/pdf-spec.js';
import { explainIssue, worst } from '../../issues.js';
import { jsonSchema } from '../../json-schema.js';
import { common, familySchema, makingKeys, parameterNames, parameterText, pdfParameter } from './pdf-family.js';
import { MOST_ORDER, readPdfText } from './pdf-text.js';

type Issue = z.core.$ZodIssue;

const parts = z.array(z.lazy((): z.ZodType<PdfSpec> => pdf)).min(1);
const head = { ...common, resolution: pdfParameter.optional() };

const sum = z
  .object({ ...head, sum: parts, fractions: z.array(pdfParameter).optional() })
  .catchall(pdfParameter)
  .transform(({ sum: specs, name, variable, fractions, resolution, ...parameters }): PdfSpec => {
    return { sum: specs, name, variable, fractions, resolution, parameters: parameters as Settings };
  });

const product = z
  .object({ ...common, product: parts })
  .catchall(pdfParameter)
  .transform(({ product: specs, name, variable, ...parameters }): PdfSpec => {
    return { product: specs, name, variable, parameters: parameters as Settings };
  });

type Settings = Record<string, ParameterSetting>;

/** Every key that may stand in a density, for editors and near matches: which go together is found out afterwards. */
const keys = z.looseObject({
  pdf: z
    .union([z.enum(FAMILY_NAMES as [FamilyName, ...FamilyName[]]), z.string()])
    .optional()
    .describe(`name of the density: ${FAMILY_NAMES.join(', ')}`),
  sum: z.array(z.unknown()).optional().describe('densities that are added'),
  product: z.array(z.unknown()).optional().describe('densities that are multiplied'),
  fractions: z.array(z.unknown()).optional().describe('shares of a sum: each of what those before it leave'),
  ...Object.fromEntries(
    [...new Set([...Object.keys(common), ...Object.keys(makingKeys)])].map((key) => [key, z.unknown().optional()]),
  ),
  ...Object.fromEntries(
    [...new Set(FAMILY_NAMES.flatMap((name) => parameterNames(name, MOST_ORDER)))].map((name) => [
      name,
      z.unknown().optional().describe(parameterText),
    ]),
  ),
});

function schemaOf(raw: z.output<typeof keys>): z.ZodType<PdfSpec> | string {
  if (raw.sum !== undefined) return sum;
  if (raw.product !== undefined) return product;
  if (raw.pdf === undefined) return 'a density has one of the keys pdf, sum and product';
  if (!isFamily(raw.pdf)) return unknownFamily(raw.pdf);
  const { order } = raw as { order?: unknown };
  const degree = Number.isInteger(order) ? Math.max(0, Math.min(Number(order), MOST_ORDER)) : DEFAULT_ORDER;
  return familySchema(raw.pdf, degree);
}

const object = keys.transform((raw, context): PdfSpec => {
  const schema = schemaOf(raw);
  const parsed = typeof schema === 'string' ? undefined : schema.safeParse(raw);
  if (parsed?.success) return parsed.data;
  const own = { code: 'custom', message: String(schema), path: raw.pdf === undefined ? [] : ['pdf'] };
  const issues = parsed ? parsed.error.issues.map((issue) => elsewhere(issue, raw)) : [own as unknown as Issue];
  for (const issue of issues) context.issues.push({ ...issue, input: raw } as z.core.$ZodRawIssue);
  return z.NEVER;
});

/** A key that other densities have: the near matches of unknown keys would offer the key itself. */
function elsewhere(issue: Issue, raw: z.output<typeof keys>): Issue {
  const { pdf: name, order } = raw as { pdf?: string; order?: number };
  if (issue.code !== 'unrecognized_keys' || issue.path.length || name === undefined || !isFamily(name)) return issue;
  const [key] = issue.keys;
  if (!(key in keys.shape)) return issue;
  const known = parameterNames(name, order ?? DEFAULT_ORDER).join(', ');
  const message = `${name} has no "${key}"; its parameters are ${known}`;
  return { code: 'custom', message, path: [key], input: raw } as Issue;
}

const text = z.string().transform((written, context): PdfSpec => {
  const read = readPdfText(written);
  if ('spec' in read) return read.spec;
  context.addIssue({ code: 'custom', message: read.problem });
  return z.NEVER;
});

/**
 * A density in a study file: `{ pdf: doubleGaussian, mean: 1.8648 }`, `{ pdf: chebyshev, order: 2 }`,
 * `{ sum: [{ pdf: gaussian }, { pdf: crystalBall }], mean: 1.86 }` (the mean is common to both), or short: `chebyshev:2`.
 */
export const pdf: z.ZodType<PdfSpec> = z
  .union([text, object])
  .describe('a density: { pdf: gaussian, mean: 1.86 }, { sum: [...] }, { product: [...] }, or chebyshev:2');

/**
 * A density on the command line: the short form, or what a study file has, in braces.
 *
 * @throws userError `fit.pdf-text`
 * @example parsePdf('chebyshev:2')
 * parsePdf('{ pdf: doubleGaussian, mean: [1.865, 1.86, 1.87] }')
 */
export function parsePdf(written: string): PdfSpec {
  const trimmed = written.trim();
  if (!trimmed.startsWith('{')) {
    const read = readPdfText(trimmed);
    if ('spec' in read) return read.spec;
    const expected = 'a density: gaussian, chebyshev:2, or { pdf: gaussian, mean: 5279 }';
    throw userError({ code: 'fit.pdf-text', message: read.problem, got: written, expected });
  }
  const raw = parsedYaml(trimmed);
  const whole = z.strictObject({ density: pdf });
  const parsed = whole.safeParse({ density: raw });
  if (parsed.success) return parsed.data.density;
  const { code, message, got, expected, hint } = explainIssue(
    worst(parsed.error.issues),
    { density: raw },
    jsonSchema(whole),
  );
  throw userError({ code, message, got: got ?? written, expected, hint });
}

function parsedYaml(written: string): unknown {
  try {
    return parseYaml(written) as unknown;
  } catch (cause) {
    const message = `a density is not valid YAML: ${(cause as Error).message.split('\n', 1)[0].replace(/:$/, '')}`;
    throw userError(
      { code: 'fit.pdf-text', message, got: written, expected: '{ pdf: gaussian, mean: 5279 }' },
      { cause },
    );
  }
}
