import { overlaps } from '../../resources/fields.ts';
import type { Spec } from '../../resources/index.ts';
import type { Emit } from '../provider.ts';
import { doctl, find, ownName } from './cli.ts';

export const peering: Emit<'peering'> = (spec, cx) => {
  const [a, b] = [...new Set(spec.networks)].map((name) => cx.spec('network', name)) as unknown as readonly [
    Spec<'network'>,
    Spec<'network'>,
  ];
  if (overlaps(a.cidr, b.cidr))
    cx.fail('networks', { message: `${a.name} (${a.cidr}) and ${b.name} (${b.cidr}) overlap, and could not be told apart.` });
  const name = ownName(cx, spec.name);
  const at = (column: string) => find('vpcs peerings', `${column},Name`, [name]);
  return [
    {
      id: cx.id,
      title: `peering ${spec.name} of ${a.name} and ${b.name}`,
      resource: cx.id,
      provider: 'digitalocean',
      find: at('ID'),
      create: doctl('vpcs', 'peerings', 'create', name, '--vpc-ids', [cx.of('network', a.name), ',', cx.of('network', b.name)]),
      wait: [{ ...at('Status'), expect: 'ACTIVE', seconds: 600 }],
      outputs: { id: at('ID') },
      verify: { query: at('Status'), expect: 'ACTIVE' },
      // A network is a member of it until it is gone.
      undo: [doctl('vpcs', 'peerings', 'delete', { of: cx.id, out: 'id' }, '--force')],
      effects: [{ kind: 'creates', what: `peering of networks ${a.name} and ${b.name}: their servers reach each other` }],
    },
  ];
};
