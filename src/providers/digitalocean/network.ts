import { overlaps } from '../../resources/fields.ts';
import type { Emit } from '../provider.ts';
import { doctl, find, planTag } from './cli.ts';

/** DigitalOcean uses these itself. */
const TAKEN = ['10.244.0.0/16', '10.245.0.0/16', '10.246.0.0/24', '10.229.0.0/16'];

/** A VPC takes no tags, so its description says whose it is. */
export const network: Emit<'network'> = (spec, cx) => {
  const taken = TAKEN.find((range) => overlaps(range, spec.cidr));
  if (taken !== undefined)
    cx.fail('cidr', {
      message: `overlaps ${taken}, which DigitalOcean uses itself. Take another, like 10.0.0.0/16.`,
      given: JSON.stringify(spec.cidr),
    });
  const found = find('vpcs', 'ID,Name,Description', [spec.name, planTag(cx)]);
  return [
    {
      id: cx.id,
      title: `network ${spec.name}`,
      resource: cx.id,
      provider: 'digitalocean',
      find: found,
      create: doctl('vpcs', 'create', '--name', spec.name, '--description', planTag(cx), '--region', cx.region, '--ip-range', spec.cidr),
      outputs: { id: found },
      verify: { query: found },
      // Droplets, load balancers and databases stay its members for a while after they are gone.
      undo: [{ command: doctl('vpcs', 'delete', { of: cx.id, out: 'id' }, '--force'), seconds: 600 }],
      effects: [{ kind: 'creates', what: `private network ${spec.name} (${spec.cidr}), ${cx.region}` }],
    },
  ];
};
