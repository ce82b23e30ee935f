import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { erlangC, fewest, idle, inSystem, lost, queue, weeksUntil } from '../../../src/planner/capacity/laws.ts';
import { fitUsl, type Scalability } from '../../../src/planner/capacity/usl.ts';
import { cisco, queues, raytracer, relative, specsdm91 } from './published.ts';

const fitted = async (points: readonly (readonly [number, number])[]): Promise<Scalability> =>
  (await fitUsl(points.map(([n, x]) => ({ n, x })))) as Scalability;
/** To as many digits as were published, and to three at least. */
const digits = (value: number, count = 3): string => value.toPrecision(count);

describe('the Universal Scalability Law gives the published coefficients to three digits', () => {
  test('SPEC SDM91 (R package usl, after Gunther 2007)', async () => {
    const { sigma, kappa, gamma, peak, most, fit: quality } = await fitted(specsdm91.points);
    expect(digits(sigma)).toBe(digits(specsdm91.sigma));
    expect(digits(kappa)).toBe(digits(specsdm91.kappa));
    expect(digits(gamma)).toBe(digits(specsdm91.gamma));
    expect(digits(peak, 5)).toBe(digits(specsdm91.peak, 5));
    expect(digits(most, 4)).toBe(digits(specsdm91.most, 4));
    expect(digits(quality.error as number, 4)).toBe(digits(specsdm91.error, 4));
  });

  test('the ray tracer (R package usl, after Gunther 2007): no coherency, so no peak', async () => {
    const { sigma, kappa, gamma, peak, most, fit: quality } = await fitted(raytracer.points);
    expect(digits(sigma)).toBe(digits(raytracer.sigma));
    expect(kappa).toBe(0);
    expect(digits(gamma)).toBe(digits(raytracer.gamma));
    expect(peak).toBe(Number.POSITIVE_INFINITY);
    expect(digits(most)).toBe(digits(raytracer.most));
    expect(digits(quality.error as number)).toBe(digits(raytracer.error));
  });

  test("the solver's own test in the R package usl", async () => {
    const { sigma, kappa, gamma } = await fitted(relative.points);
    expect([sigma, kappa, gamma].map((value) => digits(value))).toEqual(['0.0200', '0.0200', '1.00']);
  });

  test("Schwartz's book, Cisco", async () => {
    const { sigma, kappa, gamma, peak, at } = await fitted(cisco.points);
    expect(digits(sigma, 5)).toBe(digits(cisco.sigma, 5));
    expect(digits(kappa, 5)).toBe(digits(cisco.kappa, 5));
    expect(digits(gamma, 5)).toBe(digits(cisco.gamma, 5));
    // The book takes whole users, and cuts off.
    expect(Math.floor(peak)).toBe(cisco.peak);
    expect(Math.floor(at(Math.floor(peak)))).toBe(cisco.most);
  });
});

describe.each(queues)('M/M/c: $source', (one) => {
  const { waits, wait } = queue(one.servers, one.perMinute, one.service);
  const offered = one.perMinute * one.service;
  test('gives the published results', () => {
    expect((inSystem(one.perMinute, wait) + offered).toFixed(2)).toBe(one.inSystem.toFixed(2));
    if ('wait' in one) {
      expect((wait / one.service).toFixed(3)).toBe(one.waitInServices.toFixed(3));
      expect(wait.toFixed(2)).toBe(one.wait.toFixed(2));
      expect((wait + one.service).toFixed(2)).toBe(one.inSystemFor.toFixed(2));
      expect(inSystem(one.perMinute, wait).toFixed(2)).toBe(one.inQueue.toFixed(2));
    }
    if ('idle' in one) expect(idle(one.servers, offered).toFixed(3)).toBe(one.idle.toFixed(3));
    expect(waits).toBeLessThan(1);
  });
});

