import type { Arg } from '../../../core/command.ts';
import type { Step } from '../../../core/plan.ts';
import type { Spec } from '../../../resources/index.ts';
import { rateCost, typeCost } from '../../common.ts';
import type { Act, Context } from '../../provider.ts';
import { doctl, find, findName, ownName } from '../cli.ts';
import { storage, storageMib, typeOf } from '../database.ts';
import { named, parent } from '../database_parts.ts';
import { change, mark, self } from './change.ts';

/** DigitalOcean moves a cluster to new nodes and switches over; its backups of every day are from before. */
export function resizeCluster(spec: Spec<'database'> | Spec<'cache'>, cx: Context): Step[] {
  const type = typeOf(spec, cx);
  const nodes = spec.highAvailability ? 2 : 1;
  const name = ownName(cx, spec.name);
  const mib = storageMib(spec);
  const extra = storage(spec, cx, type);
  const disk = mib === undefined ? [] : [String(mib)];
  const sized = find('databases', ['ID,Name,Size,NumNodes', ...disk.map(() => 'StorageMib')].join(','), [
    name,
    type.id,
    String(nodes),
    ...disk,
  ]);
  const online = find('databases', 'Status,Name', [name]);
  const { kind } = spec;
  return [
    {
      ...change(
        cx,
        'resize',
        `make ${kind} ${spec.name} a ${type.id}`,
        sized,
        doctl(
          'databases',
          'resize',
          self(cx),
          '--size',
          type.id,
          '--num-nodes',
          String(nodes),
          ...disk.flatMap((size) => ['--storage-size-mib', size]),
        ),
        [
          {
            kind: 'interrupts',
            what: `connections to ${kind} ${spec.name} break when it moves to its new node, once, for some seconds; the move itself takes minutes`,
          },
          {
            kind: 'changes',
            what: `${kind} ${spec.name}: ${type.vcpu} vCPU, ${type.memoryGb} GB, ${nodes === 1 ? 'one node' : 'with a standby'}${mib === undefined ? '' : `, ${mib / 1024} GB of storage`}`,
          },
          typeCost(cx, `${kind} ${spec.name} (${nodes === 1 ? '' : `${nodes} x `}${type.id})`, type, {
            quantity: nodes,
            engine: spec.engine,
            note: 'in place of its former price',
          }),
          ...(extra > 0
            ? [rateCost(cx, `storage of ${spec.name} beyond what is included (${extra} GB)`, 'database_storage', extra * nodes)]
            : []),
        ],
        { wait: [{ ...online, expect: 'online', seconds: 3600 }] },
      ),
      verify: { query: sized },
    },
  ];
}

/**
 * A new password, which DigitalOcean makes. Nothing shows how old one is, so a tag of the day says that it was done: a
 * script that stops between the two makes another one, and nobody knew the first.
 */
function reset(cx: Context, cluster: Arg, database: Spec<'database'>, user: string, tag: string): Step[] {
  const marked = findName('compute tag', 'Name', tag);
  const who = `user ${user} of database ${database.name}`;
  cx.warn(
    `the new password of ${who} is made by DigitalOcean and not shown: doctl databases user get DATABASE-ID ${user} --format Password shows it, when you want it`,
  );
  return [
    {
      ...change(
        cx,
        'rotate',
        `a new password for ${who}`,
        marked,
        // The last word is for MySQL, which has it by default; doctl wants one for every engine, and passes it on for that alone.
        doctl('databases', 'user', 'reset', cluster, user, 'caching_sha2_password'),
        [
          {
            kind: 'interrupts',
            what: `new connections of ${who} with the password that it had; open ones stay. What uses it has to be given the new one`,
          },
          { kind: 'destroys', what: `the password that ${who} had` },
        ],
        // It prints the new password: caught, so that no log has it.
        { captures: true, outputs: { id: named('user', cluster, user) } },
      ),
      verify: { query: named('user', cluster, user) },
    },
    mark(cx, 'mark', tag),
  ];
}

/** The administrator's. */
export const rotateDatabase: Act<'database'> = (spec, cx) =>
  reset(cx, self(cx), spec, 'doadmin', `rotated:${cx.plan}:${spec.name}:${cx.today}`);

export const rotateUser: Act<'database_user'> = (spec, cx) => {
  const { self: cluster, of } = parent(spec, cx);
  return reset(cx, cluster, of, spec.name, `rotated:${cx.plan}:${of.name}:${spec.name}:${cx.today}`);
};
