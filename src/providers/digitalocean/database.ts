import { type Arg, flag, query } from '../../core/command.ts';
import { nearest, show } from '../../core/errors.ts';
import type { Step } from '../../core/plan.ts';
import type { Spec } from '../../resources/index.ts';
import { findDatabaseType, findRegion, retiredSuccessor } from '../catalog.ts';
import type { DatabaseType } from '../catalog_types.ts';
import { cheapestDatabase } from '../choice.ts';
import { noDatabase, rateCost, typeCost } from '../common.ts';
import type { Context, Emit } from '../provider.ts';
import { doctl, find, get, ownName, planTag, sameRegion } from './cli.ts';

/** What a database and a cache have in common: both are clusters of managed databases. */
type Cluster = Spec<'database'> | Spec<'cache'>;

export const database: Emit<'database'> = (spec, cx) => {
  if (spec.snapshot !== undefined)
    cx.fail('snapshot', {
      message: 'DigitalOcean takes no snapshots of databases; fork another database, at a moment of the last 7 days.',
    });
  if (spec.restoreTime !== undefined && spec.fork === undefined)
    cx.fail('restoreTime', { message: 'is a moment in the life of another database; name that database as fork.' });
  return cluster(spec, cx);
};

export const cache: Emit<'cache'> = (spec, cx) => cluster(spec, cx);

/** The list shows no tags, so the plan is in the name: another plan's database must never be taken for this one's. */
function cluster(spec: Cluster, cx: Context): Step[] {
  const engine = cx.catalog.engines.find((one) => one.engine === spec.engine);
  if (engine === undefined)
    return cx.fail('engine', {
      message: 'is not offered.',
      given: show(spec.engine),
      allowed: cx.catalog.engines.map((one) => one.engine),
    });
  const sold = (region: string): boolean =>
    findRegion(cx.catalog, region)?.databases === true && (engine.regions?.includes(region) ?? true);
  if (!sold(cx.region)) {
    cx.fail('region', {
      message: `DigitalOcean sells no managed ${spec.engine} in ${cx.region}.`,
      given: show(cx.region),
      allowed: cx.catalog.regions.map((region) => region.id).filter(sold),
    });
  }
  const version = versionOf(spec, cx);
  const type = typeOf(spec, cx);
  const nodes = spec.highAvailability ? 2 : 1;
  const name = ownName(cx, spec.name);
  const self = { of: cx.id, out: 'id' };
  const found = find('databases', 'ID,Name', [name]);
  const args: Arg[] = ['--engine', engine.id, '--version', version, '--region', cx.region, '--size', type.id, '--num-nodes', String(nodes)];
  const extra = storage(spec, cx, type);
  const mib = storageMib(spec);
  if (mib !== undefined) args.push('--storage-size-mib', String(mib));
  if (spec.network !== undefined) {
    sameRegion(cx, cx.spec('network', spec.network), 'network');
    args.push('--private-network-uuid', cx.of('network', spec.network));
  }
  const access = rules(spec, cx);
  const what = spec.kind;
  if (spec.kind === 'database')
    cx.warn(
      `removing database ${spec.name} removes its automatic backups too, and no snapshot can be taken by hand: dump it first (plan_backups, source "${spec.engine}")`,
    );
  const source = spec.kind === 'database' ? restored(spec, cx) : undefined;
  return [
    {
      id: cx.id,
      title: `${what} ${spec.name} (${spec.engine} ${version}, ${type.id})`,
      resource: cx.id,
      provider: 'digitalocean',
      find: found,
      create: doctl('databases', 'create', name, ...args, '--tag', planTag(cx), ...(source?.args ?? [])),
      // It has no --format, and prints a connection string with the password: caught, so that no log has it.
      captures: true,
      wait: [{ command: get('databases', self, 'Status'), expect: 'online', seconds: 1800 }],
      outputs: { id: found, name },
      verify: { query: find('databases', 'Status,Name', [name]), expect: 'online' },
      undo: [doctl('databases', 'delete', { of: cx.id, out: 'id' }, '--force')],
      // Its servers come first, so that nothing stands between the database and its rules.
      after: [...(source?.after ?? []), ...access.flatMap(({ server }) => (server === undefined ? [] : [`server.${server}`]))],
      effects: [
        {
          kind: 'creates',
          what: `${what} ${name}${source === undefined ? '' : `, a copy of ${source.name}`}: ${spec.engine} ${version}, ${type.vcpu} vCPU, ${type.memoryGb} GB, ${nodes === 1 ? 'one node' : 'with a standby'}, ${cx.region}`,
        },
        typeCost(cx, `${what} ${spec.name} (${nodes === 1 ? '' : `${nodes} x `}${type.id})`, type, {
          quantity: nodes,
          engine: spec.engine,
        }),
        ...(extra > 0
          ? [rateCost(cx, `storage of ${spec.name} beyond what is included (${extra} GB)`, 'database_storage', extra * nodes)]
          : []),
      ],
    },
    ...access.map(({ step }) => step),
  ];
}

