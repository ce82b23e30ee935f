import { flag, path } from '../../core/command.ts';
import type { Emit } from '../provider.ts';
import { doctl, find } from './cli.ts';

/** An account has a public key once, so plans share it by its name. */
export const sshKey: Emit<'ssh_key'> = (spec, cx) => {
  const found = find('compute ssh-key', 'ID,Name', [spec.name]);
  return [
    {
      id: cx.id,
      title: `SSH key ${spec.name}`,
      resource: cx.id,
      provider: 'digitalocean',
      find: found,
      create: doctl(
        'compute',
        'ssh-key',
        'import',
        spec.name,
        ...flag('--public-key-file', path(spec.publicKeyPath)),
        '--format',
        'ID',
        '--no-header',
      ),
      captures: true,
      verify: { query: found },
      undo: [doctl('compute', 'ssh-key', 'delete', { of: cx.id, out: 'id' }, '--force')],
      effects: [{ kind: 'creates', what: `SSH key ${spec.name} from ${spec.publicKeyPath}` }],
    },
  ];
};
