import { expect, test } from 'vitest';
import { betaLower, betaLowerInverse, betaUpper, betaUpperInverse } from '../../../src/stats/special/beta.js';
import { erf, erfc, erfinv, normalCdf, normalQuantile } from '../../../src/stats/special/erf.js';
import {
  chi2Survival,
  chi2SurvivalInverse,
  gammaLower,
  gammaLowerInverse,
  gammaUpper,
  gammaUpperInverse,
  logGamma,
} from '../../../src/stats/special/gamma.js';
import { andersonDarlingSurvival } from '../../../src/stats/special/anderson-darling.js';
import { kolmogorovSurvival } from '../../../src/stats/special/kolmogorov.js';

const FUNCTIONS: Readonly<Record<string, (...args: number[]) => number>> = {
  erf,
  erfc,
  erfinv,
  normalQuantile,
  logGamma,
  gammaLower,
  gammaUpper,
  gammaLowerInverse,
  gammaUpperInverse,
  betaLower,
  betaUpper,
  betaLowerInverse,
  betaUpperInverse,
  kolmogorovSurvival,
  chi2Survival,
};

// mpmath 1.3.0 with 40 digits (erf, erfc, erfinv, loggamma, gammainc, betainc, regularized=True) at these doubles;
// scipy.special 1.17.0 for the inverses (gammaincinv, gammainccinv, betaincinv, betainccinv, ndtri below 1e-10) and kolmogorov.
const REFERENCE: readonly (readonly [name: string, args: readonly number[], value: number])[] = [
  ['erf', [1e-9], 1.1283791670955127e-9],
  ['erf', [0.3], 0.3286267594591274],
  ['erf', [-0.7], -0.6778011938374184],
  ['erf', [1.0], 0.8427007929497149],
  ['erf', [2.5], 0.999593047982555],
  ['erf', [-5.0], -0.9999999999984626],
  ['erfc', [0.3], 0.6713732405408726],
  ['erfc', [1.0], 0.15729920705028513],
  ['erfc', [3.0], 2.209049699858544e-5],
  ['erfc', [8.0], 1.1224297172982926e-29],
  ['erfc', [20.0], 5.395865611607901e-176],
  ['erfc', [26.0], 5.663192408856143e-296],
  ['erfc', [-2.0], 1.9953222650189528],
  ['normalQuantile', [1e-300], -37.0470962993612],
  ['normalQuantile', [1e-20], -9.262340089798409],
  ['normalQuantile', [0.001], -3.0902323061678136],
  ['normalQuantile', [0.3], -0.5244005127080408],
  ['normalQuantile', [0.5000001], 2.506628273311648e-7],
  ['normalQuantile', [0.975], 1.9599639845400538],
  ['normalQuantile', [0.9999999], 5.199337582290661],
  ['erfinv', [1e-8], 8.86226925452758e-9],
  ['erfinv', [-0.002], -0.0017724557070189302],
  ['erfinv', [0.004], 0.0035449225508163095],
  ['erfinv', [-0.5], -0.4769362762044699],
  ['erfinv', [0.999], 2.3267537655135246],
  ['logGamma', [1e-10], 23.025850929882736],
  ['logGamma', [0.3], 1.0957979948180756],
  ['logGamma', [0.5], 0.5723649429247001],
  ['logGamma', [0.999999], 5.772164873855652e-7],
  ['logGamma', [1.00001], -5.7720744027504825e-6],
  ['logGamma', [1.7], -0.09580769740706588],
  ['logGamma', [2.0000001], 4.227843666532498e-8],
  ['logGamma', [1.9999481807761037], -2.1907490212157456e-5],
  ['logGamma', [3.0], 0.6931471805599453],
  ['logGamma', [7.7], 7.926541356269005],
  ['logGamma', [11.99], 17.477885575426185],
  ['logGamma', [12.01], 17.526738806509965],
  ['logGamma', [100.0], 359.1342053695754],
  ['logGamma', [1000000.0], 12815504.569147611],
  ['gammaLower', [0.0001, 0.5], 0.9999440197070426],
  ['gammaUpper', [0.0001, 0.5], 5.5980292957401714e-5],
  ['gammaLower', [0.5, 0.1], 0.345279153981423],
  ['gammaUpper', [0.5, 0.1], 0.654720846018577],
  ['gammaLower', [0.5, 3.0], 0.9856941215645704],
  ['gammaUpper', [0.5, 3.0], 0.01430587843542964],
  ['gammaLower', [1.0, 1.0], 0.6321205588285577],
  ['gammaUpper', [1.0, 1.0], 0.36787944117144233],
  ['gammaLower', [3.0, 0.01], 1.654216528074877e-7],
  ['gammaUpper', [3.0, 0.01], 0.9999998345783472],
  ['gammaLower', [3.0, 20.0], 0.9999995444850495],
  ['gammaUpper', [3.0, 20.0], 4.555149505589213e-7],
  ['gammaLower', [20.0, 15.0], 0.12478121503252482],
  ['gammaUpper', [20.0, 15.0], 0.8752187849674752],
  ['gammaLower', [100.0, 130.0], 0.9972495916326934],
  ['gammaUpper', [100.0, 130.0], 0.002750408367306526],
  ['gammaLower', [10000.0, 9700.0], 0.001234175584468492],
  ['gammaUpper', [10000.0, 9700.0], 0.9987658244155315],
  ['gammaLower', [10000.0, 10500.0], 0.9999995724127545],
  ['gammaUpper', [10000.0, 10500.0], 4.2758724550596475e-7],
  ['gammaLower', [100000.0, 100000.0], 0.5004205221103651],
  ['gammaUpper', [100000.0, 100000.0], 0.4995794778896348],
  ['gammaLowerInverse', [0.3, 0.2], 0.0032703395246849493],
  ['gammaUpperInverse', [0.3, 0.2], 0.4600738869878513],
  ['gammaLowerInverse', [1.0, 0.5], 0.6931471805599455],
  ['gammaUpperInverse', [1.0, 0.5], 0.6931471805599455],
  ['gammaLowerInverse', [1.0, 1e-12], 1.0000000000005e-12],
  ['gammaUpperInverse', [1.0, 1e-12], 27.631021115928547],
  ['gammaLowerInverse', [5.0, 0.99], 11.604625579477178],
  ['gammaUpperInverse', [5.0, 0.99], 1.2791060800936034],
  ['gammaLowerInverse', [50.0, 1e-8], 19.85723617772847],
  ['gammaUpperInverse', [50.0, 1e-8], 100.31595436840833],
  ['gammaLowerInverse', [2000.0, 0.3], 1976.3086271674797],
  ['gammaUpperInverse', [2000.0, 0.3], 2023.2080538637733],
  ['betaLower', [0.5, 0.5, 0.3], 0.36901011956554536],
  ['betaUpper', [0.5, 0.5, 0.3], 0.6309898804344546],
  ['betaLower', [1.0, 3.0, 0.2], 0.48800000000000004],
  ['betaUpper', [1.0, 3.0, 0.2], 0.512],
  ['betaLower', [2.0, 3.0, 0.5], 0.6875],
  ['betaUpper', [2.0, 3.0, 0.5], 0.3125],
  ['betaLower', [30.0, 2.0, 0.9], 0.16956463310086492],
  ['betaUpper', [30.0, 2.0, 0.9], 0.8304353668991351],
  ['betaLower', [100.0, 200.0, 0.35], 0.7325714649575441],
  ['betaUpper', [100.0, 200.0, 0.35], 0.26742853504245595],
  ['betaLower', [1000.0, 2000.0, 0.31], 0.003066591993426546],
  ['betaUpper', [1000.0, 2000.0, 0.31], 0.9969334080065735],
  ['betaLower', [5.0, 0.3, 0.999], 0.7776477083814929],
  ['betaUpper', [5.0, 0.3, 0.999], 0.2223522916185071],
  ['betaLowerInverse', [0.5, 0.5, 0.3], 0.2061073738537634],
  ['betaUpperInverse', [0.5, 0.5, 0.3], 0.7938926261462365],
  ['betaLowerInverse', [1.0, 3.0, 1e-9], 3.3333333344444446e-10],
  ['betaUpperInverse', [1.0, 3.0, 1e-9], 0.999],
  ['betaLowerInverse', [30.0, 2.0, 0.1], 0.8802307618874051],
  ['betaUpperInverse', [30.0, 2.0, 0.1], 0.9827119777086992],
  ['betaLowerInverse', [100.0, 200.0, 0.5], 0.3329625066484858],
  ['betaUpperInverse', [100.0, 200.0, 0.5], 0.3329625066484858],
  ['betaLowerInverse', [1000.0, 3.0, 0.99], 0.9995644851479041],
  ['betaUpperInverse', [1000.0, 3.0, 0.99], 0.9916376029695956],
  ['kolmogorovSurvival', [0.2], 0.999999999999495],
  ['kolmogorovSurvival', [0.5], 0.9639452436648751],
  ['kolmogorovSurvival', [0.99], 0.2808738392255489],
  ['kolmogorovSurvival', [1.0], 0.26999967167735456],
  ['kolmogorovSurvival', [1.3580986393225507], 0.049999999999999975],
  ['kolmogorovSurvival', [3.0], 3.045995948942526e-8],
  ['kolmogorovSurvival', [7.0], 5.4975700158204295e-43],
  ['chi2Survival', [3.84, 1.0], 0.050043521248705106],
  ['chi2Survival', [10.0, 10.0], 0.4404932850652124],
  ['chi2Survival', [1200.0, 1000.0], 1.2255942330622905e-5],
  ['chi2Survival', [300.0, 20.0], 8.08284962977591e-52],
  // scipy 1.17: stats.chi2.sf(x, n)
  ['chi2Survival', [3.84, 1], 0.05004352124870519],
  ['chi2Survival', [50, 50], 0.47339846855634937],
  ['chi2Survival', [120, 50], 1.0958807112599678e-7],
  ['chi2Survival', [0.5, 10], 0.999993388289439],
];

