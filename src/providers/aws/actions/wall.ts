import type { Step } from '../../../core/plan.ts';
import type { Spec } from '../../../resources/index.ts';
import type { Act, Context } from '../../provider.ts';
import { aws, self } from '../cli.ts';
import { change, instance } from './change.ts';

/** The servers of the request that name it in `firewalls`. */
function members(spec: Spec<'firewall'>, cx: Context): Spec<'server'>[] {
  const servers = cx.all('server').filter(({ firewalls }) => firewalls.includes(spec.name));
  if (servers.length === 0)
    cx.fail('', { message: `no server of this request has "${spec.name}" in its "firewalls"; add the servers that are meant.` });
  return servers;
}

/** EC2 takes all groups of a server at once: those that the request names, with this one or without it. */
function moved(spec: Spec<'firewall'>, cx: Context, server: Spec<'server'>, on: boolean): Step {
  const names = server.firewalls.filter((name) => on || name !== spec.name);
  const id = cx.of('server', server.name);
  const has = ["SecurityGroups[?GroupId=='", self(cx), "']"] as const;
  const groups = names.map((name) => (name === spec.name ? self(cx) : cx.of('firewall', name)));
  return change(
    cx,
    `${on ? 'at' : 'off'}-${server.name}`,
    on ? `firewall ${spec.name} holds for server ${server.name}` : `firewall ${spec.name} holds for server ${server.name} no more`,
    instance(cx, id, on ? [...has] : ['!(', ...has, ')']),
    aws(cx, 'ec2 modify-instance-attribute', '--instance-id', id, '--groups', ...groups),
    [
      {
        kind: 'interrupts',
        what: `what reaches server ${server.name} by a rule that none of ${names.join(', ')} has: these are its firewalls from then on, and no other`,
      },
      { kind: 'changes', what: `server ${server.name} is behind ${names.join(', ')}` },
    ],
  );
}

export const attachFirewall: Act<'firewall'> = (spec, cx) => members(spec, cx).map((server) => moved(spec, cx, server, true));

export const detachFirewall: Act<'firewall'> = (spec, cx) =>
  members(spec, cx).map((server) => {
    if (server.firewalls.length === 1)
      cx.fail('', {
        message: `is the only firewall of server ${server.name}, and AWS keeps every server behind one. Name another in its "firewalls" beside it.`,
      });
    return moved(spec, cx, server, false);
  });
