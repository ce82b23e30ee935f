import type { Arg } from '../../core/command.ts';
import type { Spec } from '../../resources/index.ts';
import type { ServerType } from '../catalog_types.ts';
import { imageId, serverType, typeCost } from '../common.ts';
import type { Context, Emit } from '../provider.ts';
import { doctl, find, ownName, ownTag, planTag, sameRegion } from './cli.ts';

/** A Droplet autoscale pool: its template and its limits are one thing. */
export const autoscalingGroup: Emit<'autoscaling_group'> = (spec, cx) => {
  const { type, image, args } = settings(spec, cx);
  const name = ownName(cx, spec.name);
  const found = find('compute droplet-autoscale', 'ID,Name', [name]);
  const self = { of: cx.id, out: 'id' };
  const status = find('compute droplet-autoscale', 'Status,Name', [name]);
  return [
    {
      id: cx.id,
      title: `autoscaling group ${spec.name} (${spec.min} to ${spec.max} x ${type.id})`,
      resource: cx.id,
      provider: 'digitalocean',
      find: found,
      create: doctl('compute', 'droplet-autoscale', 'create', '--name', name, ...args),
      wait: [{ ...status, expect: 'active', seconds: 600 }],
      outputs: { id: found, name },
      verify: { query: status, expect: 'active' },
      // With its droplets, which a plain deletion leaves running.
      undo: [doctl('compute', 'droplet-autoscale', 'delete-dangerous', self, '--force')],
      after: [
        ...spec.firewalls.map((firewall) => `firewall.${firewall}`),
        ...(spec.loadBalancer === undefined ? [] : [`load_balancer.${spec.loadBalancer}`]),
      ],
      effects: [
        {
          kind: 'creates',
          what: `autoscaling group ${name}: ${spec.min} to ${spec.max} servers of ${type.vcpu} vCPU and ${type.memoryGb} GB, ${image}, ${cx.region}, for ${spec.targetCpu} % of CPU`,
        },
        typeCost(cx, `servers of ${spec.name} (${spec.min} x ${type.id})`, type, {
          quantity: spec.min,
          note: `${spec.min} of at most ${spec.max}`,
        }),
      ],
    },
  ];
};

/** All that a pool is but its name: its creation and its update take the same. */
export function settings(spec: Spec<'autoscaling_group'>, cx: Context): { type: ServerType; image: string; args: Arg[] } {
  for (const field of ['docker', 'user', 'userData'] as const)
    if (spec[field])
      cx.fail(field, {
        message:
          'cannot be given here: doctl takes the first-boot text of a pool as one argument and not as a file. Take an image (a snapshot of a server) that has it.',
      });
  if (spec.role !== undefined) cx.fail('role', { message: 'is for AWS.' });
  if (spec.min < 1 || spec.min > spec.max)
    cx.fail('min', { message: `has to be between 1 and max (${spec.max}).`, given: String(spec.min) });
  const type = serverType(cx, spec.size);
  const image = imageId(cx, spec.image, type.arch);
  const tags = [
    planTag(cx),
    ...spec.firewalls.map((firewall) => ownTag(cx, 'firewall', firewall)),
    ...(spec.loadBalancer === undefined ? [] : [ownTag(cx, 'load-balancer', spec.loadBalancer)]),
  ];
  const args: Arg[] = ['--region', cx.region, '--size', type.id, '--image', image, '--tag', tags.join(',')];
  const keys =
    spec.sshKeys.length > 0 ? spec.sshKeys.map((key) => cx.of('ssh_key', key)) : cx.all('ssh_key').map((key) => cx.of('ssh_key', key.name));
  if (keys.length === 0)
    cx.fail('sshKeys', { message: 'is missing; a pool takes no server without an SSH key. Add {"kind":"ssh_key","name":"deploy"}.' });
  args.push(
    '--ssh-keys',
    keys.flatMap((key, i) => (i === 0 ? [key] : [',', key])),
  );
  if (spec.firewalls.length === 0) cx.warn(`autoscaling_group ${spec.name} names no firewall: every port of its servers is open`);
  if (spec.network !== undefined) {
    sameRegion(cx, cx.spec('network', spec.network), 'network');
    args.push('--vpc-uuid', cx.of('network', spec.network));
  }
  args.push('--min-instances', String(spec.min), '--max-instances', String(spec.max), '--cpu-target', String(spec.targetCpu / 100));
  return { type, image, args };
}
