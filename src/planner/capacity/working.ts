import { inSystem, lost, usedWith, weeksUntil } from './laws.ts';
import type { Measured } from './measured.ts';
import { LIMIT, type Model } from './model.ts';
import { LOADS_ADVISED, LOADS_NEEDED } from './usl.ts';
import { many, num, pct, time, waitWords, weeks } from './words.ts';

/** The formulas with the user's numbers in them, a line each. */
export function working(m: Measured, model: Model): string[] {
  const { used, rate, demand, line, processors, unit, usl } = model;
  const lines: string[] = [];
  if (used !== undefined && model.usedBy === 'cpu')
    lines.push(
      `busy (utilisation law): ${pct(used)} × ${m.vcpu === undefined ? '' : `${m.vcpu} × `}${many(m.servers, 'server')} = ${num(used * processors)} of ${many(processors, unit)}`,
    );
  if (used !== undefined && model.usedBy === 'throughput' && rate !== undefined)
    lines.push(`load: ${num(rate)}/s of ${num(rate / used)}/s = ${pct(used)}`);
  if (used !== undefined && model.usedBy === 'demand' && rate !== undefined && demand !== undefined)
    lines.push(`CPU (utilisation law): ${num(rate)}/s × ${time(demand)} / ${many(processors, unit)} = ${pct(used)}`);
  if (demand !== undefined && rate !== undefined && used !== undefined && model.usedBy === 'cpu')
    lines.push(`${unit} time a request: ${num(used * processors)} / ${num(rate)}/s = ${time(demand)}`);
  const latency = m.mean ?? m.p50;
  if (rate !== undefined && latency !== undefined)
    lines.push(
      `in the system (Little): ${num(rate)}/s × ${num(latency)} ms${m.mean === undefined ? ' (median)' : ''} = ${num(inSystem(rate, latency / 1000))}`,
    );
  if (line !== undefined)
    lines.push(
      Number.isFinite(line.wait)
        ? `waiting (M/M/${num(processors)}, Erlang C): ${pct(line.waits)} of requests wait, ${time(line.wait)} in the mean, 95 % of all ${waitWords(line.percentile(0.95))}`
        : `waiting (M/M/${num(processors)}): the line only grows`,
    );
  const gone = lost(m.servers, m.zones);
  if (gone > 0 && used !== undefined && !(model.curve !== undefined && m.axis === 'servers'))
    lines.push(
      `with ${m.zones > 1 ? `one of ${m.zones} zones` : 'one server'} gone: ${pct(used)} × ${m.servers} / ${m.servers - gone} = ${pct(usedWith({ used, servers: m.servers, zones: m.zones, capacity: (n) => n, most: 1 }, m.servers - gone))}`,
    );
  if (used !== undefined && m.growth !== undefined && m.growth > 0) {
    const until = weeksUntil(used, LIMIT.cpu, m.growth / 100);
    if (until !== undefined && until > 0)
      lines.push(
        `growth: ln(${pct(LIMIT.cpu)} / ${pct(used)}) / ln(${num(1 + m.growth / 100, 4)}) = ${num(until)}: ${weeks(until)} until CPU ${pct(LIMIT.cpu)}`,
      );
  }
  if (usl !== undefined) {
    const { fit } = usl;
    lines.push(
      `scalability (USL, least squares): γ ${num(usl.gamma)}/s, σ ${num(usl.sigma)}, κ ${num(usl.kappa)}; ${Number.isFinite(usl.peak) ? `peak √((1 − σ)/κ) = ${num(usl.peak)} ${m.axis === 'servers' ? 'servers' : 'in the system'}, ${num(usl.most)}/s` : Number.isFinite(usl.most) ? `no peak, limit γ/σ = ${num(usl.most)}/s` : 'no limit seen'}`,
      `fit: ${many(fit.points, 'point')} at ${many(fit.loads, 'load')} (${LOADS_NEEDED} needed, ${LOADS_ADVISED} advised), R² ${num(fit.r2)}, largest error ${pct(fit.worst)}${model.curve === undefined ? ': too poor to conclude from' : ''}${reach(m, usl.peak)}`,
    );
  } else if (m.points.length > 0)
    lines.push(`scalability (USL): ${many(new Set(m.points.map(({ n }) => n)).size, 'load')} of the ${LOADS_NEEDED} needed`);
  return lines;
}

function reach(m: Measured, peak: number): string {
  const far = m.points.reduce((top, { n }) => Math.max(top, n), 0);
  return Number.isFinite(peak) && peak > far ? `; the peak lies beyond what was measured (${num(far)})` : '';
}
