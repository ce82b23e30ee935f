import { flag, path } from '../../core/command.ts';
import { existingKey, KEY_HINT } from '../common.ts';
import type { Emit } from '../provider.ts';
import { doctl, find, ownName } from './cli.ts';

/** Keys have neither tags nor labels here, so a key of the plan carries the plan's name in its own. */
export const sshKey: Emit<'ssh_key'> = (spec, cx) => {
  if (spec.existing)
    return [
      existingKey(spec, cx, find('compute ssh-key', 'ID,Name', [spec.name]), doctl('compute', 'ssh-key', 'list', '--format', 'ID,Name')),
    ];
  const name = ownName(cx, spec.name);
  const found = find('compute ssh-key', 'ID,Name', [name]);
  return [
    {
      id: cx.id,
      title: `SSH key ${name}`,
      resource: cx.id,
      provider: 'digitalocean',
      find: found,
      create: doctl(
        'compute',
        'ssh-key',
        'import',
        name,
        ...flag('--public-key-file', path(spec.publicKeyPath)),
        '--format',
        'ID',
        '--no-header',
      ),
      captures: true,
      verify: { query: found },
      hint: KEY_HINT,
      undo: [doctl('compute', 'ssh-key', 'delete', { of: cx.id, out: 'id' }, '--force')],
      effects: [{ kind: 'creates', what: `SSH key ${name} from ${spec.publicKeyPath}` }],
    },
  ];
};
