import { query } from '../../../core/command.ts';
import type { Effect, Step } from '../../../core/plan.ts';
import type { Spec } from '../../../resources/index.ts';
import type { Act, Arg, Context } from '../../provider.ts';
import { doctl, find, ownTag } from '../cli.ts';
import { staticIp } from '../static_ip.ts';
import { change, either, there, without } from './change.ts';

/**
 * Moves an address to another server. It is known by the server that it points to and by nothing else, so the request has
 * to name both servers: the one that gets it (`server`), and the one that has it.
 */
export const attachAddress: Act<'static_ip'> = (spec, cx) => {
  // What is refused of creating one is refused of moving one.
  staticIp(spec, cx);
  const { name, server } = spec;
  const to = server as string;
  // A server that another address of the request points to has that, and not this one.
  const taken = new Set(cx.all('static_ip').map((one) => one.server));
  const others = cx.all('server').filter((one) => !taken.has(one.name) && cx.regionOf(one) === cx.region);
  const from = others[0]?.name;
  if (from === undefined || others.length > 1)
    return cx.fail('server', {
      message: `is the server that gets the address; the request has to have ${from === undefined ? 'the one that has it now as well' : 'one other alone, the one that has it now'}, because an address is known here by the server that it points to.`,
    });
  const at = (one: string) => find('compute reserved-ip', 'IP,DropletID', [cx.of('server', one)]);
  const address = { of: cx.id, out: 'id' };
  return [
    there(cx, cx.id, `address ${name}, of ${from} or already of ${to}`, either(at(from), at(to))),
    change(
      cx,
      'attach',
      `point ${name} at ${to}`,
      at(to),
      doctl('compute', 'reserved-ip-action', 'assign', address, cx.of('server', to)),
      [
        { kind: 'interrupts', what: `connections to address ${name}; new ones reach ${to} instead of ${from}, some seconds later` },
        { kind: 'changes', what: `${from} is reached at its own public address alone` },
      ],
      {
        wait: [{ ...at(to), seconds: 120 }],
        undo: [doctl('compute', 'reserved-ip-action', 'assign', address, cx.of('server', from))],
      },
    ),
  ];
};

/** The servers of the request that name it in `firewalls`. */
function members(spec: Spec<'firewall'>, cx: Context): string[] {
  const names = cx.all('server').flatMap((server) => (server.firewalls.includes(spec.name) ? [server.name] : []));
  if (names.length === 0)
    cx.fail('', { message: `no server of this request has "${spec.name}" in its "firewalls"; add the servers that are meant.` });
  return names;
}

/** A firewall holds for its tag, so a server is put behind it, and taken from it, by that tag. */
function each(
  spec: Spec<'firewall'>,
  cx: Context,
  verb: 'attach' | 'detach',
  title: (server: string) => string,
  effects: (server: string) => readonly Effect[],
): Step[] {
  const tag = ownTag(cx, 'firewall', spec.name);
  const on = verb === 'attach';
  const call = (put: boolean, droplet: Arg) => doctl('compute', 'droplet', put ? 'tag' : 'untag', droplet, '--tag-name', tag);
  return members(spec, cx).map((server) => {
    const droplet = cx.of('server', server);
    const behind = query(doctl('compute', 'droplet', 'list', '--tag-name', tag, '--format', 'ID', '--no-header'), {
      column: 1,
      equals: droplet,
      print: 1,
    });
    const done = on ? behind : without(droplet, '.Tags', tag);
    return change(cx, `${verb}-${server}`, title(server), done, call(on, droplet), effects(server), { undo: [call(!on, droplet)] });
  });
}

export const attachFirewall: Act<'firewall'> = (spec, cx) =>
  each(
    spec,
    cx,
    'attach',
    (server) => `put ${server} behind ${spec.name}`,
    (server) => [
      {
        kind: 'changes',
        what: `firewall ${spec.name} holds for ${server}: what neither it nor another firewall of ${server} lets in is closed from now on`,
      },
    ],
  );

export const detachFirewall: Act<'firewall'> = (spec, cx) => {
  for (const server of cx.all('server'))
    if (server.firewalls.length === 1 && server.firewalls[0] === spec.name)
      cx.warn(`server ${server.name} has no other firewall in this request: without ${spec.name}, every port of it is open`);
  return each(
    spec,
    cx,
    'detach',
    (server) => `take ${server} from behind ${spec.name}`,
    (server) => [
      { kind: 'destroys', what: `the protection of server ${server} by firewall ${spec.name}` },
      { kind: 'exposes', port: 'any', to: 'the internet', what: `server ${server}, where no other firewall holds for it` },
    ],
  );
};
