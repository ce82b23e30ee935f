import type { Arg } from '../../core/command.ts';
import { imageId, osOf, serverType, shareCost, trafficCost, typeCost } from '../common.ts';
import { userData } from '../first_boot.ts';
import type { Emit } from '../provider.ts';
import { doctl, find, get, ownTag, planTag, sameRegion } from './cli.ts';

/** Names of droplets are not unique, so a droplet is known by the plan's tag and its name. */
export const server: Emit<'server'> = (spec, cx) => {
  const type = serverType(cx, spec.size);
  const image = imageId(cx, spec.image, type.arch);
  const init = userData(cx, spec, osOf(cx, image), undefined);
  const isPublic = spec.publicIp && spec.subnet === 'public';
  if (spec.network !== undefined) sameRegion(cx, cx.spec('network', spec.network), 'network');
  if (!isPublic) {
    if (spec.network === undefined)
      cx.fail('publicIp', { message: 'is false and there is no network, so nothing could reach this server; add a network.' });
    if (!cx.all('nat_gateway').some((nat) => nat.network === spec.network))
      cx.warn(
        `server ${spec.name} has no public address: it reaches the internet, and so its package sources, only through a NAT gateway of the network`,
      );
  }
  if (type.regions === null)
    cx.warn('not every size is sold in every region, and the catalog does not know which: doctl compute size list -o json');
  const args: Arg[] = ['--region', cx.region, '--size', type.id, '--image', image];
  if (spec.sshKeys.length > 0)
    args.push(
      '--ssh-keys',
      spec.sshKeys.flatMap((key, i) => (i === 0 ? [cx.of('ssh_key', key)] : [',', cx.of('ssh_key', key)])),
    );
  if (spec.network !== undefined) args.push('--vpc-uuid', cx.of('network', spec.network));
  if (!isPublic) args.push('--enable-public-networking=false');
  args.push('--tag-names', [planTag(cx), ...spec.firewalls.map((name) => ownTag(cx, 'firewall', name))].join(','));
  if (init !== undefined) args.push('--user-data-file', init.path);
  // Said outright, because doctl's help and DigitalOcean's price list disagree on what the default plan is.
  if (spec.backups) args.push('--enable-backups', '--backup-policy-plan', 'daily', '--backup-policy-hour', '4');
  args.push('--enable-monitoring');
  const price = typeCost(cx, `server ${spec.name} (${type.id})`, type);
  const self = { of: cx.id, out: 'id' };
  const status = get('compute droplet', self, 'Status');
  return [
    {
      id: cx.id,
      title: `server ${spec.name} (${type.id})`,
      resource: cx.id,
      provider: 'digitalocean',
      find: find('compute droplet', 'ID,Name', [spec.name], '--tag-name', planTag(cx)),
      ...(init === undefined ? {} : { files: [init] }),
      // --wait, because a droplet that is still being made refuses volumes and addresses although it is active already.
      create: doctl('compute', 'droplet', 'create', spec.name, ...args, '--wait', '--format', 'ID', '--no-header'),
      captures: true,
      wait: [{ command: status, expect: 'active', seconds: 600 }],
      outputs: {
        privateIpv4: { command: get('compute droplet', self, 'PrivateIPv4') },
        ...(isPublic ? { ipv4: { command: get('compute droplet', self, 'PublicIPv4') } } : {}),
      },
      verify: { query: { command: status }, expect: 'active' },
      undo: [doctl('compute', 'droplet', 'delete', self, '--force')],
      // A droplet learns its way out when it is made, and has none of its own without a public address.
      after: [
        ...spec.firewalls.map((name) => `firewall.${name}`),
        ...(isPublic ? [] : cx.all('nat_gateway').flatMap((nat) => (nat.network === spec.network ? [`nat_gateway.${nat.name}`] : []))),
      ],
      effects: [
        { kind: 'creates', what: `server ${spec.name}: ${type.id}, ${type.vcpu} vCPU, ${type.memoryGb} GB, ${image}, ${cx.region}` },
        price,
        ...(spec.backups ? [shareCost(cx, `daily backups of ${spec.name}`, 'server_backup_daily', price)] : []),
        ...(isPublic ? [trafficCost(cx, type)] : []),
      ],
    },
  ];
};