/**
 * Who may connect. A database without a single rule is open to the whole internet, so there always is one, and it is
 * the first thing that happens to the database.
 */
function rules(spec: Cluster, cx: Context): { server: string | undefined; step: Step }[] {
  const networks = cx.all('network').filter((network) => cx.regionOf(network) === cx.region);
  const network = spec.network !== undefined ? cx.spec('network', spec.network) : networks.length === 1 ? networks[0] : undefined;
  const servers = spec.access.length > 0 || network !== undefined ? spec.access : cx.all('server').map((server) => server.name);
  const allowed: { part: string; server?: string; type: string; value: Arg; who: string }[] =
    servers.length > 0
      ? servers.map((server) => ({ part: server, server, type: 'droplet', value: cx.of('server', server), who: `server ${server}` }))
      : network !== undefined
        ? [{ part: 'network', type: 'ip_addr', value: network.cidr, who: `network ${network.name} (${network.cidr})` }]
        : cx.fail('access', {
            message:
              'is missing; say which servers may connect, or name a network. Without either the database would be open to the whole internet.',
          });
  if (spec.access.length === 0) cx.assume(`${spec.kind} ${spec.name}: only ${allowed.map((one) => one.who).join(', ')} may connect`);
  const self = { of: cx.id, out: 'id' };
  return allowed.map(({ part, server, type, value, who }) => {
    // This list has no --format: its columns are UUID, ClusterUUID, Type and Value, below a heading.
    const found = query(doctl('databases', 'firewalls', 'list', self), {
      column: [3, 4],
      equals: [`${type} `, ...[value].flat()] as Arg,
      print: 1,
    });
    const step: Step = {
      id: cx.part(`access-${part}`),
      title: `let ${who} into ${spec.name}`,
      resource: cx.id,
      provider: 'digitalocean',
      find: found,
      create: doctl('databases', 'firewalls', 'append', self, '--rule', [`${type}:`, ...[value].flat()] as Arg),
      verify: { query: found },
      within: cx.id,
      effects: [{ kind: 'changes', what: `${spec.kind} ${spec.name} lets ${who} in, and nobody who is not named` }],
    };
    return { server, step };
  });
}

function versionOf(spec: Cluster, cx: Context): string {
  const versions = cx.catalog.engines.find((one) => one.engine === spec.engine)?.versions ?? [];
  const open = versions.filter((one) => one.closed === undefined || one.closed > cx.today);
  const given = spec.version;
  if (given === undefined) {
    const version = (open.find((one) => one.default) ?? open.at(-1))?.version;
    if (version === undefined) return cx.fail('engine', { message: 'has no version that is open to new databases.' });
    cx.assume(`${spec.kind} ${spec.name}: ${spec.engine} ${version}`);
    return version;
  }
  if (open.some((one) => one.version === given)) return given;
  const old = retiredSuccessor(cx.catalog, 'database-version', `${spec.engine} ${given}`);
  const next = old?.successor?.split(' ')[1];
  if (next !== undefined && open.some((one) => one.version === next)) {
    cx.warn(
      `${spec.engine} ${given} is no longer offered to new databases${old?.removed ? ` (since ${old.removed})` : ''}: ${cx.id} uses its successor ${next} instead`,
    );
    return next;
  }
  const allowed = open.map((one) => one.version);
  const near = nearest(given, allowed);
  return cx.fail('version', {
    message: `is no version of ${spec.engine} that DigitalOcean offers.`,
    given: show(given),
    allowed,
    ...(near === undefined ? {} : { nearest: near }),
  });
}

