import { type Arg, atoms, query } from '../../core/command.ts';
import type { Step } from '../../core/plan.ts';
import type { Spec } from '../../resources/index.ts';
import type { Service } from '../../resources/load_balancer.ts';
import { rateCost } from '../common.ts';
import type { Context, Emit } from '../provider.ts';
import { checkServices } from '../services.ts';
import { doctl, find, get, ownName, ownTag, sameRegion } from './cli.ts';
import { tagStep } from './firewall.ts';

/** Joins words of atoms into one word, with a space between. */
const spaced = (words: readonly Arg[]): Arg => words.flatMap((word, i) => (i === 0 ? atoms(word) : [' ', ...atoms(word)]));

/**
 * A load balancer serves a tag: it can be made before, and without, its targets, and each target is a step that can be
 * asked for. Its tag is also what it is found by.
 */
export const loadBalancer: Emit<'load_balancer'> = (spec, cx) => {
  const { units, services, args } = settings(spec, cx);
  const tag = ownTag(cx, 'load-balancer', spec.name);
  const at = (column: string) => find('compute load-balancer', `${column},Name,Tag`, [spec.name, tag]);
  const self = cx.of('load_balancer', spec.name);
  const steps: Step[] = [
    tagStep(cx, tag, `load balancer ${spec.name}`),
    {
      id: cx.id,
      title: `load balancer ${spec.name} (${units} ${units === 1 ? 'node' : 'nodes'})`,
      resource: cx.id,
      provider: 'digitalocean',
      find: at('ID'),
      create: doctl('compute', 'load-balancer', 'create', '--name', spec.name, ...args),
      wait: [{ command: get('compute load-balancer', self, 'Status'), expect: 'active', seconds: 900 }],
      outputs: { id: at('ID'), ipv4: { command: get('compute load-balancer', self, 'IP') } },
      verify: { query: at('Status'), expect: 'active' },
      undo: [doctl('compute', 'load-balancer', 'delete', { of: cx.id, out: 'id' }, '--force')],
      effects: [
        { kind: 'creates', what: `load balancer ${spec.name}, ${cx.region}` },
        rateCost(cx, `load balancer ${spec.name}`, 'load_balancer', units),
        ...services.map((service) => ({
          kind: 'exposes' as const,
          port: `${service.port}/tcp`,
          to: 'the internet',
          what: `load balancer ${spec.name}`,
        })),
      ],
    },
  ];
  const access = accessStep(spec, cx);
  if (access !== undefined) steps.push(access);
  for (const [i, target] of spec.targets.entries()) {
    if (spec.targets.indexOf(target) !== i) cx.fail(`targets[${i}]`, { message: 'is named twice.', given: JSON.stringify(target) });
    const droplet = cx.of('server', target);
    const behind = query(doctl('compute', 'droplet', 'list', '--tag-name', tag, '--format', 'ID', '--no-header'), {
      column: 1,
      equals: droplet,
      print: 1,
    });
    steps.push({
      id: cx.part(target),
      title: `${target} behind ${spec.name}`,
      resource: cx.id,
      provider: 'digitalocean',
      find: behind,
      create: doctl('compute', 'droplet', 'tag', droplet, '--tag-name', cx.of('load_balancer', spec.name, 'name', 'tag')),
      verify: { query: behind },
      within: cx.part('tag'),
      // No traffic before the firewall lets it in.
      after: [access === undefined ? cx.id : access.id],
      effects: [{ kind: 'changes', what: `load balancer ${spec.name} sends traffic to ${target}` }],
    });
  }
  return steps;
};

/** All that a load balancer is but its name: its creation and its update take the same. */
export function settings(
  spec: Spec<'load_balancer'>,
  cx: Context,
): { readonly units: number; readonly services: readonly Service[]; readonly args: readonly Arg[] } {
  const units = nodes(spec, cx);
  const network = networkOf(spec, cx);
  const services = servicesOf(spec, cx);
  const health = spec.services[0] as Service;
  if (health.healthPath.search(/[,:]/) !== -1)
    cx.fail('services[0].healthPath', {
      message: 'has a comma or a colon, which doctl cannot pass on.',
      given: JSON.stringify(health.healthPath),
    });
  if (spec.services.some((service) => service.targetPort !== health.targetPort))
    cx.assume(`load balancer ${spec.name}: DigitalOcean checks one port only, ${health.targetPort}`);
  const args: Arg[] = [
    '--region',
    cx.region,
    '--size-unit',
    String(units),
    ...(network === undefined ? [] : ['--vpc-uuid', cx.of('network', network)]),
    '--tag-name',
    cx.of('load_balancer', spec.name, 'name', 'tag'),
    '--forwarding-rules',
    spaced(services.map((service) => forwarding(service, cx))),
    '--health-check',
    `protocol:${health.protocol === 'tcp' ? 'tcp' : 'http'},port:${health.targetPort}${health.protocol === 'tcp' ? '' : `,path:${health.healthPath}`},check_interval_seconds:10,response_timeout_seconds:5,healthy_threshold:3,unhealthy_threshold:3`,
    ...(services.length > spec.services.length ? ['--redirect-http-to-https'] : []),
  ];
  return { units, services, args };
}

