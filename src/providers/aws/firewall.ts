import { type Arg, query } from '../../core/command.ts';
import type { Effect, Step } from '../../core/plan.ts';
import type { Spec } from '../../resources/index.ts';
import { exposures, type FullRule, fullRules } from '../network_rules.ts';
import type { Atom, Context, Emit } from '../provider.ts';
import { aws, by, filter, find, self, step, tagged, text } from './cli.ts';
import { networkOf, sayNetwork } from './network.ts';

/** An empty security group. `part` is empty where it is the resource itself. */
export function securityGroup(cx: Context, part: string, name: string, network: string | undefined, what: string): Step {
  const vpc = network === undefined ? undefined : cx.of('network', network);
  const found = find(
    cx,
    'describe-security-groups',
    'SecurityGroups[].GroupId',
    name,
    ...(vpc === undefined ? [] : [filter('vpc-id', vpc)]),
  );
  return step(cx, part, {
    title: `security group of ${what}`,
    find: found,
    create: text(
      cx,
      'GroupId',
      'ec2 create-security-group',
      '--group-name',
      name,
      '--description',
      `${what}, plan ${cx.plan}`,
      ...(vpc === undefined ? [] : ['--vpc-id', vpc]),
      ...tagged(cx, { 'security-group': name }),
    ),
    captures: true,
    verify: { query: found },
    // Refused until the last network interface that uses it is gone, which a load balancer or database takes its time for.
    undo: [{ command: aws(cx, 'ec2 delete-security-group', '--group-id', self(cx, part)), seconds: 900 }],
    effects: [{ kind: 'creates', what: `security group ${name}` }],
  });
}

interface Rules {
  readonly group: Atom;
  /** Found again by this tag: a group may have rules of several origins. */
  readonly name: string;
  readonly direction?: 'ingress' | 'egress';
  readonly permissions: readonly Arg[];
  readonly title: string;
  readonly effects: readonly Effect[];
  /** The step whose group it is in, where that is removed with it. Otherwise the rule is removed by itself. */
  readonly within?: string;
}

/** Rules of a group, in one call: were they added one by one, an interruption would leave it half open. */
export function groupRules(
  cx: Context,
  part: string,
  { group, name, direction = 'ingress', permissions, title, effects, within }: Rules,
): Step {
  const found = find(cx, 'describe-security-group-rules', 'SecurityGroupRules[:1].SecurityGroupRuleId', name, filter('group-id', group));
  return step(cx, part, {
    title,
    find: found,
    create: aws(
      cx,
      `ec2 authorize-security-group-${direction}`,
      '--group-id',
      group,
      '--ip-permissions',
      ...permissions,
      ...tagged(cx, { 'security-group-rule': name }),
    ),
    verify: { query: found },
    ...(within === undefined
      ? { undo: [aws(cx, `ec2 revoke-security-group-${direction}`, '--group-id', group, '--security-group-rule-ids', self(cx, part))] }
      : { within }),
    effects,
  });
}

/** Lets members of other groups in on one TCP port. */
export function fromGroups(port: number, groups: readonly Atom[]): Arg {
  const pairs = groups.flatMap((group, i): Atom[] => [i === 0 ? '{GroupId=' : ',{GroupId=', group, '}']);
  return [`IpProtocol=tcp,FromPort=${port},ToPort=${port},UserIdGroupPairs=[`, ...pairs, ']'];
}

/** Lets addresses in on one TCP port. */
export function fromRanges(port: number, ranges: readonly string[]): Arg {
  return `IpProtocol=tcp,FromPort=${port},ToPort=${port},${shorthandRanges(ranges)}`;
}

function shorthandRanges(ranges: readonly string[]): string {
  const of = (six: boolean) => ranges.filter((range) => range.includes(':') === six);
  return [
    ...(of(false).length > 0
      ? [
          `IpRanges=[${of(false)
            .map((range) => `{CidrIp=${range}}`)
            .join(',')}]`,
        ]
      : []),
    ...(of(true).length > 0
      ? [
          `Ipv6Ranges=[${of(true)
            .map((range) => `{CidrIpv6=${range}}`)
            .join(',')}]`,
        ]
      : []),
  ].join(',');
}

type Walled = Spec<'server' | 'autoscaling_group' | 'container_service'>;

/** The security group by which a server is known to others: its first firewall, or its own where it has none. */
export function groupOf(cx: Context, { kind, name, firewalls }: Walled): { readonly of: string; readonly out: string } {
  const [first] = firewalls;
  return first === undefined ? cx.of(kind, name, 'id', 'group') : cx.of('firewall', first);
}

/** What uses a firewall. */
function users(cx: Context, name: string): readonly Walled[] {
  return [
    ...(by(cx.all('server'), 'firewall', (server) => server.firewalls).get(name) ?? []),
    ...[...cx.all('autoscaling_group'), ...cx.all('container_service')].filter(({ firewalls }) => firewalls.includes(name)),
  ];
}

