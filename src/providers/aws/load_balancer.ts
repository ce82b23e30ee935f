import { type Arg, atoms, query } from '../../core/command.ts';
import type { Step } from '../../core/plan.ts';
import type { Spec } from '../../resources/index.ts';
import type { Service } from '../../resources/load_balancer.ts';
import { rateCost, usageCost } from '../common.ts';
import { WORLD } from '../network_rules.ts';
import type { Context, Emit } from '../provider.ts';
import { checkServices } from '../services.ts';
import { aws, self, step, tags, text } from './cli.ts';
import { fromGroups, fromRanges, groupOf, groupRules, securityGroup } from './firewall.ts';
import { networkOf, sayNetwork, subnet, subnetBits } from './network.ts';

const TLS = 'ELBSecurityPolicy-TLS13-1-2-2021-06';

/** Neither names nor tags of load balancers can be filtered by; their names are unique in a region, and the plan's own VPC makes sure whose it is. */
function inVpc(list: string, nameField: string, name: string, vpc: Arg, select: string): Arg {
  return [`${list}[?${nameField}=='${name}'&&VpcId=='`, ...atoms(vpc), `'].${select}`];
}

/** An application load balancer for http and https, a network load balancer for tcp. */
export const loadBalancer: Emit<'load_balancer'> = (spec, cx) => {
  if (spec.size !== undefined)
    cx.fail('size', { message: 'is no choice on AWS: a load balancer grows by itself. Leave it out.', given: JSON.stringify(spec.size) });
  const network = spec.network === undefined ? commonNetwork(cx, spec) : sayNetwork(cx, spec);
  if (network === undefined)
    return cx.fail('network', {
      message:
        'is missing; a load balancer needs public subnets in two zones. Add {"kind":"network","name":"lan"} and name it here and in the targets.',
    });
  if (subnetBits(cx.spec('network', network).cidr) > 27)
    cx.fail('network', {
      message: `the subnets of network ${network} are too small for a load balancer, which needs /27 or larger; give the network a larger range.`,
    });
  const kind = balancerKind(spec, cx);
  const vpc = cx.of('network', network);
  const own = self(cx);
  checkServices(spec, cx, '{"kind":"certificate","name":"site","domains":["example.com"],"zone":"example.com"}');
  const ports = new Map<number, Service>();
  for (const [i, service] of spec.services.entries()) {
    ports.set(service.port, service);
    sameRegionCertificate(spec, cx, service, i);
  }
  // A plain http request to a site that has only https is sent there.
  const redirect = spec.services.some((service) => service.protocol === 'https' && service.port === 443) && !ports.has(80);
  const open = [...ports.keys(), ...(redirect ? [80] : [])].sort((a, b) => a - b);

  const group = securityGroup(cx, 'group', `${spec.name}/load-balancer`, network, `load balancer ${spec.name}`);
  const steps: Step[] = [
    group,
    groupRules(cx, 'open', {
      group: self(cx, 'group'),
      name: `${spec.name}/open`,
      permissions: open.map((port) => fromRanges(port, WORLD)),
      title: `open ${spec.name} on ${open.join(' and ')}`,
      within: group.id,
      effects: open.map((port) => ({ kind: 'exposes', port: `${port}/tcp`, to: 'the internet', what: `load balancer ${spec.name}` })),
    }),
    ...reachTargets(spec, cx, network),
  ];
  // Target groups before the load balancer, so that a teardown removes them after it: they are refused while a listener uses them.
  for (const service of spec.services) steps.push(targetGroup(spec, cx, service, vpc));
  const found = query(
    text(cx, inVpc('LoadBalancers', 'LoadBalancerName', spec.name, vpc, 'LoadBalancerArn'), 'elbv2 describe-load-balancers'),
  );
  const one = (select: string) =>
    query(text(cx, inVpc('LoadBalancers', 'LoadBalancerName', spec.name, vpc, select), 'elbv2 describe-load-balancers'));
  steps.push(
    step(cx, '', {
      title: `${kind} load balancer ${spec.name}`,
      find: found,
      create: text(
        cx,
        'LoadBalancers[0].LoadBalancerArn',
        'elbv2 create-load-balancer',
        '--name',
        spec.name,
        '--type',
        kind,
        '--scheme',
        'internet-facing',
        '--ip-address-type',
        'ipv4',
        '--subnets',
        subnet(cx, network, 'public', 0),
        subnet(cx, network, 'public', 1),
        '--security-groups',
        self(cx, 'group'),
        ...tags(cx, spec.name),
      ),
      captures: true,
      wait: [aws(cx, 'elbv2 wait load-balancer-available', '--load-balancer-arns', own)],
      // It has a name, not an address: its addresses change.
      outputs: { name: spec.name, dnsName: one('DNSName'), zoneId: one('CanonicalHostedZoneId') },
      verify: { query: one('State.Code'), expect: 'active' },
      undo: [
        aws(cx, 'elbv2 delete-load-balancer', '--load-balancer-arn', own),
        aws(cx, 'elbv2 wait load-balancers-deleted', '--load-balancer-arns', own),
      ],
      after: [
        `network.${network}.public-route`,
        `network.${network}.public-a-routed`,
        `network.${network}.public-b-routed`,
        ...spec.services.map((service) => cx.part(`to-${service.port}`)),
      ],
      effects: [
        { kind: 'creates', what: `${kind} load balancer ${spec.name} in two zones of ${cx.region}` },
        rateCost(cx, `load balancer ${spec.name}`, kind === 'network' ? 'network_load_balancer' : 'load_balancer'),
        rateCost(cx, `two public IPv4 of ${spec.name}`, 'public_ipv4', 2),
        usageCost(
          cx,
          `load on ${spec.name}`,
          kind === 'network' ? 'network_load_balancer_capacity' : 'load_balancer_capacity',
          'per capacity unit and hour',
        ),
      ],
    }),
  );
  for (const service of spec.services) {
    const args: Arg[] = ['--protocol', service.protocol.toUpperCase(), '--port', String(service.port)];
    if (service.certificate !== undefined)
      args.push('--certificates', ['CertificateArn=', cx.of('certificate', service.certificate, 'id', 'issued')], '--ssl-policy', TLS);
    args.push('--default-actions', ['Type=forward,TargetGroupArn=', self(cx, `to-${service.port}`)]);
    steps.push(listener(spec, cx, service.port, args, `${service.protocol} ${service.port} of ${spec.name} to port ${service.targetPort}`));
  }
  if (redirect) {
    const args = [
      '--protocol',
      'HTTP',
      '--port',
      '80',
      '--default-actions',
      'Type=redirect,RedirectConfig={Protocol=HTTPS,Port=443,StatusCode=HTTP_301}',
    ];
    steps.push(listener(spec, cx, 80, args, `http 80 of ${spec.name} is sent to https`));
  }
  for (const service of spec.services) for (const target of spec.targets) steps.push(registration(spec, cx, service, target));
  return steps;
};

