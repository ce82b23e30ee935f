import type { Curve, Mark, Place, Plot } from '../../core/plot.ts';
import type { Finding } from './finding.ts';
import { queue } from './laws.ts';
import type { Measured } from './measured.ts';
import type { Model } from './model.ts';
import { many, num, time } from './words.ts';

/** Points of a curve: enough for a smooth line at the width of a chat. */
const STEPS = 120;

/** What a verdict looks like: the curve over servers or load, or the wait over load. Undefined where neither was measured. */
export function plotOf(m: Measured, model: Model, finding: Pick<Finding, 'to' | 'change'>): Plot | undefined {
  return model.curve !== undefined ? scalability(m, model, finding) : waiting(m, model, finding);
}

const curveOf = (at: (x: number) => number, from: number, to: number): Place[] =>
  Array.from({ length: STEPS + 1 }, (_, i) => from + ((to - from) * i) / STEPS).map((x): Place => [x, at(x)]);

function scalability(m: Measured, { curve, rate }: Model, { to }: Pick<Finding, 'to'>): Plot | undefined {
  if (curve === undefined) return undefined;
  const far = m.points.reduce((top, { n }) => Math.max(top, n), m.axis === 'servers' ? Math.max(m.servers, to ?? 1) : 1);
  const peak = Number.isFinite(curve.peak) && curve.peak <= far * 1.6 ? curve.peak : undefined;
  const xMax = Math.max(far, peak ?? 0) * 1.08;
  const yMax = Math.max(...m.points.map(({ x }) => x), ...curveOf(curve.at, 0, xMax).map(([, y]) => y)) * 1.12;
  const marks: Mark[] = [];
  if (m.axis === 'servers') {
    marks.push({
      at: [m.servers, curve.at(m.servers)],
      label: `now: ${many(m.servers, 'server')}, ${num(curve.at(m.servers))}/s at most`,
      is: 'now',
    });
    if (to !== undefined && to !== m.servers)
      marks.push({ at: [to, curve.at(to)], label: `then: ${num(to)}, ${num(curve.at(to))}/s`, is: 'next' });
  } else if (peak !== undefined) marks.push({ at: [peak, curve.most], label: `most: ${num(curve.most)}/s`, is: 'next' });
  const curves: Curve[] = [
    { label: 'Universal Scalability Law', points: curveOf(curve.at, 0, xMax) },
    {
      label: 'if it were linear',
      points: [
        [0, 0],
        [Math.min(xMax, yMax / curve.gamma), Math.min(yMax, curve.gamma * xMax)],
      ],
      is: 'ideal',
    },
    ...(rate === undefined || m.axis !== 'servers' || rate > yMax
      ? []
      : [
          {
            label: `load now, ${num(rate)}/s`,
            points: [
              [0, rate],
              [xMax, rate],
            ] as const,
            is: 'load' as const,
          },
        ]),
  ];
  return {
    title: m.axis === 'servers' ? 'Throughput against servers' : 'Throughput against load',
    x: m.axis === 'servers' ? 'servers' : 'requests in the system at once',
    y: 'throughput (requests/s)',
    curves,
    points: m.points.map(({ n, x }): Place => [n, x]),
    marks,
    ...(peak === undefined ? {} : { line: { at: peak, label: `peak at ${num(peak)}` } }),
    xMax,
    yMax,
  };
}

/** Time at the processors against load, with what there is and with what is advised. */
function waiting(
  m: Measured,
  { rate, demand, processors, unit, line }: Model,
  { to, change }: Pick<Finding, 'to' | 'change'>,
): Plot | undefined {
  if (rate === undefined || demand === undefined || line === undefined) return undefined;
  const each = processors / m.servers;
  const next =
    to !== undefined
      ? to * each
      : change?.kind === 'resize' && change.need.vcpu !== undefined && unit === 'processor'
        ? m.servers * change.need.vcpu
        : processors;
  const of =
    (c: number) =>
    (load: number): number =>
      (demand + queue(c, load, demand).wait) * 1000;
  const most = Math.max(processors, next) / demand;
  const xMax = Math.max(most * 1.02, rate * 1.1);
  const seen = [of(processors)(rate), of(next)(rate)].filter(Number.isFinite);
  const yMax = Math.max(demand * 5000, ...seen.map((ms) => ms * 1.35));
  const words = (c: number): string => many(c, unit);
  // Up to the top of the picture, where the line is as good as upright.
  const upTo = (c: number): Place[] => curveOf(of(c), 0, (c / demand) * 0.9999).filter(([, y]) => Number.isFinite(y) && y <= yMax * 4);
  const mark = (c: number, is: Mark['is']): Mark[] => {
    const ms = of(c)(rate);
    return Number.isFinite(ms)
      ? [{ at: [rate, ms], label: `${is === 'now' ? 'now' : 'then'}: ${num(rate)}/s, ${time(ms / 1000)}`, is }]
      : [];
  };
  return {
    title: 'Time at the processors against load (M/M/c)',
    x: 'load (requests/s)',
    y: 'mean time (ms), waiting included',
    curves: [
      { label: `${words(processors)} (now)`, points: upTo(processors) },
      ...(next === processors ? [] : [{ label: words(next), points: upTo(next) }]),
    ],
    points: [],
    marks: [...mark(processors, 'now'), ...(next === processors ? [] : mark(next, 'next'))],
    ...(Number.isFinite(processors / demand) && processors / demand <= xMax
      ? { line: { at: processors / demand, label: `limit now: ${num(processors / demand)}/s` } }
      : {}),
    xMax,
    yMax,
  };
}
