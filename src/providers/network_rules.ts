import type { Effect } from '../core/plan.ts';
import { isWorld } from '../resources/fields.ts';
import type { Rule } from '../resources/firewall.ts';
import type { Spec } from '../resources/index.ts';
import type { Context } from './provider.ts';

/** Ports that nobody means to open to the whole internet: remote access, databases, caches, an engine's API. */
export const SENSITIVE: Readonly<Record<number, string>> = {
  22: 'SSH',
  2375: "Docker's API, which is root for everybody",
  3306: 'MySQL',
  3389: 'remote desktop',
  5432: 'PostgreSQL',
  6379: 'Redis',
  9200: 'Elasticsearch',
  11211: 'Memcached',
  27017: 'MongoDB',
};

export const WORLD: readonly string[] = ['0.0.0.0/0', '::/0'];

/** A rule with its sides filled in. */
export interface FullRule extends Rule {
  /** Sources of an inbound rule, destinations of an outbound one. */
  readonly ranges: readonly string[];
  /** First and last port; undefined for ICMP and for every port. */
  readonly ports: readonly [number, number] | undefined;
}

/**
 * A firewall's rules with safe defaults: web ports are open to everybody, anything else only to the plan's own
 * network. What is opened to the world on a port that should not be is warned of.
 */
export function fullRules(spec: Spec<'firewall'>, cx: Context): FullRule[] {
  return spec.rules.map((rule, i) => {
    const ports = rule.port === undefined || rule.port === 'any' ? undefined : (rule.port.split('-').map(Number) as [number, number?]);
    const range = ports === undefined ? undefined : ([ports[0], ports[1] ?? ports[0]] as const);
    const ranges = rule.direction === 'out' ? (rule.to ?? rule.from ?? WORLD) : (rule.from ?? defaultSources(spec, cx, rule, i));
    if (ranges.length === 0) cx.fail(`rules[${i}].from`, { message: 'is empty; give at least one range, or leave the rule out.' });
    for (const one of ranges.filter(isDocumentation))
      cx.warn(`${one} in firewall ${spec.name} stands for an example: put in your own address, which curl -s https://ifconfig.me shows`);
    if (rule.direction === 'in' && ranges.some(isWorld) && rule.protocol !== 'icmp') {
      const open =
        range === undefined
          ? 'every port'
          : Object.entries(SENSITIVE)
              .filter(([port]) => Number(port) >= range[0] && Number(port) <= range[1])
              .map(([port, what]) => `port ${port} (${what})`)
              .join(', ');
      if (open !== '')
        cx.warn(
          `firewall ${spec.name} opens ${open} to the whole internet, because the request says so; give "from" the addresses that need it`,
        );
    }
    return { ...rule, ranges, ports: range };
  });
}

/** Ranges that RFC 5737 and RFC 3849 keep for documentation. */
const isDocumentation = (range: string): boolean => /^(?:192\.0\.2|198\.51\.100|203\.0\.113)\.|^2001:0?db8:/i.test(range);

function defaultSources(spec: Spec<'firewall'>, cx: Context, rule: Rule, i: number): readonly string[] {
  if (rule.protocol === 'icmp') return WORLD;
  if (rule.port === '80' || rule.port === '443') {
    cx.assume(`firewall ${spec.name}: port ${rule.port} is open to everybody, as for a web site`);
    return WORLD;
  }
  const networks = cx.all('network');
  const network = spec.network !== undefined ? cx.spec('network', spec.network) : networks.length === 1 ? networks[0] : undefined;
  if (network === undefined) {
    return cx.fail(`rules[${i}].from`, {
      message: `is missing; who may reach port ${rule.port}? Give your own address, like ["203.0.113.7/32"], or a network's range.`,
    });
  }
  cx.assume(`firewall ${spec.name}: port ${rule.port} is open to network ${network.name} (${network.cidr}) only`);
  return [network.cidr];
}

/** What a firewall lets in from the internet, as effects. */
export function exposures(spec: Spec<'firewall'>, rules: readonly FullRule[]): Effect[] {
  return rules
    .filter((rule) => rule.direction === 'in' && rule.protocol !== 'icmp' && rule.ranges.some(isWorld))
    .map((rule) => ({
      kind: 'exposes',
      port: `${rule.port ?? 'any'}/${rule.protocol}`,
      to: 'the internet',
      what: `servers behind firewall ${spec.name}`,
    }));
}