/** Where the load balancer names no network, it is that of its targets. */
function commonNetwork(cx: Context, spec: Spec<'load_balancer'>): string | undefined {
  const networks = new Set(spec.targets.map((target) => networkOf(cx, cx.spec('server', target))));
  const [only] = networks;
  if (networks.size !== 1 || only === undefined) return sayNetwork(cx, spec);
  cx.assume(`${cx.id}: network ${only}, that of its targets`);
  return only;
}

export function balancerKind(spec: Spec<'load_balancer'>, cx: Context): 'application' | 'network' {
  const isTcp = spec.services.map((service) => service.protocol === 'tcp');
  if (isTcp.includes(true) && isTcp.includes(false)) {
    cx.fail(`services[${isTcp.indexOf(true)}].protocol`, {
      message: 'tcp needs a network load balancer, http and https an application load balancer; AWS has no kind that does both. Make two.',
    });
  }
  return isTcp[0] ? 'network' : 'application';
}

function sameRegionCertificate(spec: Spec<'load_balancer'>, cx: Context, service: Service, i: number): void {
  if (service.certificate === undefined) return;
  const there = cx.regionOf(cx.spec('certificate', service.certificate));
  if (there !== cx.region)
    cx.fail(`services[${i}].certificate`, {
      message: `certificate ${service.certificate} is in ${there}, and load balancer ${spec.name} in ${cx.region}; it has to be in the same region.`,
    });
}

