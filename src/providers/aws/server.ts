import { type Arg, query } from '../../core/command.ts';
import type { Cost, Rate, Step } from '../../core/plan.ts';
import type { Spec } from '../../resources/index.ts';
import { priceIn } from '../catalog.ts';
import { rateCost, typeCost, usageCost } from '../common.ts';
import type { Context, Emit } from '../provider.ts';
import { aws, by, file, filter, find, self, step, tagged, text } from './cli.ts';
import { machine } from './machine.ts';
import { networkOf, subnet } from './network.ts';

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
  const isPublic = spec.publicIp && spec.subnet === 'public';
  const found = findServer(cx, spec.name);
  const { type, os, image, device, rootGb, key, groups, network, init, steps: before, wayOut } = machine(cx, spec, isPublic, found);
  const address = by(cx.all('static_ip'), 'server', (ip) => (ip.server === undefined ? [] : [ip.server])).get(spec.name)?.[0];
  if (!isPublic && address !== undefined)
    cx.fail('publicIp', {
      message: `static_ip ${address.name} belongs to this server, so it has to be in a public subnet with publicIp true.`,
    });
  if (spec.backups)
    cx.fail('backups', {
      message: 'is no switch on EC2. Leave it out and add {"kind":"snapshot","server":...}, or ask plan_backups for a schedule.',
    });
  const steps: Step[] = [...before];
  const args: Arg[] = ['--image-id', image, '--instance-type', type.id, '--count', '1'];
  if (key !== undefined) args.push('--key-name', key);
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
