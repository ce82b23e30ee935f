import { type Arg, query } from '../../../core/command.ts';
import type { Step } from '../../../core/plan.ts';
import type { Kind } from '../../../resources/index.ts';
import { priceIn } from '../../catalog.ts';
import { attachment, grownVolume, protection, renamed } from '../../change.ts';
import { cost, serverType, usageCost } from '../../common.ts';
import type { Act, Context, Provider, Wish } from '../../provider.ts';
import { rotateKey } from '../../rotate.ts';
import { describe, find, hcloud, labels } from '../cli.ts';
import { sshKey } from '../ssh_key.ts';
import { volume } from '../volume.ts';
import { change, stopped, there, whereas } from './change.ts';
import { moves } from './moves.ts';

/** A copy of the server's own disk before something happens to it: one a day and purpose, so that a script can be run again. */
function before(cx: Context, server: string, purpose: string, wish: Wish): Step[] {
  if (!wish.snapshots) return [];
  return [copy(cx, server, `${server}-before-${purpose}-${cx.today}`, `before-${purpose}`)];
}

function copy(cx: Context, server: string, name: string, part: string): Step {
  const label = name.slice(-63).replace(/^[^A-Za-z0-9]+/, '');
  return {
    ...change(
      cx,
      part,
      `snapshot ${name} of ${server}`,
      find(cx, 'image', label, 'id', '--type', 'snapshot'),
      hcloud('server', 'create-image', '--type', 'snapshot', '--description', name, ...labels(cx, label), server),
      [
        { kind: 'creates', what: `snapshot of ${server}'s own disk as it is while it runs; attached volumes are not in it` },
        usageCost(cx, `snapshot ${name}`, 'snapshot', 'per GB of what the disk really holds, until it is deleted'),
      ],
      { undo: [hcloud('image', 'delete', { of: cx.part(part), out: 'id' })] },
    ),
    keep: true,
    verify: { query: find(cx, 'image', label, 'status', '--type', 'snapshot'), expect: 'available' },
  };
}

const resizeServer: Act<'server'> = (spec, cx, wish) => {
  const type = serverType(cx, spec.size);
  const done = `eq .ServerType.Name "${type.id}"`;
  const resize = change(
    cx,
    'resize',
    `make ${spec.name} a ${type.id}`,
    whereas(spec.name, done),
    // With its disk it could never become smaller again.
    hcloud('server', 'change-type', '--keep-disk', spec.name, type.id),
    [
      { kind: 'changes', what: `server ${spec.name} is a ${type.id} (${type.vcpu} vCPU, ${type.memoryGb} GB); its disk keeps its size` },
      cost(
        cx,
        `server ${spec.name} (${type.id})`,
        priceIn(type.prices, cx.region),
        undefined,
        'from then on, in place of its former price',
      ),
    ],
  );
  const hint = `${type.id} has to have ${spec.name}'s architecture and at least the size of its disk. It is off now: hcloud server poweron ${spec.name} starts it as it was.`;
  return [
    ...before(cx, spec.name, 'resize', wish),
    ...stopped(cx, spec.name, done, 'from its shutdown until it is started again, a few minutes as a rule', [{ ...resize, hint }]),
  ];
};

const snapshotServer: Act<'server'> = (spec, cx) => [copy(cx, spec.name, `${spec.name}-${cx.today}`, 'snapshot')];

const resizeVolume: Act<'volume'> = (spec, cx) => {
  const done = query(describe('volume', spec.name, `{{if ge .Size ${spec.sizeGb}}}{{.ID}}{{end}}`));
  const { title, effects } = grownVolume(spec, cx);
  return [change(cx, 'resize', title, done, hcloud('volume', 'resize', '--size', String(spec.sizeGb), spec.name), effects)];
};

