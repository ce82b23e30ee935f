import type { Stack } from './shape.ts';
import type { Need } from './sizing.ts';

export interface Component {
  readonly what: string;
  readonly count: number;
  readonly vcpu?: number;
  readonly memoryGb?: number;
  readonly diskGb?: number;
}

/** What a stack is made of, for a person. */
export function components(
  stack: Stack | undefined,
  servers: { readonly count: number; readonly each: Need },
  database: Need,
  diskGb: number,
): Component[] {
  if (stack === undefined) return [];
  const of = (kind: string): number => stack.resources.filter((one) => one.kind === kind).length;
  const list: Component[] = [];
  const servedBy = new Set(stack.resources.filter((one) => one.kind === 'load_balancer').flatMap((one) => one.targets as string[]));
  const apps = stack.resources.filter((one) => one.kind === 'server' && (servedBy.size === 0 || servedBy.has(one.name as string))).length;
  const own = of('server') - apps;
  if (of('load_balancer') > 0) list.push({ what: 'load balancer', count: of('load_balancer') });
  if (apps > 0)
    list.push({ what: servedBy.size === 0 ? 'server with everything on it' : 'application server', count: apps, ...servers.each });
  if (of('database') > 0) list.push({ what: 'managed database', count: of('database'), ...database, diskGb });
  if (own > 0) list.push({ what: 'database server, run by yourself', count: own, ...database, diskGb });
  if (own === 0 && of('volume') > 0) list.push({ what: 'volume', count: of('volume'), diskGb });
  for (const kind of ['bucket', 'compose', 'container']) if (of(kind) > 0) list.push({ what: kind, count: of(kind) });
  return list;
}

/** Servers and databases whose loss is an outage. */
export const alone = (stack: Stack): string[] => weakPoints(stack).filter((point) => /^(?:server|database) /.test(point));

/** What there is but one of. */
export function weakPoints(stack: Stack): string[] {
  const points: string[] = [];
  const regions = new Set(stack.resources.map((one) => one.region ?? stack.region));
  const balancers = stack.resources.filter((one) => one.kind === 'load_balancer');
  const served = new Set(balancers.flatMap((one) => one.targets as string[]));
  const unserved = stack.resources.filter((one) => one.kind === 'server' && !served.has(one.name as string));
  if (unserved.length === 1) points.push(`server ${unserved[0]?.name as string}`);
  else if (unserved.length > 1)
    points.push(`the primary of ${unserved.map((one) => one.name as string).join(', ')}, until the other is promoted`);
  for (const one of stack.resources) {
    const name = one.name as string;
    if (one.kind === 'database' && one.highAvailability !== true) points.push(`database ${name}, which has no standby`);
    if (one.kind === 'volume') points.push(`volume ${name}: back it up`);
  }
  for (const balancer of balancers)
    if ((balancer.targets as string[]).length < 2) points.push(`the one server behind ${balancer.name as string}`);
  if (regions.size === 1 && stack.region !== undefined) points.push(`region ${stack.region}`);
  if (stack.provider === 'docker') points.push('the machine that runs Docker');
  return points;
}
