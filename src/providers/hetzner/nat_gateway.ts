import { query } from '../../core/command.ts';
import { fromNumber, toNumber } from '../../resources/fields.ts';
import type { Spec } from '../../resources/index.ts';
import type { Context, Emit } from '../provider.ts';
import { describe, hcloud } from './cli.ts';

/** Every address of the internet. */
const WORLD = '0.0.0.0/0';

/** First boot of the server that forwards: eth0 is the public side of Hetzner's images. Security updates install themselves. */
const FORWARD = `#cloud-config
package_update: true
packages: [nftables, unattended-upgrades]
write_files:
  - path: /etc/sysctl.d/60-nat.conf
    content: |
      net.ipv4.ip_forward = 1
  - path: /etc/nftables.conf
    permissions: "0755"
    content: |
      #!/usr/sbin/nft -f
      flush ruleset
      table ip nat {
        chain postrouting {
          type nat hook postrouting priority srcnat;
          oifname "eth0" masquerade
        }
      }
runcmd:
  - sysctl --system
  - systemctl enable nftables
  - systemctl restart nftables
`;

/** Hetzner sells no NAT gateway: it is a small server of the plan that forwards, and a route of the network to it. */
export function forwarder(spec: Spec<'nat_gateway'>): Record<string, unknown>[] {
  return [{ kind: 'server', name: spec.name, size: spec.size ?? { vcpu: 1, memoryGb: 1 }, network: spec.network, userData: FORWARD }];
}

export const natGateway: Emit<'nat_gateway'> = (spec, cx) => {
  if (spec.highAvailability) cx.fail('highAvailability', { message: 'is not to be had here: the gateway is one server.' });
  if (cx.all('nat_gateway').some((other) => other.network === spec.network && other.name !== spec.name))
    cx.fail('network', { message: `${spec.network} has another nat_gateway; a network has one default route.` });
  cx.warn(
    `NAT gateway ${spec.name} is one server: while it is down, the servers of ${spec.network} without a public address reach nothing outside`,
  );
  const network = cx.of('network', spec.network, 'name');
  const gateway = cx.of('server', spec.name, 'privateIpv4');
  const found = query(describe('network', spec.network, '{{range .Routes}}{{println .Destination .Gateway}}{{end}}'), {
    column: [1, 2],
    equals: [`${WORLD} `, gateway],
    print: 1,
  });
  return [
    {
      id: cx.id,
      title: `default route of ${spec.network} through ${spec.name}`,
      resource: cx.id,
      provider: 'hetzner',
      find: found,
      create: hcloud('network', 'add-route', '--destination', WORLD, '--gateway', gateway, network),
      verify: { query: found },
      undo: [hcloud('network', 'remove-route', '--destination', WORLD, '--gateway', gateway, network)],
      effects: [{ kind: 'changes', what: `servers of network ${spec.network} reach the internet through server ${spec.name}` }],
    },
  ];
};

/**
 * What a server without a public address needs at each boot to take the way out: a default route to the network's own
 * gateway, which knows the network's routes, and Hetzner's resolvers. Undefined where its network has no NAT gateway.
 */
export function wayOut(spec: Spec<'server'>, cx: Context): string[] | undefined {
  if (!cx.all('nat_gateway').some((nat) => nat.network === spec.network)) return undefined;
  const gateway = fromNumber(toNumber(cx.spec('network', spec.network as string).cidr) + 1);
  return [
    `for i in $(seq 60); do ip route replace default via ${gateway} && break; sleep 1; done`,
    "mkdir -p /etc/systemd/resolved.conf.d && printf '[Resolve]\\nDNS=185.12.64.1 185.12.64.2\\n' > /etc/systemd/resolved.conf.d/60-hetzner.conf",
    "systemctl restart systemd-resolved || printf 'nameserver 185.12.64.1\\nnameserver 185.12.64.2\\n' > /etc/resolv.conf",
  ];
}
