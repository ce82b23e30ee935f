import { exposures, fullRules } from '../network_rules.ts';
import type { Emit } from '../provider.ts';
import { find, hcloud, labels } from './cli.ts';

export const firewall: Emit<'firewall'> = (spec, cx) => {
  const rules = fullRules(spec, cx);
  const found = find(cx, 'firewall', spec.name);
  // All rules go in with the firewall: were they added one by one, an interruption would leave it half open.
  const file = {
    path: `${cx.plan}-${spec.name}-firewall.json`,
    text: `${JSON.stringify(
      rules.map((rule) => ({
        direction: rule.direction,
        protocol: rule.protocol,
        ...(rule.protocol === 'icmp' ? {} : { port: rule.port === 'any' ? '1-65535' : rule.port }),
        [rule.direction === 'in' ? 'source_ips' : 'destination_ips']: rule.ranges,
        ...(rule.description === undefined ? {} : { description: rule.description }),
      })),
      null,
      1,
    )}\n`,
  };
  return [
    {
      id: cx.id,
      title: `firewall ${spec.name}`,
      resource: cx.id,
      provider: 'hetzner',
      find: found,
      files: [file],
      create: hcloud('firewall', 'create', '--name', spec.name, '--rules-file', file.path, ...labels(cx, spec.name)),
      outputs: { name: spec.name },
      verify: { query: found },
      // It is refused for a moment after its last server is gone.
      undo: [{ command: hcloud('firewall', 'delete', spec.name), seconds: 60 }],
      effects: [{ kind: 'creates', what: `firewall ${spec.name} with ${rules.length} rules` }, ...exposures(spec, rules)],
    },
  ];
};
