// The fits of examples/pid/mass-fits.md, run as they are written there.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { datamc } from '../helpers/command.js';
import { hasSharedData, sharedData } from '../helpers/shared-data.js';

const page = readFileSync('examples/pid/mass-fits.md', 'utf8');
const dir = mkdtempSync(path.join(os.tmpdir(), 'datamc-mass-fits-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

interface Printed {
  readonly status: string;
  readonly yields: Record<string, { value: number; error: number }>;
  readonly parameters: Record<string, { value: number; error: number }>;
  readonly goodness: { chi2: number; ndf: number; pValue: number };
}

/** The page's commands by the name after `--out`, as lists of words. */
const commands = new Map(
  [...page.matchAll(/```bash\ndatamc ([\s\S]*?)```/g)].map(([, text]) => {
    const words = [...text.replaceAll('\\\n', ' ').matchAll(/"([^"]*)"|(\S+)/g)].map(
      ([, quoted, bare]) => quoted ?? bare,
    );
    return [words[words.indexOf('--out') + 1], words] as const;
  }),
);

/** Runs one of them; drawing, which takes as long as the fit, only where asked for. */
async function run(name: string, draw = false): Promise<Printed> {
  const written = commands.get(name) ?? [];
  const out = written.indexOf('--out');
  const words = written
    .map((word) => (word.startsWith('$DATA/') ? sharedData(word.slice('$DATA/'.length)) : word))
    .map((word, i) => (i === out + 1 ? path.join(dir, name) : word))
    .filter((_, i) => draw || (i !== out && i !== out + 1));
  const said = await datamc(...words, '--json', '--jobs', '1');
  expect(said.status, said.err).toBe(0);
  expect(existsSync(path.join(dir, `${name}.png`))).toBe(draw);
  return JSON.parse(said.out) as Printed;
}

test('the page has six fits', () => {
  expect([...commands.keys()]).toEqual(['bplus', 'z', 'upsilon', 'jpsi', 'k0s', 'lambda']);
});

describe.skipIf(!hasSharedData)('a reviewer accepts', () => {
  const within = (got: { value: number; error: number }, value: number, error: number): void => {
    // To a hundredth of the error, and the error to a hundredth.
    expect(Math.abs(got.value - value) / error).toBeLessThan(0.01);
    expect(Math.abs(got.error / error - 1)).toBeLessThan(0.01);
  };
  const describes = ({ status, goodness }: Printed): void => {
    expect(status).toBe('converged');
    expect(goodness.pValue).toBeGreaterThan(0.05);
  };

  test('B⁺ → K⁺K⁺π⁻: a signal of more than ten errors, and the tail above it', async () => {
    const fit = await run('bplus');
    describes(fit);
    expect(fit.yields['signal'].value / fit.yields['signal'].error).toBeGreaterThan(10);
    expect(fit.parameters['partial.m0'].value).toBeCloseTo(fit.parameters['signal.mean'].value - 134.977, 6);
    expect(fit.parameters['partial.m0'].error).toBeCloseTo(fit.parameters['signal.mean'].error, 6);
    expect(fit.parameters['partial.resolution'].value).toBe(fit.parameters['signal.sigma'].value);
    expect(Math.abs(fit.parameters['signal.mean'].value - 5279.41)).toBeLessThan(15);
    // As the page says.
    expect(fit.yields['signal'].value).toBeCloseTo(404, -1);
    expect(fit.parameters['signal.sigma'].value).toBeCloseTo(18.9, 0);
    expect(fit.yields['misid'].value / fit.yields['misid'].error).toBeGreaterThan(2);
  });

  test('Z → μ⁺μ⁻: as iminuit has it', async () => {
    const fit = await run('z');
    describes(fit);
    // iminuit 2.33.0, ExtendedUnbinnedNLL, numba-stats 1.14.0 crystalball_ex and an exponential, both normalised on
    // [60, 120]; strategy 2, tol 1e-3, migrad, hesse
    within(fit.yields['signal'], 5303.676063609695, 119.96701481430773);
    within(fit.yields['background'], 1308.3227341469217, 101.82048913345079);
    within(fit.parameters['signal.mean'], 91.10289818192231, 0.06161375227087878);
    within(fit.parameters['background.slope'], -0.03181866633598902, 0.002794327438988091);
  });

  test('Υ: three peaks at more than five errors', async () => {
    const fit = await run('upsilon');
    describes(fit);
    for (const name of ['signal', 'signal2S', 'signal3S'])
      expect(fit.yields[name].value / fit.yields[name].error).toBeGreaterThan(5);
    expect(Math.abs(fit.parameters['signal.mean'].value - 9.4604)).toBeLessThan(0.02);
  });

  test('J/ψ: the mass to three per mille', async () => {
    const fit = await run('jpsi', true);
    describes(fit);
    expect(Math.abs(fit.parameters['signal.mean'].value / 3.0969 - 1)).toBeLessThan(0.003);
  });

  test('K⁰s: as iminuit has it, and as the truth is', async () => {
    const fit = await run('k0s');
    describes(fit);
    // iminuit 2.33.0, as above; two numba-stats truncnorm of one mean and a straight line
    within(fit.yields['signal'], 952.4689736503702, 39.9166213030731);
    within(fit.parameters['signal.mean'], 0.49782366891418406, 0.00015972259272421986);
    within(fit.parameters['background.c1'], -0.40566429648118896, 0.0508257493772348);
    // uproot: V0s that a MCparticles entry with PDG code 310 points to by fRecoIndex, in the range
    expect(Math.abs(fit.yields['signal'].value - 960) / fit.yields['signal'].error).toBeLessThan(2);
  });

  test('Λ: as the truth is', async () => {
    const fit = await run('lambda');
    describes(fit);
    // uproot, as above: PDG code 3122, with the cuts and in the range
    expect(Math.abs(fit.yields['signal'].value - 142) / fit.yields['signal'].error).toBeLessThan(2);
    expect(Math.abs(fit.parameters['signal.mean'].value - 1.115683)).toBeLessThan(0.001);
  });
});
