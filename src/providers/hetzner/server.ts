import { type Arg, query } from '../../core/command.ts';
import type { ServerType } from '../catalog_types.ts';
import { imageId, osOf, rateCost, serverType, shareCost, trafficCost, typeCost } from '../common.ts';
import { userData } from '../first_boot.ts';
import type { Context, Emit } from '../provider.ts';
import { describe, find, hcloud, labels } from './cli.ts';
import { wayOut } from './nat_gateway.ts';
import { sameZone } from './network.ts';

/** Sold is not in stock: asks before anything is made, unless the server is there already. */
function inStock(cx: Context, name: string, type: ServerType): void {
  const template = '{{range .Locations}}{{if .Available}}{{println .Location.Name}}{{end}}{{end}}';
  cx.preflight({
    title: `is ${type.id} in stock in ${cx.region}?`,
    check: { query: query(describe('server-type', type.id, template), { column: 1, equals: cx.region, print: 1 }) },
    fix: `${type.id} is not in stock in ${cx.region} now. Nothing was made. Ask for another size or region; hcloud server-type list shows them.`,
    unless: find(cx, 'server', name),
  });
}

export const server: Emit<'server'> = (spec, cx) => {
  const type = serverType(cx, spec.size);
  const image = imageId(cx, spec.image, type.arch);
  const address = cx.all('static_ip').find((ip) => ip.server === spec.name);
  if (spec.network !== undefined) sameZone(cx, spec.network, 'network');
  const isPublic = spec.publicIp && spec.subnet === 'public';
  const init = userData(cx, spec, osOf(cx, image), isPublic ? undefined : wayOut(spec, cx));
  if (!isPublic && spec.network === undefined)
    cx.fail('publicIp', { message: 'is false and there is no network, so nothing could reach this server; add a network.' });
  if (!isPublic && address !== undefined)
    cx.fail('publicIp', { message: `is false, but static_ip ${address.name} belongs to this server.` });
  inStock(cx, spec.name, type);
  const args: Arg[] = ['--name', spec.name, '--type', type.id, '--image', image, '--location', cx.region];
  for (const key of spec.sshKeys) args.push('--ssh-key', cx.of('ssh_key', key, 'name'));
  if (spec.network !== undefined) args.push('--network', cx.of('network', spec.network, 'name'));
  // A firewall filters public traffic only, and is refused where there is none.
  if (!isPublic && spec.firewalls.length > 0)
    cx.warn(
      `firewall ${spec.firewalls.join(', ')} is not applied to ${spec.name}, which has no public address: Hetzner's firewalls do not filter private networks`,
    );
  if (isPublic) for (const firewall of spec.firewalls) args.push('--firewall', cx.of('firewall', firewall, 'name'));
  if (spec.placementGroup !== undefined) args.push('--placement-group', cx.of('placement_group', spec.placementGroup, 'name'));
  if (address !== undefined) args.push('--primary-ipv4', cx.of('static_ip', address.name, 'name'));
  if (!isPublic) args.push('--without-ipv4', '--without-ipv6');
  if (init !== undefined) args.push('--user-data-from-file', init.path);
  const price = typeCost(cx, `server ${spec.name} (${type.id})`, type);
  const found = find(cx, 'server', spec.name);
  const window = query(describe('server', spec.name, '{{.BackupWindow}}'));
  return [
    {
      id: cx.id,
      title: `server ${spec.name} (${type.id})`,
      resource: cx.id,
      provider: 'hetzner',
      find: found,
      ...(init === undefined ? {} : { files: [init] }),
      create: hcloud('server', 'create', ...args, ...labels(cx, spec.name)),
      // The address is asked for by name: `server ip` prints nothing else.
      outputs: {
        id: found,
        name: spec.name,
        ...(isPublic
          ? { ipv4: { command: hcloud('server', 'ip', spec.name) }, ipv6: { command: hcloud('server', 'ip', '--ipv6', spec.name) } }
          : {}),
        ...(spec.network === undefined ? {} : { privateIpv4: query(describe('server', spec.name, '{{(index .PrivateNet 0).IP}}')) }),
      },
      verify: { query: find(cx, 'server', spec.name, 'status'), expect: 'running' },
      undo: [hcloud('server', 'delete', spec.name)],
      after: [
        // A server cannot join a network that has no subnet yet,
        ...(spec.network === undefined ? [] : [`network.${spec.network}.subnet`]),
        // and without a public address it installs nothing before there is a way out.
        ...(isPublic ? [] : cx.all('nat_gateway').flatMap((nat) => (nat.network === spec.network ? [`nat_gateway.${nat.name}`] : []))),
      ],
      effects: [
        { kind: 'creates', what: `server ${spec.name}: ${type.id}, ${type.vcpu} vCPU, ${type.memoryGb} GB, ${image}, ${cx.region}` },
        price,
        ...(isPublic && address === undefined ? [rateCost(cx, `public IPv4 of ${spec.name}`, 'public_ipv4')] : []),
        ...(isPublic ? [trafficCost(cx, type)] : []),
      ],
    },
    // `server create --enable-backup` switches them on with a second request, and what lies between would be lost.
    ...(spec.backups
      ? [
          {
            id: cx.part('backups'),
            title: `daily backups of ${spec.name}`,
            resource: cx.id,
            provider: 'hetzner',
            find: window,
            create: hcloud('server', 'enable-backup', spec.name),
            verify: { query: window },
            within: cx.id,
            effects: [
              { kind: 'changes' as const, what: `server ${spec.name} is backed up daily, seven backups are kept; they go with the server` },
              shareCost(cx, `backups of ${spec.name}`, 'server_backup', price),
            ],
          },
        ]
      : []),
  ];
};
