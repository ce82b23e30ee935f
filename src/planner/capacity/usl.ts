/**
 * The Universal Scalability Law, X(N) = γN / (1 + σ(N − 1) + κN(N − 1)): Gunther, Guerrilla Capacity Planning (2007),
 * chapters 4 to 6, with γ as a third parameter as in his later work. σ is contention, κ coherency (crosstalk).
 */

export interface Measurement {
  /** Load: servers, processors, or requests in the system. */
  readonly n: number;
  /** Throughput at that load. */
  readonly x: number;
}

export interface Scalability {
  /** Throughput of one. */
  readonly gamma: number;
  readonly sigma: number;
  readonly kappa: number;
  /** The load of greatest throughput, sqrt((1 − σ)/κ); infinite where κ is 0. */
  readonly peak: number;
  /** Throughput at the peak; where there is none, the limit γ/σ, and infinite where σ is 0 too. */
  readonly most: number;
  readonly at: (n: number) => number;
  readonly fit: Fit;
}

export interface Fit {
  readonly points: number;
  /** Different loads among them. */
  readonly loads: number;
  /** Coefficient of determination of the throughput. */
  readonly r2: number;
  /** Residual standard error, in units of throughput; undefined where no degree of freedom is left. */
  readonly error: number | undefined;
  /** The largest residual as a share of its measurement. */
  readonly worst: number;
}

/** Three parameters: with fewer loads there is nothing to fit. */
export const LOADS_NEEDED = 3;
/** With so many, the fit is checked by more points than it has parameters, twice over. */
export const LOADS_ADVISED = 6;
/** Below this the curve does not describe the points, and nothing is concluded from it. */
export const R2_NEEDED = 0.9;

type Coefficients = readonly [gamma: number, sigma: number, kappa: number];

const throughput =
  ([gamma, sigma, kappa]: Coefficients) =>
  (n: number): number =>
    (gamma * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1));

/** Least squares with σ, κ ≥ 0 and γ > 0. The order of the points does not matter. Undefined where there are too few loads. */
export async function fitUsl(given: readonly Measurement[]): Promise<Scalability | undefined> {
  const points = [...given].sort((a, b) => a.n - b.n || a.x - b.x);
  const loads = new Set(points.map(({ n }) => n)).size;
  if (loads < LOADS_NEEDED) return undefined;
  const { levenbergMarquardt } = await import('ml-levenberg-marquardt');
  // Everything near 1, or the damping of the three would be of three sizes.
  const top = Math.max(...points.map(({ x }) => x));
  const far = Math.max(...points.map(({ n }) => n), 2);
  const scale = [top / far, 1 / far, 1 / far ** 2] as const;
  const unscale = (p: readonly number[]): Coefficients => [
    (p[0] as number) * scale[0],
    (p[1] as number) * scale[1],
    (p[2] as number) * scale[2],
  ];
  const squares = (p: readonly number[]): number => {
    const at = throughput(unscale(p));
    return points.reduce((sum, { n, x }) => sum + ((x - at(n)) / top) ** 2, 0);
  };
  const data = { x: points.map(({ n }) => n), y: points.map(({ x }) => x / top) };
  const solve = (start: readonly number[], fixed: readonly boolean[]): number[] => {
    let best = [...start];
    // The library's step is bounded by its iterations; going on from where it stopped ends where nothing improves.
    for (let round = 0; round < 20; round++) {
      const { parameterValues } = levenbergMarquardt(
        data,
        (p) => {
          const at = throughput(unscale(p));
          return (n) => at(n) / top;
        },
        {
          initialValues: best,
          minValues: [1e-9, 0, 0],
          maxValues: fixed.map((is) => (is ? 0 : 1e6)),
          jacobianFunction: (p) => {
            const [gamma, sigma, kappa] = unscale(p);
            return (n) => {
              const below = 1 + sigma * (n - 1) + kappa * n * (n - 1);
              const part = -(gamma * n) / below ** 2 / top;
              return [(n / below / top) * scale[0], fixed[1] ? 0 : part * (n - 1) * scale[1], fixed[2] ? 0 : part * n * (n - 1) * scale[2]];
            };
          },
          damping: 1e-3,
          maxIterations: 200,
          errorTolerance: 1e-14,
          improvementThreshold: 0,
        },
      );
      const before = squares(best);
      const now = parameterValues.every(Number.isFinite) ? squares(parameterValues) : Number.POSITIVE_INFINITY;
      if (!(now < before)) break;
      best = parameterValues;
      if (before - now <= 1e-14 * before) break;
    }
    return best;
  };
  const starts = [
    { start: guess(points, top, far), fixed: [false, false, false] },
    { start: [1, 0.5, 0.5], fixed: [false, false, false] },
    // On the edges of what is allowed: Amdahl's law, pure coherency, a straight line.
    { start: [1, 0.5, 0], fixed: [false, false, true] },
    { start: [1, 0, 0.5], fixed: [false, true, false] },
    { start: [1, 0, 0], fixed: [false, true, true] },
  ];
  const solved = starts.map(({ start, fixed }) => solve(start, fixed)).map((p) => ({ p, error: squares(p) }));
  const { p } = solved.reduce((a, b) => (b.error < a.error * (1 - 1e-9) ? b : a));
  return describe(unscale(p), points, loads);
}

