import { type Arg, flag, type Query, query } from '../../core/command.ts';
import type { Spec } from '../../resources/index.ts';
import { typeCost } from '../common.ts';
import type { Context, Emit } from '../provider.ts';
import { doctl, sameRegion } from './cli.ts';
import { typeOf } from './database.ts';

/** The database that something belongs to; all of a cluster's parts go with it, and have their own names within it. */
export function parent(spec: { readonly database: string }, cx: Context): { readonly self: Arg; readonly of: Spec<'database'> } {
  return { self: cx.of('database', spec.database), of: cx.spec('database', spec.database) };
}

/** One of a cluster's parts, by its name. */
export const named = (noun: string, self: Arg, name: string, column = 'Name'): Query =>
  query(doctl('databases', noun, 'list', self, '--format', column === 'Name' ? 'Name' : `${column},Name`, '--no-header'), {
    column: column === 'Name' ? 1 : 2,
    equals: name,
    print: 1,
  });

export const databaseReplica: Emit<'database_replica'> = (spec, cx) => {
  const { self, of } = parent(spec, cx);
  const type = typeOf({ engine: of.engine, size: spec.size ?? of.size, highAvailability: false }, cx);
  const found = named('replica', self, spec.name);
  const args: Arg[] = ['--region', cx.region, '--size', type.id];
  if (spec.network !== undefined) {
    sameRegion(cx, cx.spec('network', spec.network), 'network');
    args.push('--private-network-uuid', cx.of('network', spec.network));
  }
  return [
    {
      id: cx.id,
      title: `replica ${spec.name} of ${spec.database} (${type.id})`,
      resource: cx.id,
      provider: 'digitalocean',
      find: found,
      create: doctl('databases', 'replica', 'create', self, spec.name, ...args),
      // It has no --format, and prints a connection string with the password: caught, so that no log has it.
      captures: true,
      wait: [{ ...named('replica', self, spec.name, 'Status'), expect: 'online', seconds: 1800 }],
      outputs: { id: found },
      verify: { query: named('replica', self, spec.name, 'Status'), expect: 'online' },
      undo: [doctl('databases', 'replica', 'delete', self, spec.name, '--force')],
      effects: [
        {
          kind: 'creates',
          what: `replica ${spec.name} of database ${spec.database}, read only, ${type.vcpu} vCPU, ${type.memoryGb} GB, ${cx.region}`,
        },
        typeCost(cx, `replica ${spec.name} (${type.id})`, type, { engine: of.engine }),
      ],
    },
  ];
};

export const databasePool: Emit<'database_pool'> = (spec, cx) => {
  const { self, of } = parent(spec, cx);
  if (of.engine !== 'postgresql')
    cx.fail('database', { message: `only PostgreSQL has connection pools here, and ${spec.database} is ${of.engine}.` });
  const found = named('pool', self, spec.name);
  const user = spec.user ?? 'doadmin';
  if (spec.user === undefined)
    cx.assume(`pool ${spec.name} connects as doadmin, the administrator; a database_user with fewer rights is better`);
  return [
    {
      id: cx.id,
      title: `connection pool ${spec.name} of ${spec.database}`,
      resource: cx.id,
      provider: 'digitalocean',
      find: found,
      create: doctl(
        'databases',
        'pool',
        'create',
        self,
        spec.name,
        ...flag('--db', spec.databaseName),
        '--mode',
        spec.mode,
        '--size',
        String(spec.connections),
        '--user',
        user,
      ),
      // What it prints has the password in it.
      captures: true,
      outputs: { id: found },
      verify: { query: found },
      undo: [doctl('databases', 'pool', 'delete', self, spec.name, '--force')],
      ...(spec.user === undefined ? {} : { after: [`database_user.${spec.user}.${spec.database}`] }),
      effects: [{ kind: 'creates', what: `pool ${spec.name} of ${spec.connections} connections to ${spec.database}, per ${spec.mode}` }],
    },
  ];
};

export const databaseUser: Emit<'database_user'> = (spec, cx) => {
  const { self } = parent(spec, cx);
  const found = named('user', self, spec.name);
  cx.warn(
    `the password of user ${spec.name} is made by DigitalOcean and not shown: doctl databases user get DATABASE-ID ${spec.name} --format Password shows it, when you want it`,
  );
  if (spec.access.length > 0)
    cx.fail('access', { message: 'is for engines with lists of rights; GRANT in SQL gives this user its rights.' });
  return [
    {
      id: cx.id,
      title: `user ${spec.name} of ${spec.database}`,
      resource: cx.id,
      provider: 'digitalocean',
      find: found,
      create: doctl('databases', 'user', 'create', self, spec.name),
      // It prints the new password.
      captures: true,
      outputs: { id: found },
      verify: { query: found },
      undo: [doctl('databases', 'user', 'delete', self, spec.name, '--force')],
      effects: [{ kind: 'creates', what: `user ${spec.name} of database ${spec.database}, with a password that DigitalOcean makes` }],
    },
  ];
};
