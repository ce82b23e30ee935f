import * as z from 'zod';
import { list, text } from './fields.ts';
import { defineKind } from './kind.ts';

const allow = z.strictObject({
  /** As IAM writes them: `s3:GetObject`. */
  actions: list(text.regex(/^(?:\*|[a-z0-9-]+:[A-Za-z0-9*?]+)$/, 'is no action like s3:GetObject')).refine((a) => a.length > 0, 'is empty'),
  /** A resource of the plan, whose ARN is meant (a bucket: and everything in it). */
  on: text.optional(),
  /** Or ARNs. */
  arns: list(text.regex(/^(?:\*|arn:[!-~]+)$/, 'is no ARN')),
});

export const iamRole = defineKind(
  'iam_role',
  {
    for: z
      .enum(['ec2', 'ecs', 'lambda', 'eks', 'rds', 'backup'])
      .default('ec2')
      .describe('which service takes it on; ec2: a server names it as role, by an instance profile'),
    allow: list(allow).describe('[{actions, on | arns}]: what it may do, and on what; nothing where it is left out'),
    policies: list(text).describe('managed policies of AWS by name or ARN'),
  },
  {
    summary: 'what a server or a service may do in the account, by a role and not by a key',
    refs: { 'allow[].on': { to: ['bucket', 'secret', 'kms_key', 'registry', 'file_system'] } },
    aliases: ['role', 'iam', 'instance_profile', 'iam_policy', 'policy'],
    rare: true,
  },
);
