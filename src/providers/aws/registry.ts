import { query } from '../../core/command.ts';
import { usageCost } from '../common.ts';
import type { Emit } from '../provider.ts';
import { aws, json, self, step, tags, text } from './cli.ts';

/** An image whose tag has moved on is kept for so many days. */
const UNTAGGED_DAYS = 14;

/** A repository of ECR under the plan's own name, which says whose it is: no look-up shows tags. */
export const registry: Emit<'registry'> = (spec, cx) => {
  const { name } = spec;
  if (spec.tier !== undefined)
    cx.fail('tier', { message: 'is no choice on AWS: a registry costs by what it holds. Leave it out.', given: JSON.stringify(spec.tier) });
  const repository = `${cx.plan}/${name}`;
  const listed = (select: string) =>
    query(text(cx, `repositories[?repositoryName=='${repository}'].${select}`, 'ecr describe-repositories'));
  cx.assume(
    `registry ${name}: images are pushed to what aws ecr describe-repositories gives as repositoryUri, after aws ecr get-login-password | docker login; those without a tag are removed after ${UNTAGGED_DAYS} days`,
  );
  return [
    step(cx, '', {
      title: `registry ${repository}`,
      find: listed('repositoryName'),
      create: text(
        cx,
        'repository.repositoryName',
        'ecr create-repository',
        '--repository-name',
        repository,
        '--image-tag-mutability',
        spec.immutableTags ? 'IMMUTABLE' : 'MUTABLE',
        '--image-scanning-configuration',
        'scanOnPush=true',
        '--encryption-configuration',
        'encryptionType=AES256',
        ...tags(cx, name),
      ),
      captures: true,
      // Said again on every run, because asking a registry that has none is answered with an error.
      wait: [
        aws(
          cx,
          'ecr put-lifecycle-policy',
          '--repository-name',
          self(cx),
          '--lifecycle-policy-text',
          json({
            rules: [
              {
                rulePriority: 1,
                description: 'images without a tag',
                selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: UNTAGGED_DAYS },
                action: { type: 'expire' },
              },
            ],
          }),
        ),
      ],
      outputs: { arn: listed('repositoryArn'), uri: listed('repositoryUri'), name: repository },
      verify: { query: listed('repositoryName'), expect: repository },
      // Refused while images are in it: emptying a registry is a decision of its own.
      undo: [aws(cx, 'ecr delete-repository', '--repository-name', self(cx))],
      effects: [
        { kind: 'creates', what: `registry ${repository}, private, which scans what is pushed` },
        usageCost(cx, `images in ${name}`, 'registry_storage'),
      ],
    }),
  ];
};
