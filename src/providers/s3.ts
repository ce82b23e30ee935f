import { type Arg, type Command, command, query } from '../core/command.ts';
import type { Effect, Step } from '../core/plan.ts';
import type { Spec } from '../resources/index.ts';
import type { Context } from './provider.ts';

/** S3's rule, which its imitators share. */
export const BUCKET_NAME = {
  pattern: /^(?!xn--|sthree-|.*(?:\.\.|-s3alias$|--ol-s3$)|\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
  rule: '3 to 63 lower-case letters, digits, dots and dashes, beginning and ending with a letter or digit (no underscores); unique in the whole world',
};

/** Where an S3 API is, and under which keys. AWS itself needs neither endpoint nor keys of its own. */
export interface S3 {
  readonly region: string;
  readonly endpoint?: string;
  readonly env?: Readonly<Record<string, Arg>>;
}

export function s3api(s3: S3, ...args: Arg[]): Command {
  const where: Arg[] = s3.endpoint === undefined ? ['--region', s3.region] : ['--region', s3.region, '--endpoint-url', s3.endpoint];
  return command('aws', ['s3api', ...args, ...where], s3.env);
}

/** The steps of a bucket that every S3 API has: the bucket, and its versions. It is closed to the public from the start. */
export function bucketSteps(spec: Spec<'bucket'>, cx: Context, s3: S3, create: readonly Arg[], effects: readonly Effect[]): Step[] {
  const found = query(s3api(s3, 'list-buckets', '--query', `Buckets[?Name=='${spec.name}'].Name`, '--output', 'text'));
  const versions = query(
    s3api(s3, 'get-bucket-versioning', '--bucket', spec.name, '--query', "[Status][?@=='Enabled']", '--output', 'text'),
  );
  const bucket: Step = {
    id: cx.id,
    title: `bucket ${spec.name}`,
    resource: cx.id,
    provider: cx.providerOf(spec),
    find: found,
    create: s3api(s3, 'create-bucket', '--bucket', spec.name, ...create),
    outputs: { name: spec.name },
    verify: { query: found, expect: spec.name },
    // Refused while something is in it, which is as it should be: emptying a bucket is a decision of its own.
    undo: [s3api(s3, 'delete-bucket', '--bucket', spec.name)],
    effects: [{ kind: 'creates', what: `bucket ${spec.name}, closed to the public` }, ...effects],
  };
  if (!spec.versioning) return [bucket];
  return [
    bucket,
    {
      id: cx.part('versioning'),
      title: `keep old versions in ${spec.name}`,
      resource: cx.id,
      provider: cx.providerOf(spec),
      find: versions,
      create: s3api(s3, 'put-bucket-versioning', '--bucket', spec.name, '--versioning-configuration', 'Status=Enabled'),
      verify: { query: versions, expect: 'Enabled' },
      within: cx.id,
      effects: [{ kind: 'changes', what: `bucket ${spec.name} keeps deleted and overwritten objects, which are billed` }],
    },
  ];
}
