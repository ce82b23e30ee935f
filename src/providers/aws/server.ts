import { type Arg, query } from '../../core/command.ts';
import type { Cost, Rate, Step } from '../../core/plan.ts';
import type { Size } from '../../resources/fields.ts';
import type { Spec } from '../../resources/index.ts';
import { betterChoice, findRegion, findServerType, priceIn, retiredSuccessor } from '../catalog.ts';
import type { ServerType } from '../catalog_types.ts';
import { imageId, rateCost, serverType, typeCost, usageCost, userData } from '../common.ts';
import type { Context, Emit } from '../provider.ts';
import { aws, by, file, filter, find, lookUp, notAFile, self, step, tagged, text } from './cli.ts';
import { groupOf, securityGroup } from './firewall.ts';
import { natRoutes } from './nat_gateway.ts';
import { networkOf, sayNetwork, subnet } from './network.ts';

/** Root disk in GB where none was asked for: the images' own 8 GB fill up with a few container images. */
const ROOT_GB = 20;

/** The server type of a size. Whole families go out of date here: the same size in a successor of the same architecture takes its place. */
function instanceType(cx: Context, size: Size): ServerType {
  const priced = findRegion(cx.catalog, cx.region) !== undefined;
  const types = cx.catalog.serverTypes.map((type) => type.id);
  if (typeof size !== 'string') {
    if (priced) return serverType(cx, size);
    return cx.fail('size', {
      message: `prices in ${cx.region} are not known here, so the cheapest that is large enough cannot be chosen. Name a type, like "t3.medium".`,
      given: JSON.stringify(size),
      allowed: types,
    });
  }
  const known = findServerType(cx.catalog, size);
  // A region without prices has no list of what is sold there either: AWS itself is asked before anything is made.
  if (known !== undefined) {
    const better = betterChoice(cx.catalog, 'server-type', size);
    if (better !== undefined)
      cx.warn(`${size} is current, but ${better.successor} is the better choice${better.note ? `: ${better.note}` : ''}`);
    return priced ? serverType(cx, size) : known;
  }
  const old = retiredSuccessor(cx.catalog, 'server-type', size) ?? betterChoice(cx.catalog, 'server-type', size);
  const [family = '', large] = size.split('.');
  // A family that is sold has no such size: that is not a matter of age.
  if (old === undefined || large === undefined || cx.catalog.serverTypes.some((type) => type.family === family))
    return serverType(cx, size);
  const arch = /^(?:a1|[a-z]+\d+g)/.test(family) ? 'arm' : 'x86';
  const next = (old.successor?.match(/\b[a-z]+\d[a-z0-9]*/g) ?? []).flatMap((one) => findServerType(cx.catalog, `${one}.${large}`) ?? []);
  const same = next.find((type) => type.arch === arch);
  if (same === undefined) {
    return cx.fail('size', {
      message: `is of an old generation; ${family}'s successors are ${old.successor}, and none of them is known here for ${arch} in this size.`,
      given: JSON.stringify(size),
      allowed:
        next.length > 0 ? next.map((type) => type.id) : cx.catalog.serverTypes.filter((type) => type.arch === arch).map((type) => type.id),
    });
  }
  cx.warn(`${size} is of an old generation: ${cx.id} uses ${same.id} (${same.vcpu} vCPU, ${same.memoryGb} GB) instead`);
  return same;
}

/** Sold in general is not sold in this region: asks before anything is made, unless the server is there already. */
function offered(cx: Context, name: string, type: ServerType): void {
  cx.preflight({
    title: `is ${type.id} offered in ${cx.region}?`,
    check: {
      query: query(
        text(
          cx,
          'InstanceTypeOfferings[].InstanceType',
          'ec2 describe-instance-type-offerings',
          '--location-type',
          'region',
          '--filters',
          `Name=instance-type,Values=${type.id}`,
        ),
      ),
    },
    fix: `${type.id} is not offered in ${cx.region}. Nothing was made. Ask for another size or region.`,
    unless: findServer(cx, name),
  });
}

/** A terminated instance is listed for an hour more; it does not count. */
export function findServer(cx: Context, name: string, select = 'Reservations[].Instances[].InstanceId') {
  return find(cx, 'describe-instances', select, name, 'Name=instance-state-name,Values=pending,running,stopping,stopped');
}

const seats = new WeakMap<object, ReadonlyMap<Spec<'server'>, number>>();