test.each(REFERENCE)('%s%j = %d to 12 digits', (name, args, value) => {
  expect(Math.abs(FUNCTIONS[name](...args) / value - 1)).toBeLessThan(2e-13);
});

test('quantiles undo distribution functions', () => {
  for (const p of [1e-12, 0.01, 0.2, 0.5, 0.9]) {
    expect(normalCdf(normalQuantile(p)) / p).toBeCloseTo(1, 12);
    for (const a of [0.4, 3, 700]) {
      expect(gammaUpper(a, gammaUpperInverse(a, p)) / p).toBeCloseTo(1, 12);
      expect(betaLower(2.5, a, betaLowerInverse(2.5, a, p)) / p).toBeCloseTo(1, 10);
    }
    expect(chi2Survival(chi2SurvivalInverse(p, 7), 7) / p).toBeCloseTo(1, 12);
  }
});

// numpy 2.4.6: ½ + ∫ √|v| sin(Σ ½ arctan(2t/j(j+1)) − tz)/πt dt with v = −2πit / cos(½π√(1 + 8it)), t to 600 in 6·10⁶ steps.
test.each([
  [0.5, 0.746814374],
  [1, 0.357266673],
  [2.492, 0.050022186],
])('the limiting Anderson–Darling statistic exceeds %d with probability %d', (z, p) => {
  expect(Math.abs(andersonDarlingSurvival(z) - p)).toBeLessThan(2e-9);
});

test('the limiting Anderson–Darling statistic has mean 1: ∫ P(A² > z) dz', () => {
  let mean = 0;
  for (let z = 0.0005; z < 40; z += 0.001) mean += 0.001 * andersonDarlingSurvival(z);
  expect(mean).toBeCloseTo(1, 4);
});

test('both series of the Kolmogorov distribution meet', () => {
  expect(kolmogorovSurvival(1 - 1e-14)).toBeCloseTo(kolmogorovSurvival(1), 13);
});

test.each([
  ['a quantile above 1', () => normalQuantile(1.2)],
  ['log Γ at 0', () => logGamma(0)],
  ['a negative χ² shape', () => gammaLower(-1, 2)],
  ['an argument above 1', () => betaLower(1, 1, 1.5)],
])('%s is refused', (_, call) => {
  expect(call).toThrow(/outside/);
});
