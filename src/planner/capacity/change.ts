import { InputError } from '../../core/errors.ts';
import type { ServerType } from '../../providers/catalog_types.ts';
import { cheapestServer, type ServerNeed } from '../../providers/choice.ts';
import { type ProviderId, providers } from '../../providers/index.ts';
import type { Stack } from '../architecture/shape.ts';
import { buildPlan } from '../build.ts';
import { type CostReport, costLine, costOf } from '../cost.ts';
import type { Change, Instruction } from './finding.ts';
import type { Measured } from './measured.ts';

/** A change with its price and what makes it. */
export interface Priced {
  /** What it costs more a month, per currency; null where a price is not known. */
  readonly difference: { readonly currency: string; readonly amount: number } | null;
  readonly line: string;
  readonly note?: string;
  /** What is created, for generate_provision_command as it is. */
  readonly stack?: Stack;
  readonly commands: readonly Instruction[];
  readonly type?: { readonly id: string; readonly vcpu: number; readonly memoryGb: number };
  readonly sources?: readonly string[];
  /** How the stack is used. */
  readonly next?: string;
}

type Cloud = Exclude<ProviderId, 'docker'>;

/** A stack is written out up to so many servers. */
const LISTED = 20;
const PLAN = 'capacity';

/** Prices a change by planning it, before and after. */
export async function priceChange(change: Change, m: Measured, today: string): Promise<Priced> {
  const { provider } = m;
  if (provider === undefined) return unpriced('not priced: give provider and size');
  if (provider === 'docker') return unpriced('Docker runs on a machine whose price is not known here');
  if (m.type === undefined && (m.vcpu === undefined || m.memoryGb === undefined))
    return unpriced('not priced: give size, or vcpu and memoryGb', change, provider);
  try {
    return await plan(change, m, provider, today);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return unpriced(`not priced: ${error.problems[0]?.field}: ${error.problems[0]?.message}`, change, provider);
  }
}

const unpriced = (line: string, change?: Change, provider?: Cloud): Priced => ({
  difference: null,
  line,
  commands: change === undefined || provider === undefined ? [] : commandsFor(change, provider, undefined, []),
});

async function plan(change: Change, m: Measured, provider: Cloud, today: string): Promise<Priced> {
  const { catalog, defaultRegion } = await providers[provider]();
  const region = m.region ?? defaultRegion ?? '';
  const now = m.type;
  const size = now?.id ?? { vcpu: m.vcpu, memoryGb: m.memoryGb };
  const base = { provider, region, plan: PLAN };
  const server = (name: string, of: unknown = size): Record<string, unknown> => ({
    kind: 'server',
    name,
    size: of,
    network: 'lan',
    firewalls: ['app'],
  });
  const around = [
    { kind: 'network', name: 'lan' },
    { kind: 'firewall', name: 'app', ...(provider === 'aws' ? { network: 'lan' } : {}), rules: [{ port: 80, from: '10.0.0.0/16' }] },
  ];
  const price = async (resources: readonly unknown[]): Promise<CostReport> => costOf(await buildPlan({ ...base, resources }, today), today);
  const bigger =
    change.kind === 'resize' || change.kind === 'database' ? choose(catalog, change.need, now, region, change.kind) : undefined;
  const one = await price([...around, server('app1')]);
  // Names of a plan that exists are kept: it makes what is missing. Prices of like servers are like.
  const added = change.kind === 'servers' ? Math.max(0, change.to - m.servers) : 0;
  const names = Array.from({ length: Math.min(added, LISTED) }, (_, i) => `app${m.servers + 1 + i}`);
  const balancer = { kind: 'load_balancer', name: 'lb', network: 'lan', targets: ['app1', 'app2'] };
  const resources: readonly Record<string, unknown>[] =
    change.kind === 'servers'
      ? [...around, ...names.map((name) => server(name))]
      : change.kind === 'pair'
        ? [...around, server('app1'), server('app2'), balancer]
        : change.kind === 'database'
          ? provider === 'hetzner'
            ? [...around, server('db', bigger?.id), { kind: 'volume', name: 'pgdata', sizeGb: 50, server: 'db' }]
            : [around[0] as Record<string, unknown>, { kind: 'database', name: 'db', size: change.need, network: 'lan' }]
          : [...around, server('app1', bigger?.id ?? change.need)];
  const report = names.length > 0 || change.kind !== 'servers' ? await price(resources) : one;
  const free = await price(around);
  const each = net(one, free);
  const made = net(report, free);
  const amount =
    change.kind === 'servers'
      ? each && { ...each, amount: each.amount * (change.to - m.servers) }
      : change.kind === 'database'
        ? made
        : each && made && { ...made, amount: change.kind === 'pair' ? made.amount - each.amount : (made.amount - each.amount) * m.servers };
  const difference = amount === undefined ? null : { currency: amount.currency, amount: Math.round(amount.amount * 100) / 100 };
  const basis = costLine(one);
  const sources = [...new Set(Object.values(report.sources))];
  const type = change.kind === 'servers' || change.kind === 'pair' ? now : bigger;
  return {
    difference,
    line:
      difference === null
        ? `unknown: ${[...one.items, ...report.items].find((item) => item.monthly === null)?.what ?? 'a part of it'} has no known price in ${region}`
        : `${difference.amount >= 0 ? '+' : '−'}${Math.abs(difference.amount).toFixed(2)} ${difference.currency} a month, net${/ \(prices[^)]*\)/.exec(basis)?.[0] ?? ''}`,
    ...(report.note === undefined ? {} : { note: report.note }),
    ...(change.kind === 'servers' && names.length === 0
      ? {}
      : { stack: (change.kind === 'resize' ? resized(base, m, type?.id ?? change.need) : { ...base, resources }) as unknown as Stack }),
    commands: commandsFor(change, provider, type?.id, names),
    ...(type === undefined ? {} : { type: { id: type.id, vcpu: type.vcpu, memoryGb: type.memoryGb } }),
    sources,
    next: NEXT[change.kind],
  };
}

