import { path, query } from '../../../core/command.ts';
import type { Act } from '../../provider.ts';
import { aws, file, notAFile, self, step, text } from '../cli.ts';

/** A new value out of a file, which becomes the current one; the last one stays at hand as AWSPREVIOUS. */
export const rotateSecret: Act<'secret'> = (spec, cx) => {
  notAFile(spec.file, cx.field('file'));
  const { name } = spec;
  const id = self(cx);
  const label = `rotated-${cx.today}`;
  const labelled = (more: string) =>
    query(text(cx, `Versions[?${more}].VersionId`, 'secretsmanager list-secret-version-ids', '--secret-id', id, '--include-deprecated'));
  const done = labelled(`contains(VersionStages,'${label}')&&contains(VersionStages,'AWSCURRENT')`);
  const previous = labelled("contains(VersionStages,'AWSPREVIOUS')");
  const version = self(cx, 'rotate');
  cx.assume(
    `secret ${name}: its new value is all that is in ${spec.file} when the script runs, a line break at its end included; the file is not needed afterwards`,
  );
  return [
    step(cx, 'rotate', {
      title: `a new value for secret ${name}`,
      find: done,
      create: text(
        cx,
        'VersionId',
        'secretsmanager put-secret-value',
        '--secret-id',
        id,
        '--secret-string',
        file(path(spec.file)),
        '--version-stages',
        'AWSCURRENT',
        label,
      ),
      captures: true,
      verify: { query: done },
      undo: [
        aws(
          cx,
          'secretsmanager update-secret-version-stage',
          '--secret-id',
          id,
          '--version-stage',
          'AWSCURRENT',
          '--move-to-version-id',
          [{ asked: previous }],
          '--remove-from-version-id',
          version,
        ),
      ],
      effects: [
        { kind: 'changes', what: `secret ${name} has a new value, which is what is read from now on; the last one stays as AWSPREVIOUS` },
      ],
    }),
  ];
};

/** New material now, beside that of every year. What was encrypted before is still opened by it. */
export const rotateKey: Act<'kms_key'> = (spec, cx) => {
  const { name } = spec;
  const id = self(cx);
  const marked = query(text(cx, `Tags[?TagKey=='rotated'&&TagValue=='${cx.today}'].TagValue`, 'kms list-resource-tags', '--key-id', id));
  return [
    step(cx, 'rotate', {
      title: `new material for key ${name}`,
      find: marked,
      create: text(cx, 'KeyId', 'kms rotate-key-on-demand', '--key-id', id),
      // The mark says that it was done today, so that running the script again does not do it once more.
      wait: [aws(cx, 'kms tag-resource', '--key-id', id, '--tags', `TagKey=rotated,TagValue=${cx.today}`)],
      verify: { query: marked },
      // kms/latest/developerguide/rotating-keys-on-demand, read 2026-11-25; older copies of that page say 10.
      hint: 'AWS rotates a key on demand 25 times in its life.',
      effects: [{ kind: 'changes', what: `key ${name} encrypts with new material; what it encrypted before, it still opens` }],
    }),
  ];
};
