import { type Arg, query } from '../../core/command.ts';
import { nearest, show } from '../../core/errors.ts';
import type { Step } from '../../core/plan.ts';
import type { Spec } from '../../resources/index.ts';
import { findDatabaseType, findRegion, retiredSuccessor } from '../catalog.ts';
import type { DatabaseType } from '../catalog_types.ts';
import { cheapestDatabase } from '../choice.ts';
import { rateCost, typeCost } from '../common.ts';
import type { Context, Emit } from '../provider.ts';
import { doctl, find, get, ownName, planTag, sameRegion } from './cli.ts';

/** The list shows no tags, so the plan is in the name: another plan's database must never be taken for this one's. */
export const database: Emit<'database'> = (spec, cx) => {
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
  const self = cx.of('database', spec.name);
  const found = find('databases', 'ID,Name', [name]);
  const args: Arg[] = ['--engine', engine.id, '--version', version, '--region', cx.region, '--size', type.id, '--num-nodes', String(nodes)];
  const extra = storage(spec, cx, type);
  if (spec.storageGb !== undefined) args.push('--storage-size-mib', String(Math.ceil(spec.storageGb / 10) * 10 * 1024));
  if (spec.network !== undefined) {
    sameRegion(cx, cx.spec('network', spec.network), 'network');
    args.push('--private-network-uuid', cx.of('network', spec.network));
  }
  const access = rules(spec, cx);
  cx.warn(
    `removing database ${spec.name} removes its automatic backups too, and no snapshot can be taken by hand: dump it first (plan_backups, source "${spec.engine}")`,
  );
  return [
    {
      id: cx.id,
      title: `database ${spec.name} (${spec.engine} ${version}, ${type.id})`,
      resource: cx.id,
      provider: 'digitalocean',
      find: found,
      create: doctl('databases', 'create', name, ...args, '--tag', planTag(cx)),
      // It has no --format, and prints a connection string with the password: caught, so that no log has it.
      captures: true,
      wait: [{ command: get('databases', self, 'Status'), expect: 'online', seconds: 1800 }],
      outputs: { id: found, name },
      verify: { query: find('databases', 'Status,Name', [name]), expect: 'online' },
      undo: [doctl('databases', 'delete', { of: cx.id, out: 'id' }, '--force')],
      // Its servers come first, so that nothing stands between the database and its rules.
      after: access.flatMap(({ server }) => (server === undefined ? [] : [`server.${server}`])),
      effects: [
        {
          kind: 'creates',
          what: `database ${name}: ${spec.engine} ${version}, ${type.vcpu} vCPU, ${type.memoryGb} GB, ${nodes === 1 ? 'one node' : 'with a standby'}, ${cx.region}`,
        },
        typeCost(cx, `database ${spec.name} (${nodes === 1 ? '' : `${nodes} x `}${type.id})`, type, {
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
};

/**
 * Who may connect. A database without a single rule is open to the whole internet, so there always is one, and it is
 * the first thing that happens to the database.
 */
function rules(spec: Spec<'database'>, cx: Context): { server: string | undefined; step: Step }[] {
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
  if (spec.access.length === 0) cx.assume(`database ${spec.name}: only ${allowed.map((one) => one.who).join(', ')} may connect`);
  const self = cx.of('database', spec.name);
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
      effects: [{ kind: 'changes', what: `database ${spec.name} lets ${who} in, and nobody who is not named` }],
    };
    return { server, step };
  });
}

function versionOf(spec: Spec<'database'>, cx: Context): string {
  const versions = cx.catalog.engines.find((one) => one.engine === spec.engine)?.versions ?? [];
  const open = versions.filter((one) => one.closed === undefined || one.closed > cx.today);
  const given = spec.version;
  if (given === undefined) {
    const version = (open.find((one) => one.default) ?? open.at(-1))?.version;
    if (version === undefined) return cx.fail('engine', { message: 'has no version that is open to new databases.' });
    cx.assume(`database ${spec.name}: ${spec.engine} ${version}`);
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

function typeOf(spec: Spec<'database'>, cx: Context): DatabaseType {
  if (typeof spec.size !== 'string') {
    const { vcpu, memoryGb } = spec.size;
    const need = {
      engine: spec.engine,
      ...(vcpu === undefined ? {} : { vcpu }),
      ...(memoryGb === undefined ? {} : { memoryGb }),
      ...(spec.highAvailability ? { standby: true } : {}),
    };
    const found = cheapestDatabase(cx.catalog, need, cx.region);
    if (found === undefined)
      return cx.fail('size', { message: `nothing that is sold in ${cx.region} is large enough.`, given: show(spec.size) });
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
function storage(spec: Spec<'database'>, cx: Context, type: DatabaseType): number {
  if (spec.storageGb === undefined) return 0;
  const asked = Math.ceil(spec.storageGb / 10) * 10;
  if (asked !== spec.storageGb) cx.assume(`database ${spec.name}: ${asked} GB, because storage grows in steps of 10 GB`);
  if (type.minDiskGb === undefined) {
    cx.warn(`how much storage comes with ${type.id} is not known: the price of ${asked} GB for database ${spec.name} is that of all of it`);
    return asked;
  }
  if (asked < type.minDiskGb)
    cx.fail('storageGb', { message: `${type.id} comes with ${type.minDiskGb} GB, and cannot have less.`, given: String(spec.storageGb) });
  return asked - type.minDiskGb;
}
