import type { Need } from './sizing.ts';
import { isApp, names, type Resource, targetsOf } from './stack.ts';

/** A stack as generate_provision_command takes it, and as patterns.md writes it. */
export interface Stack {
  readonly provider: string;
  readonly region?: string;
  readonly plan?: string;
  readonly resources: readonly Resource[];
}

export interface Shape {
  readonly region?: string;
  /** The server of a stack that has but one, and each of several. */
  readonly app: Need;
  /** How many servers share the work in the main region. */
  readonly count: number;
  readonly database: Need;
  readonly diskGb: number;
  /** False where what comes with a managed database's size is more than that, and cannot be less. */
  readonly storage?: boolean;
  /** Other regions of the stack, by what to put in their place. */
  readonly regions?: Readonly<Record<string, string>>;
}

/**
 * Fits a pattern's stack to a load: sizes, the number of servers that share the work, disks and regions. What the
 * pattern says otherwise stays as it is; the pattern stays the one place that says what belongs together.
 */
export function shape(pattern: Stack, to: Shape): Stack {
  const clones = new Map<string, string[]>();
  // The first server of each group in the main region is the one that is copied.
  for (const group of groups(pattern)) {
    const first = group[0];
    if (first === undefined || clones.has(first)) continue;
    const stem = first.replace(/\d+$/, '');
    const extra: string[] = [];
    for (let n = group.length + 1; n <= to.count; n++) extra.push(`${stem}${n}`);
    clones.set(first, extra);
  }
  // A list that names a group names its copies too, after the last of the group.
  const widen = (value: unknown): unknown =>
    names(value).flatMap((name, i, all) => (i === all.length - 1 ? [name, ...(clones.get(all[0] as string) ?? [])] : [name]));
  const resources = pattern.resources.flatMap((one): Resource[] => {
    const region = one.region === undefined ? {} : { region: to.regions?.[one.region as string] ?? one.region };
    const base = { ...one, ...region };
    switch (one.kind) {
      case 'server': {
        const size = isApp(one) ? to.app : to.database;
        const old = typeof one.size === 'object' && one.size !== null ? (one.size as Record<string, unknown>) : {};
        const sized = { ...base, size: { ...old, ...size } };
        return [sized, ...(clones.get(one.name) ?? []).map((name) => ({ ...sized, name }))];
      }
      case 'database': {
        const { storageGb: _, ...rest } = base as Resource & { storageGb?: unknown };
        const storage = to.storage === false ? {} : { storageGb: to.diskGb };
        return [{ ...rest, size: { ...to.database }, ...storage, access: widen(one.access) }];
      }
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

/** The servers that share work: those behind each load balancer of the main region, or, where there is none, all workers. */
function groups(pattern: Stack): string[][] {
  const balancers = pattern.resources.filter((one) => one.kind === 'load_balancer');
  if (balancers.length > 0) return balancers.filter((one) => one.region === undefined).map(targetsOf);
  const workers = pattern.resources.filter(isApp).map((one) => one.name);
  return workers.length > 1 ? [workers] : [];
}
