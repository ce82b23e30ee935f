import { type Arg, type Command, query } from '../../../core/command.ts';
import type { Effect, Step } from '../../../core/plan.ts';
import type { Kind, Spec } from '../../../resources/index.ts';
import type { Act, Context } from '../../provider.ts';
import { describe, hcloud } from '../cli.ts';
import { change, stopped, whereas } from './change.ts';

/* Addresses, firewalls and networks, given to servers that are there and taken from them. */

const ADDRESS_DOWN = 'from its shutdown until it is started again, a minute or two as a rule';

/** The condition that the server's IPv4 address is this one. A primary IP is given and taken while its server is off. */
function addressed(
  spec: Spec<'static_ip'>,
  cx: Context,
): { readonly server: string; readonly self: Arg; readonly here: readonly Arg[]; readonly hint: string } {
  if (spec.server === undefined) return cx.fail('server', { message: 'is missing; say which server it belongs to.' });
  return {
    server: spec.server,
    self: cx.of('server', spec.server, 'name'),
    here: ['eq .PublicNet.IPv4.ID ', { of: cx.id, out: 'id' }],
    hint: `${spec.server} is off now: hcloud server poweron ${spec.server} starts it. Where a load balancer reaches it by its public address, that target has to be removed before the address can change.`,
  };
}

const attachAddress: Act<'static_ip'> = (spec, cx) => {
  const { server, self, here, hint } = addressed(spec, cx);
  const id = { of: cx.id, out: 'id' };
  const former: Arg = { asked: query(describe('server', self, '{{.PublicNet.IPv4.ID}}')) };
  cx.warn(
    `server ${server} has another public IPv4 address afterwards: DNS records, and the rules of firewalls elsewhere, that name its former one have to follow. The former one stays and is billed until hcloud primary-ip delete removes it`,
  );
  return stopped(
    cx,
    server,
    here,
    ADDRESS_DOWN,
    [
      change(
        cx,
        'free',
        `take the former IPv4 address from ${server}`,
        whereas(self, ['or (', ...here, ') (eq .PublicNet.IPv4.ID 0)']),
        hcloud('primary-ip', 'unassign', former),
        [{ kind: 'changes', what: `server ${server} gives up the public IPv4 address that it has` }],
        { hint },
      ),
      change(
        cx,
        'attach',
        `give ${spec.name} to ${server}`,
        whereas(self, here),
        hcloud('primary-ip', 'assign', '--server', self, id),
        [{ kind: 'changes', what: `server ${server} has the address ${spec.name}` }],
        { hint },
      ),
    ],
    self,
  );
};

const detachAddress: Act<'static_ip'> = (spec, cx) => {
  const { server, self, here, hint } = addressed(spec, cx);
  const free: readonly Arg[] = ['not (', ...here, ')'];
  cx.warn(
    `server ${server} has no public IPv4 address afterwards: it is reached by IPv6 or its private network alone, and reaches what has no IPv6 no more`,
  );
  return stopped(
    cx,
    server,
    free,
    ADDRESS_DOWN,
    [
      change(
        cx,
        'detach',
        `take ${spec.name} from ${server}`,
        whereas(self, free),
        hcloud('primary-ip', 'unassign', { of: cx.id, out: 'id' }),
        [{ kind: 'changes', what: `address ${spec.name} is free; it stays, and is billed` }],
        { hint },
      ),
    ],
    self,
  );
};

/** What servers of the request name, and how hcloud tells that a server has it. */
interface Joint<K extends Kind> {
  /** How the request would say it: `"firewalls":["web"]`. */
  readonly written: (spec: Spec<K>) => string;
  readonly names: (server: Spec<'server'>, spec: Spec<K>) => boolean;
  readonly list: string;
  readonly id: string;
  readonly call: (on: boolean, spec: Spec<K>, server: string) => Command;
  readonly effects: (on: boolean, spec: Spec<K>, server: string) => readonly Effect[];
}

/** Joined or parted: each server of the request that names it. Nothing has to be stopped. */
const joining =
  <K extends Kind>(joint: Joint<K>, on: boolean): Act<K> =>
  (spec, cx) => {
    const servers = cx.all('server').filter((server) => joint.names(server, spec));
    if (servers.length === 0)
      return cx.fail('name', {
        message: `is named by no server here; add those that are meant to the resources, with ${joint.written(spec)}, and this one as "target".`,
      });
    const verb = on ? 'attach' : 'detach';
    return servers.map(({ name }): Step => {
      const here = cx.of('server', name, 'name');
      const done = query(
        describe('server', here, [
          `{{$on := false}}{{range ${joint.list}}}{{if eq ${joint.id} `,
          { of: cx.id, out: 'id' },
          `}}{{$on = true}}{{end}}{{end}}{{if ${on ? '' : 'not '}$on}}{{.ID}}{{end}}`,
        ]),
      );
      return change(
        cx,
        `${verb}-${name}`,
        `${verb} ${spec.name} ${on ? 'to' : 'from'} ${name}`,
        done,
        joint.call(on, spec, name),
        joint.effects(on, spec, name),
        { undo: [joint.call(!on, spec, name)] },
      );
    });
  };

const FIREWALL: Joint<'firewall'> = {
  written: ({ name }) => `"firewalls":["${name}"]`,
  names: (server, { name }) => server.firewalls.includes(name),
  list: '.PublicNet.Firewalls',
  id: '.Firewall.ID',
  call: (on, { name }, server) =>
    hcloud('firewall', on ? 'apply-to-resource' : 'remove-from-resource', '--type', 'server', '--server', server, name),
  effects: (on, { name }, server) =>
    on
      ? [
          {
            kind: 'changes',
            what: `server ${server} takes from the internet what its firewalls let in, ${name} among them, and nothing else`,
          },
        ]
      : [
          {
            kind: 'exposes',
            port: 'every port',
            to: 'the internet',
            what: `server ${server}, unless another firewall is applied to it`,
          },
        ],
};

const NETWORK: Joint<'network'> = {
  written: ({ name }) => `"network":"${name}"`,
  names: (server, { name }) => server.network === name,
  list: '.PrivateNet',
  id: '.Network.ID',
  call: (on, { name }, server) => hcloud('server', on ? 'attach-to-network' : 'detach-from-network', '--network', name, server),
  effects: (on, { name }, server) =>
    on
      ? [{ kind: 'changes', what: `server ${server} is in network ${name}, with an address of its own; it goes on running` }]
      : [
          {
            kind: 'interrupts',
            what: `what server ${server} says and hears over network ${name}, for good; it gets another address there if it is attached again`,
          },
        ],
};

export const moves = {
  static_ip: { attach: attachAddress, detach: detachAddress },
  firewall: { attach: joining(FIREWALL, true), detach: joining(FIREWALL, false) },
  network: { attach: joining(NETWORK, true), detach: joining(NETWORK, false) },
} as const;
