import { typeCost } from '../../common.ts';
import type { Act, Arg } from '../../provider.ts';
import { cacheType, listed as findCache } from '../cache.ts';
import { aws, self } from '../cli.ts';
import { ofCache } from '../snapshot.ts';
import { change, until } from './change.ts';

export const snapshotCache: Act<'cache'> = (spec, cx) => {
  const name = `${spec.name}-${cx.today}`;
  cx.warn(
    `a snapshot goes back into a cache that is new: aws elasticache create-replication-group --snapshot-name ${name}, with another --replication-group-id`,
  );
  return [ofCache(cx, name, spec.name, 'snapshot', self(cx))];
};

export const resizeCache: Act<'cache'> = (spec, cx) => {
  const type = cacheType(cx, spec);
  const { name, engine } = spec;
  const id: Arg = self(cx);
  const nodes = spec.highAvailability ? 2 : 1;
  const done = findCache(cx, name, 'ReplicationGroupId', `&&CacheNodeType=='${type.id}'`);
  return [
    change(
      cx,
      'resize',
      `make cache ${name} a ${type.id}`,
      done,
      aws(cx, 'elasticache modify-replication-group', '--replication-group-id', id, '--cache-node-type', type.id, '--apply-immediately'),
      [
        {
          kind: 'interrupts',
          what: `connections to cache ${name} break when it moves to its new node, once, for some seconds; the move itself takes minutes`,
        },
        { kind: 'changes', what: `cache ${name}: ${type.id}, ${type.memoryGb} GB` },
        typeCost(cx, `cache ${name} (${type.id})`, type, { quantity: nodes, engine, note: 'in place of its former price' }),
      ],
      {
        wait: [until(findCache(cx, name, 'ReplicationGroupId', `&&CacheNodeType=='${type.id}'&&Status=='available'`), id, 3600)],
        hint: 'Only what fits into the new node can be moved there: aws elasticache list-allowed-node-type-modifications shows the types.',
      },
    ),
  ];
};
