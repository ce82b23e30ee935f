import { flag, path, query } from '../../core/command.ts';
import { existingKey, KEY_HINT } from '../common.ts';
import type { Emit } from '../provider.ts';
import { find, hcloud, labels } from './cli.ts';

export const sshKey: Emit<'ssh_key'> = (spec, cx) => {
  if (spec.existing) {
    const all = hcloud('ssh-key', 'list', '-o', 'noheader', '-o', 'columns=id,name');
    return [existingKey(spec, cx, query(all, { column: 2, equals: spec.name, print: 1 }), hcloud('ssh-key', 'describe', spec.name))];
  }
  const found = find(cx, 'ssh-key', spec.name);
  return [
    {
      id: cx.id,
      title: `SSH key ${spec.name}`,
      resource: cx.id,
      provider: 'hetzner',
      find: found,
      create: hcloud(
        'ssh-key',
        'create',
        '--name',
        spec.name,
        ...flag('--public-key-from-file', path(spec.publicKeyPath)),
        ...labels(cx, spec.name),
      ),
      outputs: { name: spec.name },
      verify: { query: found },
      hint: KEY_HINT,
      undo: [hcloud('ssh-key', 'delete', spec.name)],
      effects: [{ kind: 'creates', what: `SSH key ${spec.name} from ${spec.publicKeyPath}` }],
    },
  ];
};
