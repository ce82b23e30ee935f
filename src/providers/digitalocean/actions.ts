import { type Arg, type Atom, query } from '../../core/command.ts';
import type { Step } from '../../core/plan.ts';
import type { Spec } from '../../resources/index.ts';
import { attachment, changesOf, grownVolume } from '../change.ts';
import { serverType, typeCost, usageCost } from '../common.ts';
import type { Act, Context, Provider } from '../provider.ts';
import { rotateKey } from '../rotate.ts';
import { doctl, find, findName, get, ownName } from './cli.ts';
import { typeOf } from './database.ts';
import { sshKey } from './ssh_key.ts';
import { volume } from './volume.ts';

const change = changesOf('digitalocean');

/** Prints the id of a droplet while a condition of Go's templates holds. */
const whereas = (droplet: Arg, condition: string): Step['find'] =>
  query(doctl('compute', 'droplet', 'get', droplet, '--template', `{{if ${condition}}}{{.ID}}{{end}}`));

/** A copy, under a name of its day and purpose, so that a script can be run again. */
function copy(
  cx: Context,
  of: string,
  name: string,
  part: string,
  resource: 'droplet' | 'volume',
  create: (name: string) => Step['create'],
): Step {
  const full = ownName(cx, name);
  const found = find('compute snapshot', 'ID,Name', [full], '--resource', resource);
  const what =
    resource === 'droplet'
      ? `snapshot of ${of}'s own disk as it is while it runs; attached volumes are not in it`
      : `snapshot of volume ${of}`;
  return {
    ...change(
      cx,
      part,
      `snapshot ${full}`,
      found,
      create(full),
      [{ kind: 'creates', what }, usageCost(cx, `snapshot ${name}`, 'snapshot', 'per GB of what is really held, until it is deleted')],
      { wait: [{ ...found, seconds: 3600 }] },
    ),
    undo: [doctl('compute', 'snapshot', 'delete', { of: cx.part(part), out: 'id' }, '--force')],
    keep: true,
  };
}

const self = (cx: Context): Arg => ({ of: cx.id, out: 'id' });

const serverCopy = (cx: Context, server: string, name: string, part: string): Step =>
  copy(cx, server, name, part, 'droplet', (full) => doctl('compute', 'droplet-action', 'snapshot', self(cx), '--snapshot-name', full));

const resizeServer: Act<'server'> = (spec, cx, wish) => {
  const type = serverType(cx, spec.size);
  const droplet = self(cx);
  const done = `eq .SizeSlug "${type.id}"`;
  const status = (want: string) => ({ command: get('compute droplet', droplet, 'Status'), expect: want, seconds: 600 });
  const hint = `If ${spec.name} does not shut down by itself, doctl compute droplet-action power-off ID stops it hard; doctl compute droplet-action power-on ID starts it as it was.`;
  return [
    ...(wish.snapshots ? [serverCopy(cx, spec.name, `${spec.name}-before-resize-${cx.today}`, 'before-resize')] : []),
    {
      ...change(
        cx,
        'off',
        `shut ${spec.name} down`,
        whereas(droplet, `or (${done}) (eq .Status "off")`),
        doctl('compute', 'droplet-action', 'shutdown', droplet, '--wait'),
        [{ kind: 'interrupts', what: `server ${spec.name} is down from its shutdown until it is started again, a few minutes as a rule` }],
      ),
      hint,
    },
    {
      ...change(
        cx,
        'resize',
        `make ${spec.name} a ${type.id}`,
        whereas(droplet, done),
        // Without --resize-disk, or it could never become smaller again.
        doctl('compute', 'droplet-action', 'resize', droplet, '--size', type.id, '--wait'),
        [
          {
            kind: 'changes',
            what: `server ${spec.name} is a ${type.id} (${type.vcpu} vCPU, ${type.memoryGb} GB); its disk keeps its size`,
          },
          typeCost(cx, `server ${spec.name} (${type.id})`, type, { note: 'from then on, in place of its former price' }),
        ],
      ),
      hint,
    },
    change(
      cx,
      'on',
      `start ${spec.name}`,
      whereas(droplet, 'eq .Status "active"'),
      doctl('compute', 'droplet-action', 'power-on', droplet, '--wait'),
      [{ kind: 'changes', what: `server ${spec.name} runs again` }],
      { wait: [status('active')] },
    ),
  ];
};

const snapshotServer: Act<'server'> = (spec, cx) => [serverCopy(cx, spec.name, `${spec.name}-${cx.today}`, 'snapshot')];

const snapshotVolume: Act<'volume'> = (spec, cx) => [
  copy(cx, spec.name, `${spec.name}-${cx.today}`, 'snapshot', 'volume', (full) =>
    doctl('compute', 'volume', 'snapshot', self(cx), '--snapshot-name', full),
  ),
];

const resizeVolume: Act<'volume'> = (spec, cx) => {
  // `50 GiB`
  const done = query(get('compute volume', self(cx), 'Size'), { column: 1, equals: String(spec.sizeGb), print: 1 });
  const { title, effects } = grownVolume(spec, cx);
  return [
    change(
      cx,
      'resize',
      title,
      done,
      doctl('compute', 'volume-action', 'resize', self(cx), '--size', String(spec.sizeGb), '--region', cx.region, '--wait'),
      effects,
    ),
  ];
};

