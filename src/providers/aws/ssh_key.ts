import { path, query } from '../../core/command.ts';
import { existingKey } from '../common.ts';
import type { Emit } from '../provider.ts';
import { aws, file, find, notAFile, step, tagged, text } from './cli.ts';

export const sshKey: Emit<'ssh_key'> = (spec, cx) => {
  if (spec.existing) {
    const found = query(text(cx, `KeyPairs[?KeyName=='${spec.name}'].KeyPairId`, 'ec2 describe-key-pairs'));
    return [existingKey(spec, cx, found, aws(cx, 'ec2 describe-key-pairs', '--key-names', spec.name))];
  }
  notAFile(spec.publicKeyPath, cx.field('publicKeyPath'));
  const found = find(cx, 'describe-key-pairs', 'KeyPairs[].KeyPairId', spec.name);
  return [
    step(cx, '', {
      title: `SSH key ${spec.name}`,
      find: found,
      create: text(
        cx,
        'KeyPairId',
        'ec2 import-key-pair',
        '--key-name',
        spec.name,
        '--public-key-material',
        file(path(spec.publicKeyPath), 'fileb://'),
        ...tagged(cx, { 'key-pair': spec.name }),
      ),
      captures: true,
      outputs: { name: spec.name },
      verify: { query: found },
      undo: [aws(cx, 'ec2 delete-key-pair', '--key-name', spec.name)],
      effects: [{ kind: 'creates', what: `SSH key ${spec.name} from ${spec.publicKeyPath}` }],
    }),
  ];
};
