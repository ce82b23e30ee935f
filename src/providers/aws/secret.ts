import { path, query } from '../../core/command.ts';
import { rateCost } from '../common.ts';
import type { Context, Emit } from '../provider.ts';
import { aws, file, notAFile, self, step, tags, text } from './cli.ts';

/** How many days a secret that was removed can be taken back. */
const RECOVERY_DAYS = '7';

/** Names are filtered by their beginnings, and the plan's tag says whose it is. One that waits for its deletion is not listed. */
function listed(cx: Context, name: string, select: string) {
  return query(
    text(
      cx,
      `SecretList[?Name=='${name}'&&Tags[?Key=='plan'&&Value=='${cx.plan}']].${select}`,
      'secretsmanager list-secrets',
      '--filters',
      `Key=name,Values=${name}`,
    ),
  );
}

/** A secret whose value only aws reads, out of a file of the user's: no command and no process list ever has it. */
export const secret: Emit<'secret'> = (spec, cx) => {
  const { name } = spec;
  notAFile(spec.file, cx.field('file'));
  const own = self(cx);
  const found = listed(cx, name, 'ARN');
  // Prints the number of those that wait for their deletion, where it is none; nothing where there is one.
  const none = query(
    text(
      cx,
      `[length(SecretList[?Name=='${name}'&&DeletedDate])][?@==\`0\`]`,
      'secretsmanager list-secrets',
      '--include-planned-deletion',
      '--filters',
      `Key=name,Values=${name}`,
    ),
  );
  cx.assume(
    `secret ${name}: everything in ${spec.file}, a line break at its end included (printf '%s' writes none); the file is not needed afterwards. A teardown leaves ${RECOVERY_DAYS} days in which aws secretsmanager restore-secret takes it back`,
  );
  // Under a key of the plan there is nothing to take back: the old key goes too, and only it opens the old value.
  const takenBack =
    spec.key === undefined
      ? [
          step(cx, 'taken-back', {
            title: `take secret ${name} back, with the value that it had, where it waits for its deletion`,
            find: none,
            seldom: true,
            create: aws(cx, 'secretsmanager restore-secret', '--secret-id', name),
            verify: { query: none },
            effects: [],
          }),
        ]
      : [];
  return [
    ...takenBack,
    step(cx, '', {
      title: `secret ${name}`,
      find: found,
      create: text(
        cx,
        'ARN',
        'secretsmanager create-secret',
        '--name',
        name,
        '--description',
        `secret ${name}, plan ${cx.plan}`,
        '--secret-string',
        file(path(spec.file)),
        ...(spec.key === undefined ? [] : ['--kms-key-id', cx.of('kms_key', spec.key)]),
        ...tags(cx, name),
      ),
      captures: true,
      verify: { query: found },
      undo: [aws(cx, 'secretsmanager delete-secret', '--secret-id', own, '--recovery-window-in-days', RECOVERY_DAYS)],
      after: takenBack.map((one) => one.id),
      ...(spec.key === undefined
        ? {}
        : {
            hint: `If a secret of this name still waits for its deletion, with the key that opens it: take both back (aws kms cancel-key-deletion, aws secretsmanager restore-secret), or give this one another name.`,
          }),
      effects: [{ kind: 'creates', what: `secret ${name}, from ${spec.file}` }, rateCost(cx, `secret ${name}`, 'secret')],
    }),
  ];
};

/**
 * A key, found by its tags: before it has its alias, nothing else names it. Its undo takes the tags off first, because
 * the deletion comes days later, and until then the key would still be found.
 */
export const kmsKey: Emit<'kms_key'> = (spec, cx) => {
  const { name } = spec;
  const own = self(cx);
  const alias = `alias/${cx.plan}/${name}`;
  const found = query(
    text(
      cx,
      'ResourceTagMappingList[].ResourceARN',
      'resourcegroupstaggingapi get-resources',
      '--resource-type-filters',
      'kms:key',
      '--tag-filters',
      `Key=plan,Values=${cx.plan}`,
      `Key=Name,Values=${name}`,
    ),
  );
  const rotates = query(text(cx, '[KeyRotationEnabled][?@]', 'kms get-key-rotation-status', '--key-id', own));
  const aliased = query(text(cx, `Aliases[?AliasName=='${alias}'].AliasName`, 'kms list-aliases'));
  cx.assume(
    `key ${name}: a teardown has AWS delete it after ${spec.deletionDays} days, until when aws kms cancel-key-deletion takes that back; what it encrypted can be read by nobody afterwards`,
  );
  return [
    step(cx, '', {
      title: `key ${name}`,
      find: found,
      create: text(
        cx,
        'KeyMetadata.Arn',
        'kms create-key',
        '--description',
        `key ${name}, plan ${cx.plan}`,
        '--tags',
        `TagKey=plan,TagValue=${cx.plan}`,
        `TagKey=Name,TagValue=${name}`,
      ),
      captures: true,
      verify: { query: found },
      undo: [
        aws(cx, 'kms untag-resource', '--key-id', own, '--tag-keys', 'plan', 'Name'),
        aws(cx, 'kms schedule-key-deletion', '--key-id', own, '--pending-window-in-days', String(spec.deletionDays)),
      ],
      effects: [{ kind: 'creates', what: `key ${name}, which never leaves AWS` }, rateCost(cx, `key ${name}`, 'encryption_key')],
    }),
    ...(spec.rotation
      ? [
          step(cx, 'rotation', {
            title: `key ${name} gets new material every year`,
            find: rotates,
            create: aws(cx, 'kms enable-key-rotation', '--key-id', own),
            verify: { query: rotates },
            within: cx.id,
            effects: [{ kind: 'changes' as const, what: `key ${name} gets new material every year` }],
          }),
        ]
      : []),
    step(cx, 'alias', {
      title: `${alias} is key ${name}`,
      find: aliased,
      create: aws(cx, 'kms create-alias', '--alias-name', alias, '--target-key-id', own),
      outputs: { name: alias },
      verify: { query: aliased, expect: alias },
      undo: [aws(cx, 'kms delete-alias', '--alias-name', alias)],
      effects: [{ kind: 'creates', what: `alias ${alias}` }],
    }),
  ];
};
