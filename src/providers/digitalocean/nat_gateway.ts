import { cost } from '../common.ts';
import type { Emit } from '../provider.ts';
import { doctl, find, ownName, sameRegion } from './cli.ts';

/** The default way out of a network: droplets that are made in it afterwards, without a public address, take it. */
export const natGateway: Emit<'nat_gateway'> = (spec, cx) => {
  sameRegion(cx, cx.spec('network', spec.network), 'network');
  const size = spec.size ?? '1';
  if (typeof size !== 'string' || !/^(?:[1-9]\d?|[12]\d\d)$/.test(size))
    return cx.fail('size', { message: 'is a number of gateway units here, like "1".', given: JSON.stringify(size) });
  if (spec.highAvailability) cx.assume(`NAT gateway ${spec.name}: DigitalOcean runs it redundantly by itself`);
  const name = ownName(cx, spec.name);
  const found = find('compute vpc-nat-gateway', 'ID,Name', [name]);
  const self = { of: cx.id, out: 'id' };
  const state = find('compute vpc-nat-gateway', 'State,Name', [name]);
  return [
    {
      id: cx.id,
      title: `NAT gateway ${spec.name} of ${spec.network}`,
      resource: cx.id,
      provider: 'digitalocean',
      find: found,
      create: doctl(
        'compute',
        'vpc-nat-gateway',
        'create',
        '--name',
        name,
        '--type',
        'PUBLIC',
        '--region',
        cx.region,
        '--size',
        size,
        '--vpcs',
        [cx.of('network', spec.network), ':default'],
        '--format',
        'ID',
        '--no-header',
      ),
      captures: true,
      wait: [{ ...state, expect: 'ACTIVE', seconds: 900 }],
      verify: { query: state, expect: 'ACTIVE' },
      undo: [doctl('compute', 'vpc-nat-gateway', 'delete', self, '--force')],
      effects: [
        { kind: 'creates', what: `NAT gateway ${name}: the way out of network ${spec.network} for servers without a public address` },
        cost(
          cx,
          `NAT gateway ${spec.name} (${size})`,
          undefined,
          undefined,
          'billed by the hour',
          'https://docs.digitalocean.com/products/networking/vpc/details/pricing/',
        ),
      ],
    },
  ];
};