const detachVolume: Act<'volume'> = (spec, cx) => {
  // The list's column has a dash where there is none.
  const free = query(find(cx, 'volume', spec.name, 'id,server').command, { column: 2, equals: '-', print: 1 });
  return [
    change(cx, 'detach', `detach ${spec.name}`, free, hcloud('volume', 'detach', spec.name), [
      {
        kind: 'interrupts',
        what: `what uses volume ${spec.name}; unmount it on its server first (sudo umount), or what is not yet written is lost`,
      },
    ]),
  ];
};

/** Names are labels too: by the label a plan finds it again. */
function rename<K extends Kind>(noun: string): Act<K> {
  return (spec, cx, { newName }) => {
    const to = newName as string;
    const selector = (name: string): Step['find'] =>
      query(hcloud(noun, 'list', '--selector', `plan=${cx.plan},${name}`, '-o', 'noheader', '-o', 'columns=id,name'), {
        column: 2,
        equals: to,
        print: 1,
      });
    const found = query(
      hcloud(noun, 'list', '--selector', `plan=${cx.plan},name in (${spec.name},${to})`, '-o', 'noheader', '-o', 'columns=id'),
    );
    renamed(cx, spec.name, to);
    const what = `${spec.kind.replaceAll('_', ' ')} ${spec.name} is called ${to}`;
    return [
      // Under either name: the script may have been here before.
      there(cx, cx.id, `${spec.kind.replaceAll('_', ' ')} ${spec.name}`, found),
      change(
        cx,
        'rename',
        `call ${spec.name} ${to}`,
        selector(`name in (${spec.name},${to})`),
        hcloud(noun, 'update', '--name', to, { of: cx.id, out: 'id' }),
        [{ kind: 'changes', what: `${what}${spec.kind === 'server' ? '; its host name stays as it is' : ''}` }],
      ),
      change(
        cx,
        'label',
        `label ${to} with its name`,
        selector(`name=${to}`),
        hcloud(noun, 'add-label', '--overwrite', { of: cx.id, out: 'id' }, `name=${to}`),
        [{ kind: 'changes', what: `${to} is found by its new name` }],
      ),
    ];
  };
}

/** By its id: a snapshot has no name that hcloud would take. */
function protecting<K extends Kind>(noun: string, levels: readonly string[], on: boolean): Act<K> {
  const field = '.Protection.Delete';
  return (spec, cx) => {
    const it: Arg = spec.kind === 'snapshot' ? { of: cx.id, out: 'id' } : spec.name;
    const state = query(describe(noun, it, on ? `{{if ${field}}}{{.ID}}{{end}}` : `{{if not ${field}}}{{.ID}}{{end}}`));
    const call = (want: boolean) => hcloud(noun, want ? 'enable-protection' : 'disable-protection', it, ...(levels as readonly Arg[]));
    const what = on
      ? `${spec.kind.replaceAll('_', ' ')} ${spec.name} cannot be deleted until it is unprotected, by a teardown of its plan neither`
      : `${spec.kind.replaceAll('_', ' ')} ${spec.name} can be deleted`;
    return protection(change, cx, spec.name, on, what, state, call);
  };
}

const guard = <K extends Kind>(noun: string, ...levels: string[]): { protect: Act<K>; unprotect: Act<K> } => ({
  protect: protecting<K>(noun, levels, true),
  unprotect: protecting<K>(noun, levels, false),
});

const resizeLoadBalancer: Act<'load_balancer'> = (spec, cx) => {
  const types = cx.catalog.loadBalancerTypes ?? [];
  const type = types.find((one) => one.id === spec.size);
  if (type === undefined)
    return cx.fail('size', {
      message: spec.size === undefined ? 'is missing.' : 'is no load balancer type.',
      allowed: types.map((one) => one.id),
    });
  const done = query(describe('load-balancer', spec.name, `{{if eq .LoadBalancerType.Name "${type.id}"}}{{.ID}}{{end}}`));
  return [
    change(cx, 'resize', `make ${spec.name} a ${type.id}`, done, hcloud('load-balancer', 'change-type', spec.name, type.id), [
      { kind: 'changes', what: `load balancer ${spec.name} is a ${type.id}` },
      cost(
        cx,
        `load balancer ${spec.name} (${type.id})`,
        priceIn(type.prices, cx.region),
        undefined,
        'from then on, in place of its former price',
      ),
    ]),
  ];
};