/** A load balancer's size is its number of nodes; the names of sizes are retired. */
function nodes(spec: Spec<'load_balancer'>, cx: Context): number {
  if (spec.size === undefined) return 1;
  if (/^\d+$/.test(spec.size) && Number(spec.size) >= 1 && Number(spec.size) <= 200) return Number(spec.size);
  return cx.fail('size', {
    message: 'is a number of nodes at DigitalOcean, from 1 to 200; sizes with names are retired.',
    given: JSON.stringify(spec.size),
  });
}

/** The network that it shares with its targets: it reaches them by their private addresses. */
function networkOf(spec: Spec<'load_balancer'>, cx: Context): string | undefined {
  const servers = spec.targets.map((target) => cx.spec('server', target));
  const network = spec.network ?? servers[0]?.network;
  servers.forEach((server, i) => {
    sameRegion(cx, server, `targets[${i}]`);
    if (server.network !== network) {
      cx.fail(`targets[${i}]`, {
        message: `server ${server.name} is ${server.network === undefined ? 'in no network' : `in network ${server.network}`}, and the load balancer ${network === undefined ? 'in none' : `in ${network}`}; it reaches only servers of its own.`,
      });
    }
  });
  if (network !== undefined) sameRegion(cx, cx.spec('network', network), 'network');
  return network;
}

/** The services, and the one on port 80 that a redirect to https needs. */
function servicesOf(spec: Spec<'load_balancer'>, cx: Context): readonly Service[] {
  checkServices(spec, cx);
  const secure = spec.services.find((service) => service.protocol === 'https' && service.port === 443);
  if (secure === undefined || spec.services.some((service) => service.port === 80)) return spec.services;
  cx.assume(`load balancer ${spec.name}: http on port 80 is redirected to https`);
  const { certificate: _, ...plain } = secure;
  return [...spec.services, { ...plain, protocol: 'http', port: 80 }];
}

function forwarding(service: Service, cx: Context): Arg {
  const target = service.protocol === 'tcp' ? 'tcp' : 'http';
  const rule = `entry_protocol:${service.protocol},entry_port:${service.port},target_protocol:${target},target_port:${service.targetPort}`;
  return service.certificate === undefined ? rule : [`${rule},certificate_id:`, cx.of('certificate', service.certificate)];
}

/**
 * Firewalls of a droplet add up, so what lets the load balancer in is a firewall of its own, on the tags of those that
 * the targets have. A target that has none is open already, and this must not close it.
 */
function accessStep(spec: Spec<'load_balancer'>, cx: Context): Step | undefined {
  const firewalls = new Set(spec.targets.flatMap((target) => cx.spec('server', target).firewalls.slice(0, 1)));
  if (firewalls.size === 0) return undefined;
  if (firewalls.size > 5)
    cx.fail('targets', {
      message: 'have more than 5 first firewalls between them, and a firewall takes 5 tags. Let servers share a firewall.',
      given: JSON.stringify([...firewalls]),
    });
  const ports = [...new Set(spec.services.map((service) => service.targetPort))];
  const self = cx.of('load_balancer', spec.name);
  const name = `${ownName(cx, spec.name)}.load-balancer`;
  const found = find('compute firewall', 'ID,Name', [name]);
  return {
    id: cx.part('access'),
    title: `let ${spec.name} in`,
    resource: cx.id,
    provider: 'digitalocean',
    find: found,
    create: doctl(
      'compute',
      'firewall',
      'create',
      '--name',
      name,
      '--inbound-rules',
      spaced(ports.map((port): Arg => [`protocol:tcp,ports:${port},load_balancer_uid:`, self])),
      '--tag-names',
      [...firewalls].map((firewall) => ownTag(cx, 'firewall', firewall)).join(','),
      '--format',
      'ID',
      '--no-header',
    ),
    captures: true,
    verify: { query: find('compute firewall', 'Status,Name', [name]), expect: 'succeeded' },
    undo: [doctl('compute', 'firewall', 'delete', { of: cx.part('access'), out: 'id' }, '--force')],
    after: [...firewalls].map((firewall) => `firewall.${firewall}`),
    effects: [
      {
        kind: 'creates',
        what: `firewall ${name}: ${[...firewalls].join(', ')} let${firewalls.size === 1 ? 's' : ''} ${spec.name} in on ${ports.join(', ')}`,
      },
    ],
  };
}
