import type { Counts } from "./search.ts";

/** The mean of Beta(a, b). */
export function betaMean(a: number, b: number): number {
  requireShapes(a, b);
  return a / (a + b);
}

/**
 * The regularised incomplete beta function I_x(a, b): the probability that a draw from Beta(a, b) is at most `x`.
 * Good to about 1e-10 for shapes from 1e-3 to 1e6. Throws `RangeError` for shapes that are not positive numbers and
 * for an `x` outside [0, 1].
 */
export function betaCdf(x: number, a: number, b: number): number {
  requireShapes(a, b);
  requireShare("x", x);
  if (x === 0 || x === 1) return x;
  return cdfAt({ x, logX: Math.log(x), y: 1 - x, logY: Math.log1p(-x) }, a, b).value;
}

/**
 * The `x` for which `betaCdf(x, a, b)` is `p`, within 1e-9 for shapes from 1e-3 to 1e6. Throws `RangeError` for shapes
 * that are not positive numbers and for a `p` outside [0, 1].
 *
 * Newton's method on the logarithm of the CDF over t = log(x / (1 - x)). There it is concave and increasing, so that
 * from anywhere the first step lands at or below the root and all later ones climb towards it: no bracket is needed.
 */
export function betaQuantile(p: number, a: number, b: number): number {
  requireShapes(a, b);
  requireShare("p", p);
  if (p === 0 || p === 1) return p;
  if (p > 0.5) return 1 - betaQuantile(1 - p, b, a);
  const target = Math.log(p);
  const stepAt = (t: number) => {
    const { logValue, slope } = cdfAt(logistic(t), a, b);
    return (target - logValue) / slope;
  };
  let t = Math.log(a / b);
  t += stepAt(t);
  for (let step = Number.POSITIVE_INFINITY; step > 1e-13 * (1 + Math.abs(t)); ) {
    step = stepAt(t);
    t += step;
  }
  return logistic(t).x;
}

/**
 * The equal-tailed interval that holds `mass` of Beta(1 + solved, 1 + failed): what is believed of an agent's true share
 * of solved tasks after these counts, from a uniform prior. Returns [low, high], both in [0, 1].
 */
export function credibleInterval(counts: Counts, mass = 0.95): readonly [low: number, high: number] {
  const a = 1 + counts.solved;
  const b = 1 + counts.counted - counts.solved;
  return [betaQuantile((1 - mass) / 2, a, b), betaQuantile((1 + mass) / 2, a, b)];
}

/** A point of (0, 1) with its complement and logarithms, so that nothing is lost near either end. */
type Point = { readonly x: number; readonly logX: number; readonly y: number; readonly logY: number };

function logistic(t: number): Point {
  const small = Math.exp(-Math.abs(t));
  const logLarge = -Math.log1p(small);
  const large = 1 / (1 + small);
  const [x, y] = t < 0 ? [small * large, large] : [large, small * large];
  return { x, logX: Math.min(t, 0) + logLarge, y, logY: Math.min(-t, 0) + logLarge };
}

/** The CDF, its logarithm (finite where the value underflows), and the logarithm's slope over log(x / (1 - x)). */
function cdfAt(point: Point, a: number, b: number): { value: number; logValue: number; slope: number } {
  const { x, logX, y, logY } = point;
  const logWeight = logBetaWeight(logX, logY, a, b);
  if (x < (a + 1) / (a + b + 2)) {
    const tail = fraction(x, a, b) / a;
    const logValue = logWeight + Math.log(tail);
    return { value: Math.exp(logValue), logValue, slope: 1 / tail };
  }
  const weight = Math.exp(logWeight);
  const complement = (weight * fraction(y, b, a)) / b;
  return { value: 1 - complement, logValue: Math.log1p(-complement), slope: weight / (1 - complement) };
}

/**
 * log(x^a (1-x)^b / B(a, b)), written with the deviations from Stirling's formula: the huge terms of the three log
 * gammas cancel on paper instead of in floating point.
 */
function logBetaWeight(logX: number, logY: number, a: number, b: number): number {
  const sum = a + b;
  return (
    a * (logX - Math.log(a / sum)) +
    b * (logY - Math.log(b / sum)) +
    0.5 * (Math.log(a) + Math.log(b / sum) - Math.log(2 * Math.PI)) +
    stirlingError(sum) -
    stirlingError(a) -
    stirlingError(b)
  );
}

/** log Γ(z) - ((z - 1/2) log z - z + log(2π)/2): the series above 10 (DLMF 5.11.1), the recurrence of Γ below. */
function stirlingError(z: number): number {
  if (z < 10) return stirlingError(z + 1) + (z + 0.5) * Math.log1p(1 / z) - 1;
  const s = 1 / (z * z);
  return (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s * (1 / 1188 - (s * 691) / 360360))))) / z;
}

/**
 * The continued fraction of the incomplete beta function (DLMF 8.17.22) by Lentz's method as modified by Thompson and
 * Barnett. Converges within O(sqrt(max(a, b))) terms for x below the mean.
 */
function fraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const away = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let result = d;
  const advance = (numerator: number) => {
    d = 1 / away(1 + numerator * d);
    c = away(1 + numerator / c);
    result *= c * d;
    return c * d;
  };
  for (let m = 1; ; m++) {
    advance((m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)));
    const change = advance((-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)));
    // Negated, so that a NaN ends the loop too.
    if (!(Math.abs(change - 1) > 1e-15)) return result;
  }
}

function requireShapes(a: number, b: number): void {
  for (const shape of [a, b]) {
    if (!(shape > 0 && shape < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`Beta(${a}, ${b}): both shapes must be positive numbers`);
    }
  }
}

function requireShare(name: string, value: number): void {
  if (!(value >= 0 && value <= 1))
    throw new RangeError(`${name}: expected a number from 0 to 1, got ${value}`);
}
