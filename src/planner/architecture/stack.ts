/** What can be read off a stack: its parts, and what there is but one of. */
import type { Stack } from './shape.ts';

export type { Stack } from './shape.ts';

export interface Resource extends Readonly<Record<string, unknown>> {
  readonly kind: string;
  readonly name: string;
}

export interface Component {
  readonly what: string;
  readonly count: number;
  readonly vcpu?: number;
  readonly memoryGb?: number;
  readonly diskGb?: number;
}

export const names = (value: unknown): string[] => (Array.isArray(value) ? (value as string[]) : typeof value === 'string' ? [value] : []);

export const targetsOf = (balancer: Readonly<Record<string, unknown>>): string[] => names(balancer.targets);

/** The applications' servers run Docker; a database's own server does not. */
export const isApp = (one: Readonly<Record<string, unknown>>): boolean => one.kind === 'server' && one.docker === true;

interface Size {
  readonly vcpu?: number;
  readonly memoryGb?: number;
}

const TITLES: Readonly<Record<string, string>> = {
  load_balancer: 'load balancer',
  database: 'managed database',
  bucket: 'bucket',
  volume: 'volume',
  compose: 'Compose project',
};

/** What a stack is made of, for a person: what is alike is counted. */
export function components(stack: Stack): Component[] {
  const all = new Map<string, { one: Component; count: number }>();
  const lone = stack.resources.filter((one) => one.kind === 'server').length === 1;
  const balanced = stack.resources.some((one) => one.kind === 'load_balancer');
  for (const one of stack.resources) {
    const size = typeof one.size === 'object' && one.size !== null ? (one.size as Size) : {};
    const what =
      one.kind === 'server'
        ? isApp(one)
          ? lone
            ? 'server with everything on it'
            : balanced
              ? 'application server'
              : 'worker'
          : 'database server, run by yourself'
        : one.kind === 'database'
          ? `managed database${one.highAvailability === true ? ' with a standby' : ''}`
          : TITLES[one.kind];
    if (what === undefined) continue;
    const disk = (one.storageGb ?? one.sizeGb) as number | undefined;
    const component: Component = {
      what,
      count: 1,
      ...(size.vcpu === undefined ? {} : { vcpu: size.vcpu }),
      ...(size.memoryGb === undefined ? {} : { memoryGb: size.memoryGb }),
      ...(disk === undefined ? {} : { diskGb: disk }),
    };
    const key = JSON.stringify(component);
    const known = all.get(key);
    if (known === undefined) all.set(key, { one: component, count: 1 });
    else known.count += 1;
  }
  return [...all.values()].map(({ one, count }) => ({ ...one, count }));
}

/** Servers and databases whose loss is an outage. */
export const alone = (stack: Stack): string[] => weakPoints(stack).filter((point) => /^(?:server|database) /.test(point));

/** What there is but one of. */
export function weakPoints(stack: Stack): string[] {
  const points: string[] = [];
  const regions = new Set(stack.resources.map((one) => one.region ?? stack.region));
  const balancers = stack.resources.filter((one) => one.kind === 'load_balancer');
  const served = new Set(balancers.flatMap(targetsOf));
  const unserved = stack.resources.filter((one) => one.kind === 'server' && !served.has(one.name));
  const apps = unserved.filter(isApp);
  const databases = unserved.filter((one) => !isApp(one));
  for (const group of [apps, databases]) if (group.length === 1) points.push(`server ${group[0]?.name}`);
  if (databases.length > 1) points.push(`the primary of ${databases.map((one) => one.name).join(', ')}, until the other is promoted`);
  for (const one of stack.resources) {
    if (one.kind === 'database' && one.highAvailability !== true) points.push(`database ${one.name}, which has no standby`);
    if (one.kind === 'volume') points.push(`volume ${one.name}: back it up`);
  }
  for (const balancer of balancers) if (targetsOf(balancer).length < 2) points.push(`the one server behind ${balancer.name}`);
  if (regions.size === 1 && stack.region !== undefined) points.push(`region ${stack.region}`);
  if (stack.provider === 'docker') points.push('the machine that runs Docker');
  return points;
}