/** The servers that there are with their new size: generate_provision_command looks them up by their plan and names. */
const resized = (base: object, m: Measured, size: unknown): object => ({
  ...base,
  action: 'resize',
  resources: Array.from({ length: Math.min(m.servers, LISTED) }, (_, i) => ({ kind: 'server', name: `app${i + 1}`, size })),
});

const KEEP = 'or add them to the stack that the others came from and generate that again with its plan name: only what is missing is made';
const NEXT: Readonly<Record<Change['kind'], string>> = {
  resize:
    'its action is resize; put your plan and the names of your servers in, and they are looked up, copied, resized one after the other and checked. For a server of no plan, the commands above',
  servers: `the new ones alone, with a network and firewall to be replaced by yours; ${KEEP}`,
  pair: 'both servers and the balancer, to be built beside the one that runs; move the data and the DNS record, then remove the old one',
  database:
    'with 50 GB of disk assumed where it is a server; restore a dump into it, stop writes, restore the last one, then change the address in the application',
};

/** A report's fixed total without what is there anyhow; undefined where something fixed has no price. */
function net(report: CostReport, without: CostReport): { currency: string; amount: number } | undefined {
  if (report.items.some((item) => item.monthly === null)) return undefined;
  const total = report.monthly[0];
  if (total === undefined) return undefined;
  return {
    currency: total.currency,
    amount: total.amount - (without.monthly.find(({ currency }) => currency === total.currency)?.amount ?? 0),
  };
}

/** The cheapest type that has it: of the same architecture, with at least the disk that has to fit on it. */
function choose(
  catalog: Parameters<typeof cheapestServer>[0],
  need: ServerNeed,
  now: ServerType | undefined,
  region: string,
  kind: string,
): ServerType | undefined {
  const dedicated = need.dedicated ?? now?.cpu === 'dedicated';
  const asked: ServerNeed = {
    ...need,
    dedicated,
    ...(now === undefined ? {} : { arch: now.arch, ...(kind === 'resize' && now.diskGb !== null ? { diskGb: now.diskGb } : {}) }),
  };
  return cheapestServer(catalog, asked, region)?.choice;
}

function commandsFor(change: Change, provider: Cloud, type: string | undefined, names: readonly string[]): Instruction[] {
  if (change.kind === 'resize') return type === undefined ? [] : RESIZE[provider](type);
  if (change.kind === 'servers')
    return names.length > 0
      ? [{ what: 'once each of them answers, let it take its share', command: JOIN[provider] }]
      : [{ what: 'take one out of the balancer, wait for a peak, then the next; destroy it only after that', command: LEAVE[provider] }];
  return [];
}

const RESIZE: Readonly<Record<Cloud, (type: string) => Instruction[]>> = {
  hetzner: (type) => [
    { what: 'a copy first; it is billed', command: 'hcloud server create-image --type snapshot --description before-resize "${SERVER:?}"' },
    {
      what: 'interrupts: off, larger, on (back: the same with the old type)',
      command: `hcloud server shutdown --wait "\${SERVER:?}" && hcloud server change-type --keep-disk "\${SERVER:?}" ${type} && hcloud server poweron "\${SERVER:?}"`,
    },
  ],
  aws: (type) => [
    {
      what: 'interrupts: off, larger, on (back: the same with the old type). The public address changes without an Elastic IP',
      command: `aws ec2 stop-instances --instance-ids "\${INSTANCE_ID:?}" && aws ec2 wait instance-stopped --instance-ids "\${INSTANCE_ID:?}" && aws ec2 modify-instance-attribute --instance-id "\${INSTANCE_ID:?}" --instance-type Value=${type} && aws ec2 start-instances --instance-ids "\${INSTANCE_ID:?}"`,
    },
  ],
  digitalocean: (type) => [
    {
      what: 'interrupts: off, larger, on; without --resize-disk it can go back',
      command: `doctl compute droplet-action shutdown "\${DROPLET_ID:?}" --wait && doctl compute droplet-action resize "\${DROPLET_ID:?}" --size ${type} --wait && doctl compute droplet-action power-on "\${DROPLET_ID:?}" --wait`,
    },
  ],
};
const JOIN: Readonly<Record<Cloud, string>> = {
  hetzner: 'hcloud load-balancer add-target --server "${SERVER:?}" "${LOAD_BALANCER:?}"',
  aws: 'aws elbv2 register-targets --target-group-arn "${TARGET_GROUP_ARN:?}" --targets "Id=${INSTANCE_ID:?}"',
  digitalocean: 'doctl compute load-balancer add-droplets "${LOAD_BALANCER_ID:?}" --droplet-ids "${DROPLET_ID:?}"',
};
const LEAVE: Readonly<Record<Cloud, string>> = {
  hetzner: 'hcloud load-balancer remove-target --server "${SERVER:?}" "${LOAD_BALANCER:?}"',
  aws: 'aws elbv2 deregister-targets --target-group-arn "${TARGET_GROUP_ARN:?}" --targets "Id=${INSTANCE_ID:?}"',
  digitalocean: 'doctl compute load-balancer remove-droplets "${LOAD_BALANCER_ID:?}" --droplet-ids "${DROPLET_ID:?}"',
};
