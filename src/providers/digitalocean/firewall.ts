import type { Arg } from '../../core/command.ts';
import type { Step } from '../../core/plan.ts';
import { exposures, type FullRule, fullRules, WORLD } from '../network_rules.ts';
import type { Context, Emit } from '../provider.ts';
import { doctl, find, findName, ownTag } from './cli.ts';

/** doctl's own notation: one word a rule, rules separated by spaces, all of them in one flag (of two flags the last would win). */
function text(rules: readonly Pick<FullRule, 'protocol' | 'port' | 'ranges'>[]): string {
  return rules
    .map(({ protocol, port, ranges }) =>
      [
        `protocol:${protocol}`,
        ...(protocol === 'icmp' ? [] : [`ports:${port === 'any' ? 'all' : port}`]),
        ...ranges.map((range) => `address:${range}`),
      ].join(','),
    )
    .join(' ');
}

/** A tag as a step of its own: firewalls and load balancers take only tags that exist. */
export function tagStep(cx: Context, tag: string, what: string): Step {
  const found = findName('compute tag', 'Name', tag);
  return {
    id: cx.part('tag'),
    title: `tag ${tag}`,
    resource: cx.id,
    provider: 'digitalocean',
    find: found,
    create: doctl('compute', 'tag', 'create', tag),
    outputs: { name: tag },
    verify: { query: found },
    undo: [doctl('compute', 'tag', 'delete', tag, '--force')],
    effects: [{ kind: 'creates', what: `tag ${tag}, by which ${what} knows its droplets` }],
  };
}

/**
 * A firewall holds for a tag, not for a list of droplets: droplets are created with the tag, after the firewall, and
 * so no droplet is ever up without it.
 */
export const firewall: Emit<'firewall'> = (spec, cx) => {
  const rules = fullRules(spec, cx);
  const inbound = rules.filter((rule) => rule.direction === 'in');
  const outbound = rules.filter((rule) => rule.direction === 'out');
  // Without outbound rules DigitalOcean blocks all that goes out.
  const out =
    outbound.length > 0 ? outbound : (['tcp', 'udp', 'icmp'] as const).map((protocol) => ({ protocol, port: 'any', ranges: WORLD }));
  const tag = ownTag(cx, 'firewall', spec.name);
  const args: Arg[] = ['--name', spec.name];
  if (inbound.length > 0) args.push('--inbound-rules', text(inbound));
  args.push('--outbound-rules', text(out), '--tag-names', cx.of('firewall', spec.name, 'name', 'tag'));
  const at = (column: string) => find('compute firewall', `${column},Name,Tags`, [spec.name, tag]);
  return [
    tagStep(cx, tag, `firewall ${spec.name}`),
    {
      id: cx.id,
      title: `firewall ${spec.name}`,
      resource: cx.id,
      provider: 'digitalocean',
      find: at('ID'),
      create: doctl('compute', 'firewall', 'create', ...args, '--format', 'ID', '--no-header'),
      captures: true,
      verify: { query: at('Status'), expect: 'succeeded' },
      undo: [doctl('compute', 'firewall', 'delete', { of: cx.id, out: 'id' }, '--force')],
      effects: [{ kind: 'creates', what: `firewall ${spec.name} with ${rules.length} rules` }, ...exposures(spec, rules)],
    },
  ];
};