/** Back to a snapshot: the disk is written anew, and what was on it since is gone. */
const restoreSnapshot: Act<'snapshot'> = (spec, cx, wish) => {
  if (spec.server === undefined) return cx.fail('server', { message: 'is missing; name the server that gets its disk.' });
  const mark = `restored=${`${spec.name}.${cx.today}`.slice(-63).replace(/^[^A-Za-z0-9]+/, '')}`;
  const image = { of: cx.id, out: 'id' };
  const done = query(
    hcloud('server', 'list', '--selector', `plan=${cx.plan},name=${spec.server},${mark}`, '-o', 'noheader', '-o', 'columns=id'),
  );
  const server = cx.of('server', spec.server, 'name');
  return [
    ...before(cx, spec.server, 'restore', wish),
    {
      ...change(
        cx,
        'restore',
        `put snapshot ${spec.name} onto ${spec.server}`,
        done,
        hcloud('server', 'rebuild', '--image', image, server),
        [
          {
            kind: 'destroys',
            what: `what is on server ${spec.server}'s own disk now; it becomes what snapshot ${spec.name} holds, attached volumes stay as they are`,
          },
          { kind: 'interrupts', what: `server ${spec.server} is down while its disk is written, minutes for a small one` },
        ],
      ),
      // The mark says that it was done today, so that running the script again does not do it once more.
      wait: [hcloud('server', 'add-label', '--overwrite', server, mark)],
    },
  ];
};

export const actions: Provider['actions'] = {
  server: { resize: resizeServer, snapshot: snapshotServer, rename: rename('server'), ...guard('server', 'delete', 'rebuild') },
  volume: {
    resize: resizeVolume,
    attach: attachment(volume),
    detach: detachVolume,
    rename: rename('volume'),
    ...guard('volume', 'delete'),
  },
  load_balancer: { resize: resizeLoadBalancer, rename: rename('load-balancer'), ...guard('load-balancer', 'delete') },
  network: { ...moves.network, rename: rename('network'), ...guard('network', 'delete') },
  static_ip: { ...moves.static_ip, rename: rename('primary-ip'), ...guard('primary-ip', 'delete') },
  firewall: { ...moves.firewall, rename: rename('firewall') },
  ssh_key: { rename: rename('ssh-key'), rotate: rotateKey(sshKey, (name) => hcloud('ssh-key', 'delete', name), 'root') },
  certificate: { rename: rename('certificate') },
  dns_zone: guard('zone', 'delete'),
  placement_group: { rename: rename('placement-group') },
  snapshot: { restore: restoreSnapshot, ...guard('image', 'delete') },
};

const KINDS: readonly (readonly [what: string, noun: string, columns?: string, ...more: string[]])[] = [
  ['servers', 'server', 'id,name,status,ipv4,type,location'],
  ['volumes', 'volume', 'id,name,size,server,location'],
  ['networks', 'network', 'id,name,ip_range'],
  ['firewalls', 'firewall'],
  ['load balancers', 'load-balancer', 'id,name,ipv4,type,location'],
  ['primary IPs', 'primary-ip', 'id,name,ip,assignee'],
  ['floating IPs', 'floating-ip', 'id,name,ip,server'],
  ['certificates', 'certificate', 'id,name,domain_names,not_valid_after'],
  ['SSH keys', 'ssh-key'],
  ['snapshots and backups', 'image', 'id,description,type,created,image_size'],
  ['placement groups', 'placement-group'],
  ['DNS zones', 'zone', 'id,name'],
  ['Storage Boxes', 'storage-box', 'id,name,type,location'],
];

export const inventory: Provider['inventory'] = (plan) =>
  KINDS.map(([what, noun, columns = 'id,name']) => ({
    what,
    command: hcloud(noun, 'list', '--selector', `plan=${plan}`, '-o', `columns=${columns}`),
  }));
