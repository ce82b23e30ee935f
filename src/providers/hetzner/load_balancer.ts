import { type Arg, query } from '../../core/command.ts';
import type { Step } from '../../core/plan.ts';
import { typeCost } from '../common.ts';
import type { Emit } from '../provider.ts';
import { checkServices } from '../services.ts';
import { describe, find, hcloud, labels } from './cli.ts';
import { sameZone, zone } from './network.ts';

export const loadBalancer: Emit<'load_balancer'> = (spec, cx) => {
  const types = cx.catalog.loadBalancerTypes ?? [];
  const fits = types.find(
    (type) => (type.services ?? Infinity) >= spec.services.length && (type.targets ?? Infinity) >= spec.targets.length,
  );
  const type = spec.size === undefined ? fits : types.find((one) => one.id === spec.size);
  if (type === undefined) {
    return cx.fail(spec.size === undefined ? 'targets' : 'size', {
      message: spec.size === undefined ? 'no load balancer takes that many targets or services.' : 'is no load balancer type.',
      given: JSON.stringify(spec.size ?? spec.targets.length),
      allowed: types.map((one) => one.id),
    });
  }
  if (spec.size === undefined) cx.assume(`load balancer ${spec.name}: ${type.id}, the smallest that takes ${spec.targets.length} targets`);
  if (spec.network !== undefined) sameZone(cx, spec.network, 'network');
  const found = find(cx, 'load-balancer', spec.name);
  const steps: Step[] = [
    {
      id: cx.id,
      title: `load balancer ${spec.name} (${type.id})`,
      resource: cx.id,
      provider: 'hetzner',
      find: found,
      create: hcloud(
        'load-balancer',
        'create',
        '--name',
        spec.name,
        '--type',
        type.id,
        '--location',
        cx.region,
        ...(spec.network === undefined ? [] : ['--network', cx.of('network', spec.network, 'name')]),
        ...labels(cx, spec.name),
      ),
      outputs: { name: spec.name, ipv4: find(cx, 'load-balancer', spec.name, 'ipv4') },
      verify: { query: found },
      undo: [hcloud('load-balancer', 'delete', spec.name)],
      ...(spec.network === undefined ? {} : { after: [`network.${spec.network}.subnet`] }),
      effects: [
        { kind: 'creates', what: `load balancer ${spec.name}, ${cx.region}` },
        typeCost(cx, `load balancer ${spec.name} (${type.id})`, type),
        ...spec.services.map((service) => ({
          kind: 'exposes' as const,
          port: `${service.port}/tcp`,
          to: 'the internet',
          what: `load balancer ${spec.name}`,
        })),
      ],
    },
  ];
  const self = cx.of('load_balancer', spec.name, 'name');
  checkServices(spec, cx);
  for (const service of spec.services) {
    const there = query(describe('load-balancer', spec.name, '{{range .Services}}{{println .ListenPort}}{{end}}'), {
      column: 1,
      equals: String(service.port),
      print: 1,
    });
    const args: Arg[] = [
      '--protocol',
      service.protocol,
      '--listen-port',
      String(service.port),
      '--destination-port',
      String(service.targetPort),
    ];
    if (service.certificate !== undefined) args.push('--http-certificates', cx.of('certificate', service.certificate, 'name'));
    if (service.protocol === 'https' && !spec.services.some((other) => other.port === 80) && service.port === 443)
      args.push('--http-redirect-http');
    if (service.protocol !== 'tcp') {
      args.push(
        '--health-check-protocol',
        'http',
        '--health-check-port',
        String(service.targetPort),
        '--health-check-http-path',
        service.healthPath,
      );
    }
    steps.push({
      id: cx.part(`service-${service.port}`),
      title: `${service.protocol} ${service.port} of ${spec.name} to port ${service.targetPort}`,
      resource: cx.id,
      provider: 'hetzner',
      find: there,
      create: hcloud('load-balancer', 'add-service', ...args, self),
      verify: { query: there },
      within: cx.id,
      effects: [{ kind: 'changes', what: `load balancer ${spec.name} listens on ${service.port}` }],
    });
  }
  for (const [i, target] of spec.targets.entries()) {
    const server = cx.spec('server', target);
    if (spec.targets.indexOf(target) !== i) cx.fail(`targets[${i}]`, { message: 'is named twice.', given: JSON.stringify(target) });
    if (spec.network !== undefined && server.network !== spec.network) {
      cx.fail(`targets[${i}]`, {
        message: `server ${target} is not in network ${spec.network}, so the load balancer could not reach it there. Give the server "network":"${spec.network}".`,
      });
    }
    if (zone(cx, cx.regionOf(server)) !== zone(cx, cx.region)) {
      cx.fail(`targets[${i}]`, {
        message: `server ${target} is in another network zone (${zone(cx, cx.regionOf(server))}) than the load balancer (${zone(cx, cx.region)}).`,
      });
    }
    const there = query(
      describe('load-balancer', spec.name, '{{range .Targets}}{{if .Server}}{{println .Server.Server.ID}}{{end}}{{end}}'),
      {
        column: 1,
        equals: cx.of('server', target),
        print: 1,
      },
    );
    steps.push({
      id: cx.part(target),
      title: `${target} behind ${spec.name}`,
      resource: cx.id,
      provider: 'hetzner',
      find: there,
      create: hcloud(
        'load-balancer',
        'add-target',
        '--server',
        cx.of('server', target, 'name'),
        ...(spec.network === undefined ? [] : ['--use-private-ip']),
        self,
      ),
      verify: { query: there },
      within: cx.id,
      effects: [{ kind: 'changes', what: `load balancer ${spec.name} sends traffic to ${target}` }],
    });
  }
  return steps;
};