/** The instance profile of a role of the plan. */
export function profileOf(cx: Context, name: string) {
  const role = cx.spec('iam_role', name);
  if (role.for !== 'ec2')
    cx.fail('role', { message: `role ${name} is for ${role.for}; a server takes on one that is for ec2.`, given: JSON.stringify(name) });
  return cx.of('iam_role', name, 'name', 'profile-role');
}

/** Which of the servers beside it in its network and side this one is: they take turns between the zones. */
function seat(cx: Context, spec: Spec<'server'>): number {
  // A cluster lies in one zone.
  if (spec.placementGroup !== undefined && cx.spec('placement_group', spec.placementGroup).strategy === 'cluster') return 0;
  const all = cx.all('server');
  let taken = seats.get(all);
  if (taken === undefined) {
    const sides = by(all, 'side', (one) => [`${networkOf(cx, one)} ${one.subnet}`]);
    taken = new Map([...sides.values()].flatMap((side) => side.map((one, i) => [one, i] as const)));
    seats.set(all, taken);
  }
  return taken.get(spec) as number;
}

export const server: Emit<'server'> = (spec, cx) => {
  notAFile(spec.image, cx.field('image'));
  const type = instanceType(cx, spec.size);
  const parameter = imageId(cx, spec.image, type.arch);
  const os = cx.catalog.images.find((one) => one.id === parameter)?.os as string;
  const init = userData(cx, spec);
  const address = by(cx.all('static_ip'), 'server', (ip) => (ip.server === undefined ? [] : [ip.server])).get(spec.name)?.[0];
  const network = sayNetwork(cx, spec);
  const isPublic = spec.publicIp && spec.subnet === 'public';
  if (spec.subnet === 'private' && network === undefined)
    cx.fail('subnet', { message: 'is private, and the plan has no network for it; add {"kind":"network","name":"lan"}.' });
  if (!isPublic && address !== undefined)
    cx.fail('publicIp', {
      message: `static_ip ${address.name} belongs to this server, so it has to be in a public subnet with publicIp true.`,
    });
  const wayOut = network === undefined || spec.subnet === 'public' ? [] : natRoutes(cx, network);
  if (!isPublic && spec.docker && wayOut.length === 0)
    cx.fail('docker', {
      message:
        'is installed from the internet at first boot, and a server without a public address has no way out. Put it into a private subnet of a network with a nat_gateway, make it public behind a firewall that lets nothing in, or leave docker out.',
    });
  if (spec.backups)
    cx.fail('backups', {
      message: 'is no switch on EC2. Leave it out and add {"kind":"snapshot","server":...}, or ask plan_backups for a schedule.',
    });
  if (spec.sshKeys.length > 1)
    cx.fail('sshKeys', {
      message: 'EC2 puts one key on a server; add the others in userData (ssh_authorized_keys).',
      given: JSON.stringify(spec.sshKeys),
    });
  for (const [i, name] of spec.firewalls.entries()) {
    if (cx.regionOf(cx.spec('firewall', name)) !== cx.region)
      cx.fail(`firewalls[${i}]`, { message: `firewall ${name} is in another region than this server (${cx.region}).` });
  }
  for (const [i, name] of spec.sshKeys.entries()) {
    if (cx.regionOf(cx.spec('ssh_key', name)) !== cx.region)
      cx.fail(`sshKeys[${i}]`, {
        message: `SSH key ${name} is in another region than this server; a key pair is known in its own region only. Add one with "region":"${cx.region}".`,
      });
  }
  offered(cx, spec.name, type);

  const image = `image.${os}-${type.arch}.${cx.region}`;
  const steps: Step[] = [
    lookUp(
      cx,
      image,
      `newest image of ${os} (${type.arch}) in ${cx.region}`,
      text(cx, 'Parameter.Value', 'ssm get-parameter', '--name', parameter),
    ),
  ];
  const groups = spec.firewalls.map((name) => cx.of('firewall', name));
  if (groups.length === 0) {
    // Not the network's default group: that one is everybody's, and is left alone.
    cx.assume(`server ${spec.name}: a security group of its own that lets nothing in, since it names no firewall`);
    steps.push(securityGroup(cx, 'group', `${spec.name}/server`, network, `server ${spec.name}`));
    groups.push(groupOf(cx, spec));
  }
  const rootGb = Math.max(ROOT_GB, Math.ceil(typeof spec.size === 'string' ? 0 : (spec.size.diskGb ?? 0)));
  const device = os.startsWith('amazon-linux') ? '/dev/xvda' : '/dev/sda1';
  const args: Arg[] = ['--image-id', { of: image, out: 'id' }, '--instance-type', type.id, '--count', '1'];
  for (const key of spec.sshKeys) args.push('--key-name', cx.of('ssh_key', key, 'name'));
  if (network !== undefined) args.push('--subnet-id', subnet(cx, network, spec.subnet, seat(cx, spec)));
  args.push('--security-group-ids', ...groups, isPublic ? '--associate-public-ip-address' : '--no-associate-public-ip-address');
  args.push('--metadata-options', 'HttpTokens=required,HttpEndpoint=enabled');
  args.push(
    '--block-device-mappings',
    `DeviceName=${device},Ebs={VolumeType=gp3,VolumeSize=${rootGb},Encrypted=true,DeleteOnTermination=true}`,
  );
  if (init !== undefined) args.push('--user-data', file(init.path));
  if (spec.placementGroup !== undefined) args.push('--placement', ['GroupName=', cx.of('placement_group', spec.placementGroup)]);
  if (spec.role !== undefined) {
    args.push('--iam-instance-profile', ['Name=', profileOf(cx, spec.role)]);
    // It is tried again while AWS does not know the new role everywhere; the token keeps that from making two.
    args.push('--client-token', [`${cx.plan}-`, { now: true }, `-${cx.all('server').indexOf(spec)}`]);
  }
  const found = findServer(cx, spec.name);
  const one = (select: string) =>
    query(text(cx, `Reservations[].Instances[].${select}`, 'ec2 describe-instances', '--filters', filter('instance-id', self(cx))));
  const last = network === undefined ? undefined : seat(cx, spec) % 2 === 0 ? 'a' : 'b';
  steps.push(
    step(cx, '', {
      title: `server ${spec.name} (${type.id})`,
      find: found,
      ...(init === undefined ? {} : { files: [init] }),
      create: text(
        cx,
        'Instances[0].InstanceId',
        'ec2 run-instances',
        ...args,
        ...tagged(cx, { instance: spec.name, volume: `${spec.name}/root` }),
      ),
      ...(spec.role === undefined ? { captures: true } : { patience: 120 }),
      wait: [aws(cx, 'ec2 wait instance-running', '--instance-ids', self(cx))],
      outputs: {
        ...(spec.role === undefined ? {} : { id: found }),
        name: spec.name,
        // A static address replaces the first one, so that is the one that others are told.
        ...(isPublic
          ? {
              ipv4:
                address === undefined
                  ? one('PublicIpAddress')
                  : query(
                      text(
                        cx,
                        'Addresses[].PublicIp',
                        'ec2 describe-addresses',
                        '--filters',
                        filter('allocation-id', cx.of('static_ip', address.name)),
                      ),
                    ),
            }
          : {}),
        privateIpv4: one('PrivateIpAddress'),
        zone: one('Placement.AvailabilityZone'),
      },
      verify: { query: findServer(cx, spec.name, 'Reservations[].Instances[].State.Name'), expect: 'running' },
      undo: [
        aws(cx, 'ec2 terminate-instances', '--instance-ids', self(cx)),
        aws(cx, 'ec2 wait instance-terminated', '--instance-ids', self(cx)),
      ],
      // First boot needs the way out.
      ...(network === undefined
        ? {}
        : { after: [`network.${network}.public-route`, `network.${network}.${spec.subnet}-${last}-routed`, ...wayOut] }),
      effects: [
        { kind: 'creates', what: `server ${spec.name}: ${type.id}, ${type.vcpu} vCPU, ${type.memoryGb} GB, ${os}, ${cx.region}` },
        typeCost(cx, `server ${spec.name} (${type.id})`, type),
        rateCost(cx, `root disk of ${spec.name} (${rootGb} GB)`, 'volume', rootGb),
        ...(isPublic && address === undefined ? [rateCost(cx, `public IPv4 of ${spec.name}`, 'public_ipv4')] : []),
        ...(cx.all('server').find((one) => cx.regionOf(one) === cx.region) === spec ? [accountTraffic(cx)] : []),
      ],
    }),
  );
  return steps;
};

/** What is free is free to the account, however many servers there are: so one item a region. */
export function accountTraffic(cx: Context): Cost {
  const base = usageCost(cx, `traffic to the internet from ${cx.region}`, 'egress', "what is included is the account's");
  const above = priceIn(cx.catalog.rates.egress_over_10tb, cx.region);
  return above === undefined ? base : { ...base, rate: { ...(base.rate as Rate), over: { units: 10_240, amount: above.amount } } };
}
