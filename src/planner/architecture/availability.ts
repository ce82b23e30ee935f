import type { ProviderId } from '../../providers/provider.ts';
import { type Part, SLAS, type Sla } from './sla.ts';
import { type Resource, type Stack, targetsOf } from './stack.ts';

/** What the published promises of a stack's parts come to. */
export interface Achieved {
  /** Per cent of a month; null where no part has a promise. An upper bound where `without` is not empty. */
  readonly percent: number | null;
  /** How it comes about. */
  readonly working: string;
  /** The parts in the way of every request that no promise is published for. */
  readonly without: readonly string[];
  readonly sources: readonly string[];
}

/** A part, or several of which one is enough: how likely it is up, and in words. */
interface Block {
  readonly up: number;
  readonly text: string;
}

/** Never rounded up to 100: what stands in parallel is not certain. */
const percent = (up: number): string => `${Math.floor(Number((up * 1e6).toFixed(6))) / 1e4} %`;

/**
 * The promises of a stack: in series what every request needs, in parallel what stands in for each other. Only what a
 * provider has published counts; it is what credits are paid for, and leaves out one's own deployments and mistakes.
 */
export function achieved(stack: Stack): Achieved {
  const slas = SLAS[stack.provider as ProviderId] ?? {};
  const without: string[] = [];
  const used = new Map<string, Sla>();
  const block = (part: Part, what: string): Block => {
    const sla = slas[part];
    if (sla === undefined) {
      without.push(what);
      return { up: 1, text: `${what} (no promise)` };
    }
    used.set(sla.source, sla);
    return { up: sla.percent / 100, text: `${what} ${sla.percent} %` };
  };
  const series = (blocks: readonly Block[]): Block => ({
    up: blocks.reduce((product, one) => product * one.up, 1),
    text: blocks.map((one) => one.text).join(' x '),
  });
  const parallel = (blocks: readonly Block[], most: Sla | undefined): Block => {
    if (blocks.length === 1) return blocks[0] as Block;
    const up = 1 - blocks.reduce((product, one) => product * (1 - one.up), 1);
    const bound = most === undefined ? 1 : most.percent / 100;
    if (bound < up && most !== undefined) used.set(most.source, most);
    return {
      up: Math.min(up, bound),
      text: `[${blocks.length} in parallel of ${(blocks[0] as Block).text}: ${percent(Math.min(up, bound))}${bound < up ? ', all that a region is promised' : ''}]`,
    };
  };
  const of = (kind: string): Resource[] => stack.resources.filter((one) => one.kind === kind);
  const server = (one: Resource): Block =>
    series([
      block('server', 'server'),
      ...of('volume')
        .filter((volume) => volume.server === one.name)
        .map(() => block('volume', 'volume')),
    ]);

  const balancers = of('load_balancer');
  const served = new Set(balancers.flatMap(targetsOf));
  const others = of('server').filter((one) => !served.has(one.name));
  const apps = others.filter((one) => one.docker === true);
  const databases = others.filter((one) => one.docker !== true);
  const path: Block[] = [];
  if (balancers.length > 0) {
    const sites = balancers.map((one) =>
      series([
        block('load_balancer', 'load balancer'),
        parallel(
          of('server')
            .filter((server) => targetsOf(one).includes(server.name))
            .map(server),
          slas.region,
        ),
      ]),
    );
    path.push(parallel(sites, undefined));
  }
  if (apps.length > 0) path.push(parallel(apps.map(server), slas.region));
  if (databases.length > 0) path.push(parallel(databases.map(server), undefined));
  for (const one of of('database'))
    path.push(
      block(
        one.highAvailability === true ? 'database_ha' : 'database',
        one.highAvailability === true ? 'database with a standby' : 'database',
      ),
    );
  if (path.length === 0) for (const _ of of('bucket')) path.push(block('bucket', 'bucket'));
  if (stack.provider === 'docker') without.push('the machine that runs Docker');
  const whole = series(path);
  return {
    percent: used.size === 0 ? null : Math.floor(Number((whole.up * 1e6).toFixed(6))) / 1e4,
    working:
      path.length === 0
        ? ''
        : `${whole.text} = ${used.size === 0 ? 'unknown' : `${without.length > 0 ? 'at most ' : ''}${percent(whole.up)}`}`,
    without: [...new Set(without)],
    sources: [...used.values()].map((sla) => `${sla.source} (${sla.asOf})`).sort(),
  };
}

/** Minutes a month that may be lost at a share of the time. */
export const downMinutes = (percentUp: number): number => (1 - percentUp / 100) * 730 * 60;

/** 43 minutes, 3.6 hours: what an availability means. */
export function downText(percentUp: number): string {
  const minutes = downMinutes(percentUp);
  if (minutes < 90) return `${Number(minutes.toPrecision(2))} minutes a month`;
  return `${Number((minutes / 60).toPrecision(2))} hours a month`;
}