/** Lets the load balancer in at its targets' security groups, on the target ports and nowhere else. */
function reachTargets(spec: Spec<'load_balancer'>, cx: Context, network: string): Step[] {
  const steps = new Map<string, Step>();
  const targetPorts = [...new Set(spec.services.map((service) => service.targetPort))].sort((a, b) => a - b);
  for (const [i, target] of spec.targets.entries()) {
    const server = cx.spec('server', target);
    if (spec.targets.indexOf(target) !== i) cx.fail(`targets[${i}]`, { message: 'is named twice.', given: JSON.stringify(target) });
    if (cx.regionOf(server) !== cx.region)
      cx.fail(`targets[${i}]`, {
        message: `server ${target} is in ${cx.regionOf(server)} and the load balancer in ${cx.region}; both have to be in one region.`,
      });
    if (networkOf(cx, server) !== network)
      cx.fail(`targets[${i}]`, {
        message: `server ${target} is not in network ${network}, so the load balancer could not reach it. Give the server "network":"${network}".`,
      });
    const firewall = server.firewalls[0];
    const part = firewall === undefined ? `reach-${target}.group` : `reach-${firewall}`;
    const where = firewall === undefined ? `server ${target}` : `firewall ${firewall}`;
    if (steps.has(part)) continue;
    steps.set(
      part,
      groupRules(cx, part, {
        group: groupOf(cx, server),
        name: `${spec.name}/to-target`,
        permissions: targetPorts.map((port) => fromGroups(port, [self(cx, 'group')])),
        title: `let ${spec.name} in at ${where} on ${targetPorts.join(' and ')}`,
        effects: [{ kind: 'changes', what: `${where} lets load balancer ${spec.name} in on ${targetPorts.join(' and ')}` }],
      }),
    );
  }
  return [...steps.values()];
}

function targetGroup(spec: Spec<'load_balancer'>, cx: Context, service: Service, vpc: Arg): Step {
  const name = `${spec.name}-${service.port}`;
  const part = `to-${service.port}`;
  // TLS ends at the load balancer.
  const protocol = service.protocol === 'tcp' ? 'TCP' : 'HTTP';
  const found = query(text(cx, inVpc('TargetGroups', 'TargetGroupName', name, vpc, 'TargetGroupArn'), 'elbv2 describe-target-groups'));
  return step(cx, part, {
    title: `target group of ${spec.name} for port ${service.port}`,
    find: found,
    create: text(
      cx,
      'TargetGroups[0].TargetGroupArn',
      'elbv2 create-target-group',
      '--name',
      name,
      '--protocol',
      protocol,
      '--port',
      String(service.targetPort),
      '--vpc-id',
      vpc,
      '--target-type',
      // Containers have addresses of their own.
      cx.all('container_service').some((one) => one.loadBalancer === spec.name) ? 'ip' : 'instance',
      '--health-check-protocol',
      protocol,
      ...(protocol === 'HTTP' ? ['--health-check-path', service.healthPath] : []),
      ...tags(cx, name),
    ),
    captures: true,
    verify: { query: found },
    undo: [{ command: aws(cx, 'elbv2 delete-target-group', '--target-group-arn', self(cx, part)), seconds: 120 }],
    effects: [{ kind: 'creates', what: `target group ${name}, port ${service.targetPort}` }],
  });
}

function listener(spec: Spec<'load_balancer'>, cx: Context, port: number, args: readonly Arg[], title: string): Step {
  const found = query(text(cx, `Listeners[?Port==\`${port}\`].ListenerArn`, 'elbv2 describe-listeners', '--load-balancer-arn', self(cx)));
  return step(cx, `listener-${port}`, {
    title,
    find: found,
    create: text(
      cx,
      'Listeners[0].ListenerArn',
      'elbv2 create-listener',
      '--load-balancer-arn',
      self(cx),
      ...args,
      ...tags(cx, `${spec.name}-${port}`),
    ),
    captures: true,
    verify: { query: found },
    within: cx.id,
    effects: [{ kind: 'changes', what: `load balancer ${spec.name} listens on ${port}` }],
  });
}

function registration(spec: Spec<'load_balancer'>, cx: Context, service: Service, target: string): Step {
  const group = self(cx, `to-${service.port}`);
  const server = cx.of('server', target);
  const found = query(
    text(
      cx,
      ["TargetHealthDescriptions[?Target.Id=='", server, "'&&TargetHealth.State!='draining'].Target.Id"],
      'elbv2 describe-target-health',
      '--target-group-arn',
      group,
    ),
  );
  return step(cx, `target-${target}-${service.port}`, {
    title: `${target} behind ${spec.name}, port ${service.port}`,
    find: found,
    create: aws(cx, 'elbv2 register-targets', '--target-group-arn', group, '--targets', ['Id=', server]),
    verify: { query: found, expect: server },
    within: cx.part(`to-${service.port}`),
    effects: [{ kind: 'changes', what: `load balancer ${spec.name} sends traffic of port ${service.port} to ${target}` }],
  });
}
