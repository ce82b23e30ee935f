import { type Arg, query } from '../../core/command.ts';
import type { Step } from '../../core/plan.ts';
import { usageCost } from '../common.ts';
import type { Emit } from '../provider.ts';
import { bucketSteps, s3api } from '../s3.ts';
import { ownTag } from './cli.ts';
import { accountTraffic } from './server.ts';

export const bucket: Emit<'bucket'> = (spec, cx) => {
  const s3 = { region: cx.region };
  const put = (operation: string, ...args: Arg[]) => s3api(s3, operation, '--bucket', spec.name, ...args);
  // With the bucket, not after it: a later call would take the place of tags that somebody has added since.
  const tagSet = `Tags=[{Key=plan,Value=${cx.plan}},{Key=Name,Value=${spec.name}}]`;
  // us-east-1 is where a bucket goes without a constraint, and the one name that is refused as one.
  const where = ['--create-bucket-configuration', cx.region === 'us-east-1' ? tagSet : `LocationConstraint=${cx.region},${tagSet}`];
  const [first, ...rest] = bucketSteps(spec, cx, s3, where, [
    usageCost(cx, `storage in ${spec.name}`, 'bucket_storage'),
    usageCost(cx, `requests that write to ${spec.name}`, 'bucket_writes'),
    usageCost(cx, `requests that read from ${spec.name}`, 'bucket_reads'),
    // Servers bring it already, and it is the same for both.
    ...(cx.all('server').length === 0 && cx.all('bucket')[0] === spec ? [accountTraffic(cx)] : []),
  ]) as [Step, ...Step[]];
  return [
    {
      ...first,
      // Buckets are listed by name. One without any tags makes this fail: it is not of the plan, and nothing is removed.
      own: query(put('get-bucket-tagging', '--query', ownTag(cx, 'TagSet', spec.name), '--output', 'text')),
      // AWS closes and encrypts new buckets by itself. Said again on every run, because asking a bucket that lacks the
      // settings is answered with an error, which cannot be told from a question that failed.
      wait: [
        put(
          'put-public-access-block',
          '--public-access-block-configuration',
          'BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true',
        ),
        put(
          'put-bucket-encryption',
          '--server-side-encryption-configuration',
          'Rules=[{ApplyServerSideEncryptionByDefault={SSEAlgorithm=AES256}}]',
        ),
      ],
    },
    ...rest,
  ];
};