const detachVolume: Act<'volume'> = (spec, cx) => {
  if (spec.server === undefined) return cx.fail('server', { message: 'is missing; say which server it is attached to.' });
  // A volume's own list of droplets prints nothing at all when it is empty, so the droplet is asked.
  const server = cx.of('server', spec.server);
  const without: Arg = [
    '{{$on := false}}{{range .VolumeIDs}}{{if eq . "',
    self(cx) as Atom,
    '"}}{{$on = true}}{{end}}{{end}}{{if not $on}}{{.ID}}{{end}}',
  ];
  const free = query(doctl('compute', 'droplet', 'get', server, '--template', without));
  return [
    change(cx, 'detach', `detach ${spec.name}`, free, doctl('compute', 'volume-action', 'detach', self(cx), server, '--wait'), [
      {
        kind: 'interrupts',
        what: `what uses volume ${spec.name}; unmount it on its server first (sudo umount), or what is not yet written is lost`,
      },
    ]),
  ];
};

/** DigitalOcean moves a cluster to new nodes and switches over; its backups of every day are from before. */
function resizeCluster(spec: Spec<'database'> | Spec<'cache'>, cx: Context): Step[] {
  const type = typeOf(spec, cx);
  const nodes = spec.highAvailability ? 2 : 1;
  const name = ownName(cx, spec.name);
  const sized = find('databases', 'ID,Name,Size,NumNodes', [name, type.id, String(nodes)]);
  const online = find('databases', 'Status,Name', [name]);
  const { kind } = spec;
  return [
    {
      ...change(
        cx,
        'resize',
        `make ${kind} ${spec.name} a ${type.id}`,
        sized,
        doctl('databases', 'resize', self(cx), '--size', type.id, '--num-nodes', String(nodes)),
        [
          {
            kind: 'interrupts',
            what: `connections to ${kind} ${spec.name} break when it moves to its new node, once, for some seconds; the move itself takes minutes`,
          },
          {
            kind: 'changes',
            what: `${kind} ${spec.name}: ${type.vcpu} vCPU, ${type.memoryGb} GB, ${nodes === 1 ? 'one node' : 'with a standby'}`,
          },
          typeCost(cx, `${kind} ${spec.name} (${nodes === 1 ? '' : `${nodes} x `}${type.id})`, type, {
            quantity: nodes,
            engine: spec.engine,
            note: 'in place of its former price',
          }),
        ],
        { wait: [{ ...online, expect: 'online', seconds: 3600 }] },
      ),
      verify: { query: sized },
    },
  ];
}

/** Back to a snapshot: the disk is written anew, and what was on it since is gone. */
const restoreSnapshot: Act<'snapshot'> = (spec, cx, wish) => {
  if (spec.server === undefined)
    return cx.fail('server', {
      message:
        'is missing; name the server that gets its disk. A snapshot of a volume goes into a new volume only: doctl compute volume create --snapshot.',
    });
  const { server } = spec;
  const droplet = cx.of('server', server);
  const mark = `restored:${cx.plan}:${spec.name}:${cx.today}`;
  const done = query(doctl('compute', 'droplet', 'list', '--tag-name', mark, '--format', 'ID', '--no-header'));
  return [
    ...(wish.snapshots
      ? [
          copy(cx, server, `${server}-before-restore-${cx.today}`, 'before-restore', 'droplet', (full) =>
            doctl('compute', 'droplet-action', 'snapshot', droplet, '--snapshot-name', full),
          ),
        ]
      : []),
    // Before anything is destroyed, so that nothing comes between that and its mark.
    {
      ...change(cx, 'mark', `the tag ${mark}`, findName('compute tag', 'Name', mark), doctl('compute', 'tag', 'create', mark), [
        { kind: 'creates', what: `tag ${mark}, by which this script finds that it was done` },
      ]),
      undo: [doctl('compute', 'tag', 'delete', mark, '--force')],
    },
    {
      ...change(
        cx,
        'restore',
        `put snapshot ${spec.name} onto ${server}`,
        done,
        doctl('compute', 'droplet-action', 'restore', droplet, '--image-id', self(cx), '--wait'),
        [
          {
            kind: 'destroys',
            what: `what is on server ${server}'s own disk now; it becomes what snapshot ${spec.name} holds, attached volumes stay as they are`,
          },
          { kind: 'interrupts', what: `server ${server} is down while its disk is written, minutes for a small one` },
        ],
        // The mark says that it was done today, so that running the script again does not do it once more.
        {
          wait: [
            { command: get('compute droplet', droplet, 'Status'), expect: 'active', seconds: 1800 },
            doctl('compute', 'droplet', 'tag', droplet, '--tag-name', mark),
          ],
        },
      ),
      hint: `The snapshot has to be one of ${server}, on a disk of the same size.`,
    },
  ];
};

export const actions: Provider['actions'] = {
  ssh_key: {
    rotate: rotateKey(sshKey, (_name, id) => doctl('compute', 'ssh-key', 'delete', id, '--force'), 'root'),
  },
  snapshot: { restore: restoreSnapshot },
  server: { resize: resizeServer, snapshot: snapshotServer },
  volume: { resize: resizeVolume, attach: attachment(volume), detach: detachVolume, snapshot: snapshotVolume },
  database: { resize: resizeCluster },
  cache: { resize: resizeCluster },
};
