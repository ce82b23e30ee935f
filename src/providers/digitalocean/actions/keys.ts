import { query } from '../../../core/command.ts';
import type { Act } from '../../provider.ts';
import { rotateKey as rotateSshKey } from '../../rotate.ts';
import { doctl, ownName } from '../cli.ts';
import { valueFrom } from '../secret.ts';
import { sshKey } from '../ssh_key.ts';
import { change } from './change.ts';

export const rotateKey: Act<'ssh_key'> = rotateSshKey(sshKey, (_name, id) => doctl('compute', 'ssh-key', 'delete', id, '--force'), 'root');

/** A new value out of a file. A key beside it, written together with it, says that it was done today. */
export const rotateSecret: Act<'secret'> = (spec, cx) => {
  const value = valueFrom(spec, cx);
  const name = ownName(cx, spec.name);
  const where = ['--region', cx.region];
  const key = `rotated_${cx.today.replaceAll('-', '_')}`;
  // Without --show doctl prints the keys alone.
  const done = query(doctl('secrets', 'get', name, ...where, '--format', 'Key', '--no-header'), { column: 1, equals: key, print: 1 });
  cx.assume(`secret ${name}: its new value is what is in ${spec.file} when the script runs; the file is not needed afterwards`);
  return [
    change(
      cx,
      'rotate',
      `a new value for secret ${name}`,
      done,
      doctl('secrets', 'set', name, ...where, '--value', value, '--value', `${key}=yes`),
      [
        { kind: 'destroys', what: `the value that secret ${name} has now: doctl reads the newest alone` },
        { kind: 'changes', what: `secret ${name} has the value from ${spec.file}, and a key ${key} that says so; its other keys stay` },
      ],
    ),
  ];
};