export function typeOf(spec: Pick<Cluster, 'size' | 'engine' | 'highAvailability'>, cx: Context): DatabaseType {
  if (typeof spec.size !== 'string') {
    const { vcpu, memoryGb } = spec.size;
    const need = {
      engine: spec.engine,
      ...(vcpu === undefined ? {} : { vcpu }),
      ...(memoryGb === undefined ? {} : { memoryGb }),
      ...(spec.highAvailability ? { standby: true } : {}),
    };
    const found = cheapestDatabase(cx.catalog, need, cx.region);
    if (found === undefined) return noDatabase(cx, need, spec.size);
    cx.assume(`size ${found.choice.id} for ${cx.id}: ${found.reason}`);
    return found.choice;
  }
  const type = findDatabaseType(cx.catalog, spec.size, spec.engine);
  const allowed = cx.catalog.databaseTypes
    .filter((one) => one.engines.includes(spec.engine) && (!spec.highAvailability || one.standby))
    .map((one) => one.id);
  if (type === undefined) {
    const near = nearest(spec.size, allowed);
    return cx.fail('size', {
      message: `is no size of ${spec.engine} that the catalog knows.`,
      given: show(spec.size),
      allowed,
      ...(near === undefined ? {} : { nearest: near }),
    });
  }
  if (spec.highAvailability && !type.standby) cx.fail('size', { message: `${type.id} takes no standby.`, given: show(spec.size), allowed });
  return type;
}

/** GB beyond what comes with the size; storage grows in steps of 10 GB. */
export function storage(spec: Cluster, cx: Context, type: DatabaseType): number {
  const given = storageOf(spec);
  if (given === undefined) return 0;
  const asked = Math.ceil(given / 10) * 10;
  if (asked !== given) cx.assume(`database ${spec.name}: ${asked} GB, because storage grows in steps of 10 GB`);
  if (type.minDiskGb === undefined) {
    cx.warn(`how much storage comes with ${type.id} is not known: the price of ${asked} GB for database ${spec.name} is that of all of it`);
    return asked;
  }
  if (asked < type.minDiskGb)
    cx.fail('storageGb', { message: `${type.id} comes with ${type.minDiskGb} GB, and cannot have less.`, given: String(given) });
  return asked - type.minDiskGb;
}

const storageOf = (spec: Cluster): number | undefined => ('storageGb' in spec ? spec.storageGb : undefined);

/** What a cluster's storage is to be, in MiB; undefined where it is what comes with its size. */
export function storageMib(spec: Cluster): number | undefined {
  const given = storageOf(spec);
  return given === undefined ? undefined : Math.ceil(given / 10) * 10 * 1024;
}

/** What a database begins with: another one of the plan, or one that is there already under its own name. */
function restored(spec: Spec<'database'>, cx: Context): { name: string; args: Arg[]; after: string[] } | undefined {
  if (spec.fork === undefined) return undefined;
  const own = cx.all('database').find((one) => one.name === spec.fork);
  if (own?.name === spec.name) return cx.fail('fork', { message: 'is the database itself.', given: show(spec.fork) });
  const name = own === undefined ? spec.fork : ownName(cx, own.name);
  cx.warn(`database ${spec.name} begins as a copy of ${name}, which has to be of the same engine and version, and no larger`);
  const args = flag('--restore-from-cluster-name', name);
  // As doctl wants it: 2026-11-23 04:30:00 +0000 UTC.
  if (spec.restoreTime !== undefined) args.push('--restore-from-timestamp', `${spec.restoreTime.slice(0, 19).replace('T', ' ')} +0000 UTC`);
  return { name, args, after: own === undefined ? [] : [`database.${own.name}`] };
}
