import { query } from '../../core/command.ts';
import type { LocalFile, Step } from '../../core/plan.ts';
import type { Size } from '../../resources/fields.ts';
import type { Spec } from '../../resources/index.ts';
import { betterChoice, findRegion, findServerType, retiredSuccessor } from '../catalog.ts';
import type { ServerType } from '../catalog_types.ts';
import { imageId, osOf, serverType } from '../common.ts';
import { userData } from '../first_boot.ts';
import type { Atom, Context, Query } from '../provider.ts';
import { lookUp, notAFile, text } from './cli.ts';
import { groupOf, securityGroup } from './firewall.ts';
import { natRoutes } from './nat_gateway.ts';
import { sayNetwork } from './network.ts';

/** What a server, and the servers of an autoscaling group, are made from. */
export interface Machine {
  readonly type: ServerType;
  /** The image's name at every provider. */
  readonly os: string;
  readonly image: Atom;
  /** The root disk's device name, and its size. */
  readonly device: string;
  readonly rootGb: number;
  readonly key: Atom | undefined;
  readonly groups: readonly Atom[];
  readonly network: string | undefined;
  readonly init: LocalFile | undefined;
  /** The look-ups and groups that have to come first. */
  readonly steps: readonly Step[];
  /** The steps after which its first boot reaches the internet by the network's NAT gateway. */
  readonly wayOut: readonly string[];
}

export function machine(cx: Context, spec: Spec<'server' | 'autoscaling_group'>, isPublic: boolean, unless: Query): Machine {
  const what = spec.kind === 'server' ? 'server' : 'group';
  notAFile(spec.image, cx.field('image'));
  const type = instanceType(cx, spec.size);
  const parameter = imageId(cx, spec.image, type.arch);
  const os = osOf(cx, parameter);
  const init = userData(cx, spec, os, undefined);
  const network = sayNetwork(cx, spec);
  if (spec.subnet === 'private' && network === undefined)
    cx.fail('subnet', { message: 'is private, and the plan has no network for it; add {"kind":"network","name":"lan"}.' });
  const wayOut = network === undefined || spec.subnet === 'public' ? [] : natRoutes(cx, network);
  if (!isPublic && spec.docker && wayOut.length === 0)
    cx.fail('docker', {
      message:
        'is installed from the internet at first boot, and a server without a public address has no way out. Put it into a private subnet of a network with a nat_gateway, make it public behind a firewall that lets nothing in, or leave docker out.',
    });
  if (spec.sshKeys.length > 1)
    cx.fail('sshKeys', {
      message: 'EC2 puts one key on a server; add the others in userData (ssh_authorized_keys).',
      given: JSON.stringify(spec.sshKeys),
    });
  for (const [i, name] of spec.firewalls.entries()) {
    if (cx.regionOf(cx.spec('firewall', name)) !== cx.region)
      cx.fail(`firewalls[${i}]`, { message: `firewall ${name} is in another region than this ${what} (${cx.region}).` });
  }
  for (const [i, name] of spec.sshKeys.entries()) {
    if (cx.regionOf(cx.spec('ssh_key', name)) !== cx.region)
      cx.fail(`sshKeys[${i}]`, {
        message: `SSH key ${name} is in another region than this ${what}; a key pair is known in its own region only. Add one with "region":"${cx.region}".`,
      });
  }
  offered(cx, type, unless);
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
    cx.assume(`${spec.kind} ${spec.name}: a security group of its own that lets nothing in, since it names no firewall`);
    const [name, title] = spec.kind === 'server' ? ['server', 'server'] : ['autoscaling-group', 'autoscaling group'];
    steps.push(securityGroup(cx, 'group', `${spec.name}/${name}`, network, `${title} ${spec.name}`));
    groups.push(groupOf(cx, spec));
  }
  const [key] = spec.sshKeys;
  return {
    type,
    os,
    image: { of: image, out: 'id' },
    device: os.startsWith('amazon-linux') ? '/dev/xvda' : '/dev/sda1',
    rootGb: Math.max(ROOT_GB, Math.ceil(typeof spec.size === 'string' ? 0 : (spec.size.diskGb ?? 0))),
    key: key === undefined ? undefined : cx.of('ssh_key', key, 'name'),
    groups,
    network,
    init,
    steps,
    wayOut,
  };
}

/** Root disk in GB where none was asked for: the images' own 8 GB fill up with a few container images. */
const ROOT_GB = 20;

/** The server type of a size. Whole families go out of date here: the same size in a successor of the same architecture takes its place. */
export function instanceType(cx: Context, size: Size): ServerType {
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

/** Sold in general is not sold in this region: asks before anything is made, unless it is there already. */
export function offered(cx: Context, type: ServerType, unless: Query): void {
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
    unless,
  });
}