describe('the laws hold for every load', () => {
  const rate = fc.double({ min: 0.01, max: 5000, noNaN: true });
  const service = fc.double({ min: 0.0001, max: 2, noNaN: true });

  it('more servers never make anybody wait longer, and more load never less', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), rate, service, (servers, perSecond, seconds) => {
        const { wait, waits } = queue(servers, perSecond, seconds);
        expect(waits).toBeGreaterThanOrEqual(0);
        expect(waits).toBeLessThanOrEqual(1);
        expect(queue(servers + 1, perSecond, seconds).wait).toBeLessThanOrEqual(wait);
        expect(queue(servers, perSecond * 1.1, seconds).wait).toBeGreaterThanOrEqual(wait * (1 - 1e-9));
      }),
    );
  });

  it('one server is the M/M/1 queue: it waits as often as it is busy', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), (used) => {
        expect(erlangC(1, used)).toBeCloseTo(used, 9);
        expect(queue(1, used, 1).wait).toBeCloseTo(used / (1 - used), 6);
        expect(idle(1, used)).toBeCloseTo(1 - used, 9);
      }),
    );
  });

  it('more load never needs fewer servers, and what is counted is enough, with a zone lost too', () => {
    const busy = fc.double({ min: 0, max: 500, noNaN: true });
    fc.assert(
      fc.property(busy, busy, fc.integer({ min: 1, max: 4 }), (a, b, zones) => {
        const [low, high] = a <= b ? [a, b] : [b, a];
        const of = (used: number): number =>
          fewest({ used, servers: 1, zones, capacity: (n) => n, most: 10_000 }, 0.6, 0.8, 2) ?? Number.NaN;
        const n = of(high);
        expect(n).toBeGreaterThanOrEqual(of(low));
        expect(high / n).toBeLessThanOrEqual(0.6 + 1e-6);
        expect(high / (n - lost(n, zones))).toBeLessThanOrEqual(0.8 + 1e-6);
      }),
    );
  });

  it('growth meets the threshold after the weeks that were computed', () => {
    expect(weeksUntil(0.7, 0.6, 0.1)).toBe(0);
    expect(weeksUntil(0.3, 0.6, 0)).toBeUndefined();
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 0.59, noNaN: true }), fc.double({ min: 0.001, max: 2, noNaN: true }), (now, growth) => {
        expect(now * (1 + growth) ** (weeksUntil(now, 0.6, growth) as number)).toBeCloseTo(0.6, 6);
      }),
    );
  });
});

describe('the fit', () => {
  const gamma = fc.double({ min: 1, max: 5000, noNaN: true });
  const sigma = fc.double({ min: 0, max: 0.5, noNaN: true });
  const kappa = fc.double({ min: 0, max: 0.01, noNaN: true });
  const loads = [1, 2, 4, 8, 12, 16, 24, 32];
  const law = (g: number, s: number, k: number, n: number): number => (g * n) / (1 + s * (n - 1) + k * n * (n - 1));

  it('finds the coefficients that points were made with', async () => {
    await fc.assert(
      fc.asyncProperty(gamma, sigma, kappa, async (g, s, k) => {
        const found = await fitted(loads.map((n) => [n, law(g, s, k, n)]));
        expect(found.gamma / g).toBeCloseTo(1, 3);
        expect(found.sigma).toBeCloseTo(s, 3);
        expect(found.kappa).toBeCloseTo(k, 4);
      }),
      { numRuns: 60 },
    );
  });

  it('follows points with 2 % of noise as closely as the noise lets it', async () => {
    const noise = fc.array(fc.double({ min: -0.02, max: 0.02, noNaN: true }), { minLength: 8, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(gamma, sigma, kappa, noise, async (g, s, k, errors) => {
        const points = loads.map((n, i) => [n, law(g, s, k, n) * (1 + (errors[i] as number))] as const);
        const found = await fitted(points);
        expect(found.sigma).toBeGreaterThanOrEqual(0);
        expect(found.kappa).toBeGreaterThanOrEqual(0);
        const squares = (at: (n: number) => number): number => points.reduce((sum, [n, x]) => sum + (x - at(n)) ** 2, 0);
        // No worse than the truth: that is what least squares means. Without noise both are zero but for rounding, which
        // grows with the throughput.
        const rounding = 1e-9 * points.reduce((sum, [, x]) => sum + x ** 2, 0);
        expect(squares(found.at)).toBeLessThanOrEqual(squares((n) => law(g, s, k, n)) * (1 + 1e-6) + rounding);
      }),
      { numRuns: 60 },
    );
  });

  it('does not depend on the order of the points', async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...specsdm91.points], { minLength: 7, maxLength: 7 }), async (points) => {
        const { at: _, ...one } = await fitted(points);
        const { at: __, ...other } = await fitted(specsdm91.points);
        expect(one).toEqual(other);
      }),
      { numRuns: 10 },
    );
  });

  it('is none with fewer than three loads', async () => {
    expect(
      await fitUsl([
        { n: 1, x: 10 },
        { n: 1, x: 11 },
        { n: 2, x: 20 },
      ]),
    ).toBeUndefined();
  });
});
