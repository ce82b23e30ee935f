import type { Need } from './sizing.ts';

/** A stack as generate_provision_command takes it, and as patterns.md writes it. */
export interface Stack {
  readonly provider: string;
  readonly region?: string;
  readonly plan?: string;
  readonly resources: readonly Record<string, unknown>[];
}

export interface Shape {
  readonly region?: string;
  /** The server of a stack that has but one, and each of those behind a load balancer. */
  readonly app: Need;
  /** How many servers stand behind each load balancer of the main region. */
  readonly count: number;
  readonly database: Need;
  readonly diskGb: number;
  /** Other regions of the stack, by what to put in their place. */
  readonly regions?: Readonly<Record<string, string>>;
}

const names = (value: unknown): string[] => (Array.isArray(value) ? (value as string[]) : typeof value === 'string' ? [value] : []);

/**
 * Fits a pattern's stack to a load: sizes, the number of servers behind the load balancer, disks and regions. What
 * the pattern says otherwise stays as it is; the pattern stays the one place that says what belongs together.
 */
export function shape(pattern: Stack, to: Shape): Stack {
  const served = new Set(pattern.resources.filter((one) => one.kind === 'load_balancer').flatMap((one) => names(one.targets)));
  const isApp = (one: Record<string, unknown>): boolean => one.kind === 'server' && (served.size === 0 || served.has(one.name as string));
  const clones = new Map<string, string[]>();
  // The first server behind a balancer of the main region is the one that is copied.
  for (const balancer of pattern.resources) {
    if (balancer.kind !== 'load_balancer' || balancer.region !== undefined) continue;
    const targets = names(balancer.targets);
    const first = targets[0];
    if (first === undefined || clones.has(first)) continue;
    const stem = first.replace(/\d+$/, '');
    const extra: string[] = [];
    for (let n = targets.length + 1; n <= to.count; n++) extra.push(`${stem}${n}`);
    clones.set(first, extra);
  }
  const widen = (value: unknown): unknown =>
    names(value).flatMap((name, i, all) => (i === all.length - 1 ? [name, ...(clones.get(all[0] as string) ?? [])] : [name]));
  const resources = pattern.resources.flatMap((one): Record<string, unknown>[] => {
    const region = one.region === undefined ? {} : { region: to.regions?.[one.region as string] ?? one.region };
    const base = { ...one, ...region };
    switch (one.kind) {
      case 'server': {
        const size = isApp(one) ? to.app : to.database;
        const old = typeof one.size === 'object' && one.size !== null ? (one.size as Record<string, unknown>) : {};
        const sized = { ...base, size: { ...old, ...size } };
        return [sized, ...(clones.get(one.name as string) ?? []).map((name) => ({ ...sized, name }))];
      }
      case 'database':
        return [
          {
            ...base,
            size: { ...to.database },
            access: widen(one.access),
            ...(one.storageGb === undefined ? {} : { storageGb: to.diskGb }),
          },
        ];
      case 'volume':
        return [{ ...base, ...(one.sizeGb === undefined ? {} : { sizeGb: to.diskGb }) }];
      case 'load_balancer':
        return [{ ...base, targets: widen(one.targets) }];
      default:
        return [base];
    }
  });
  return { ...pattern, ...(to.region === undefined ? {} : { region: to.region }), resources };
}