/** From the parabola that N/X is in N: linear least squares, in Gunther's own way; only a start. */
function guess(points: readonly Measurement[], top: number, far: number): number[] {
  // N/X = (1 + σ(N−1) + κN(N−1))/γ = a + b·u + c·v with u = (N−1)/far, v = N(N−1)/far².
  const rows = points.map(({ n, x }) => [1, (n - 1) / far, (n * (n - 1)) / far ** 2, ((n / x) * top) / far] as const);
  const m = [0, 1, 2].map((i) => [0, 1, 2, 3].map((j) => rows.reduce((sum, row) => sum + (row[i] as number) * (row[j] as number), 0)));
  for (let i = 0; i < 3; i++) {
    const pivot = (m[i] as number[])[i] as number;
    if (Math.abs(pivot) < 1e-12) return [1, 0.5, 0.5];
    for (let j = 0; j < 3; j++) {
      if (j === i) continue;
      const factor = ((m[j] as number[])[i] as number) / pivot;
      for (let k = i; k < 4; k++) (m[j] as number[])[k] = ((m[j] as number[])[k] as number) - factor * ((m[i] as number[])[k] as number);
    }
  }
  const [a, b, c] = [0, 1, 2].map((i) => ((m[i] as number[])[3] as number) / ((m[i] as number[])[i] as number)) as [number, number, number];
  if (!(a > 0)) return [1, 0.5, 0.5];
  return [1 / a, Math.max(0, b / a), Math.max(0, c / a)];
}

function describe(coefficients: Coefficients, points: readonly Measurement[], loads: number): Scalability {
  // What is nothing beside its term at the largest load is nothing.
  const far = Math.max(...points.map(({ n }) => n));
  const [gamma, s, k] = coefficients;
  const sigma = s * far < 1e-7 ? 0 : s;
  const kappa = k * far * far < 1e-7 ? 0 : k;
  const at = throughput([gamma, sigma, kappa]);
  const peak = kappa > 0 ? Math.sqrt(Math.max(0, 1 - sigma) / kappa) : Number.POSITIVE_INFINITY;
  const mean = points.reduce((sum, { x }) => sum + x, 0) / points.length;
  const residual = points.reduce((sum, { n, x }) => sum + (x - at(n)) ** 2, 0);
  const total = points.reduce((sum, { x }) => sum + (x - mean) ** 2, 0);
  return {
    gamma,
    sigma,
    kappa,
    peak: Math.max(1, peak),
    most: Number.isFinite(peak) ? at(Math.max(1, peak)) : sigma > 0 ? gamma / sigma : Number.POSITIVE_INFINITY,
    at,
    fit: {
      points: points.length,
      loads,
      r2: total > 0 ? 1 - residual / total : residual === 0 ? 1 : 0,
      error: points.length > 3 ? Math.sqrt(residual / (points.length - 3)) : undefined,
      worst: Math.max(...points.map(({ n, x }) => Math.abs(x - at(n)) / x)),
    },
  };
}