export const firewall: Emit<'firewall'> = (spec, cx) => {
  const networks = [
    ...new Set([...(spec.network === undefined ? [] : [spec.network]), ...users(cx, spec.name).map((server) => networkOf(cx, server))]),
  ];
  if (networks.length > 1) {
    cx.fail('', {
      message: `firewall ${spec.name} is used in ${networks.map((one) => (one === undefined ? 'the default VPC' : `network ${one}`)).join(' and ')}; a security group belongs to one network. Make a firewall for each.`,
    });
  }
  const network = networks.length === 1 ? networks[0] : sayNetwork(cx, spec);
  const rules = fullRules(network === undefined ? spec : { ...spec, network }, cx);
  for (const [i, rule] of rules.entries()) checkDescription(cx, rule.description, `rules[${i}].description`);
  const [inbound, outbound] = (['in', 'out'] as const).map((direction) => rules.filter((rule) => rule.direction === direction)) as [
    FullRule[],
    FullRule[],
  ];
  const group = self(cx);
  const steps = [securityGroup(cx, '', spec.name, network, `firewall ${spec.name}`)];
  const count = (n: number) => `${n} ${n === 1 ? 'rule' : 'rules'}`;
  if (inbound.length > 0) {
    steps.push(
      groupRules(cx, 'rules', {
        group,
        name: `${spec.name}/in`,
        permissions: [permissions(inbound)],
        title: `what firewall ${spec.name} lets in`,
        within: cx.id,
        effects: [{ kind: 'changes', what: `firewall ${spec.name} has ${count(inbound.length)}` }, ...exposures(spec, rules)],
      }),
    );
  }
  if (outbound.length > 0) {
    // Everything may go out of a new group. First what is let out, then the end of the rest: nothing is cut off between.
    steps.push(
      groupRules(cx, 'rules-out', {
        group,
        name: `${spec.name}/out`,
        direction: 'egress',
        permissions: [permissions(outbound)],
        title: `what firewall ${spec.name} lets out`,
        within: cx.id,
        effects: [{ kind: 'changes', what: `firewall ${spec.name} has ${count(outbound.length)} for what goes out` }],
      }),
    );
    const closed = query(
      text(
        cx,
        "SecurityGroups[?!(IpPermissionsEgress[?IpProtocol=='-1'])].GroupId",
        'ec2 describe-security-groups',
        '--filters',
        filter('group-id', group),
      ),
    );
    steps.push(
      step(cx, 'closed-out', {
        title: `firewall ${spec.name} lets nothing else out`,
        find: closed,
        create: aws(
          cx,
          'ec2 revoke-security-group-egress',
          '--group-id',
          group,
          '--ip-permissions',
          'IpProtocol=-1,IpRanges=[{CidrIp=0.0.0.0/0}]',
        ),
        verify: { query: closed },
        within: cx.id,
        after: [cx.part('rules-out')],
        effects: [{ kind: 'changes', what: `servers behind firewall ${spec.name} reach only what its outbound rules name` }],
      }),
    );
  }
  return steps;
};

/** AWS's own list of characters for what a rule is for. */
function checkDescription(cx: Context, description: string | undefined, field: string): void {
  if (description !== undefined && !/^[A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]*$/.test(description)) {
    cx.fail(field, {
      message: 'has a character that a security group rule cannot have: letters, digits, spaces and ._-:/()#,@[]+=&;{}!$* are allowed.',
      given: JSON.stringify(description),
    });
  }
}

/** Rules as AWS has them: one permission for each protocol and port range, with its ranges of both families. */
function permissions(rules: readonly FullRule[]): string {
  const all = new Map<string, { protocol: string; from: number; to: number; ranges: Map<string, string | undefined> }>();
  for (const rule of rules) {
    for (const range of rule.ranges) {
      const protocol = rule.protocol === 'icmp' && range.includes(':') ? 'icmpv6' : rule.protocol;
      const [from, to] = rule.protocol === 'icmp' ? [-1, -1] : (rule.ports ?? [0, 65_535]);
      const key = `${protocol} ${from} ${to}`;
      const permission = all.get(key) ?? { protocol, from, to, ranges: new Map<string, string | undefined>() };
      all.set(key, permission);
      // The same range twice would be refused.
      if (!permission.ranges.has(range)) permission.ranges.set(range, rule.description);
    }
  }
  return JSON.stringify(
    [...all.values()].map(({ protocol, from, to, ranges }) => {
      const of = (six: boolean) =>
        [...ranges]
          .filter(([range]) => range.includes(':') === six)
          .map(([range, Description]) => ({ [six ? 'CidrIpv6' : 'CidrIp']: range, ...(Description === undefined ? {} : { Description }) }));
      return {
        IpProtocol: protocol,
        FromPort: from,
        ToPort: to,
        ...(of(false).length > 0 ? { IpRanges: of(false) } : {}),
        ...(of(true).length > 0 ? { Ipv6Ranges: of(true) } : {}),
      };
    }),
  );
}
