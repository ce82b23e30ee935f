import { type Quote, render, words } from './script.ts';
import type { Store } from './store.ts';

/** One thing that is done once, by hand. */
export type PlanStep = {
  readonly id: string;
  readonly title: string;
  readonly command: string;
  readonly effects: string;
  readonly destructive?: true;
};

/** Days after which a deleted or overwritten version goes for good: time to notice a thief. */
const NONCURRENT_DAYS = 30;

/** The bucket: made, closed, locked, and cleaned of uploads that were cut off. With the admin's credentials, not the machine's. */
export function bucketSteps(store: Store, quote: Quote): PlanStep[] {
  const { bucket, region, endpoint, lockDays, provider } = store;
  const place = [...(region === undefined ? [] : ['--region', region]), ...(endpoint === undefined ? [] : ['--endpoint-url', endpoint])];
  const aws = (...args: string[]): string => render(words('aws', ...args, ...place), quote);
  const api = (verb: string, ...args: string[]): string => aws('s3api', verb, '--bucket', bucket, ...args);
  const make =
    lockDays === undefined
      ? aws('s3', 'mb', `s3://${bucket}`)
      : api(
          'create-bucket',
          ...(endpoint !== undefined || region === undefined || region === 'us-east-1'
            ? []
            : ['--create-bucket-configuration', `LocationConstraint=${region}`]),
          '--object-lock-enabled-for-bucket',
        );
  const rules = [
    { ID: 'abort-incomplete', Status: 'Enabled', Filter: { Prefix: '' }, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 } },
    ...(provider === 's3' || lockDays !== undefined
      ? [
          {
            ID: 'old-versions',
            Status: 'Enabled',
            Filter: { Prefix: '' },
            NoncurrentVersionExpiration: { NoncurrentDays: Math.max(NONCURRENT_DAYS, lockDays ?? 0) },
          },
        ]
      : []),
  ];
  return [
    {
      id: 'bucket',
      title: `Look for the bucket, and make it where it is missing, in an account that does not hold the data (with an admin's credentials, as the next ones)`,
      command: `${api('head-bucket')} || ${make}`,
      effects: `creates bucket ${bucket}${lockDays === undefined ? '' : ', with Object Lock, which can be switched on only now'}; storage is billed`,
    },
    ...(provider === 's3'
      ? [
          {
            id: 'closed',
            title: 'Close it to the public',
            command: api(
              'put-public-access-block',
              '--public-access-block-configuration',
              'BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true',
            ),
            effects: 'changes the bucket',
          },
          {
            id: 'versions',
            title: 'Keep what is overwritten or deleted',
            command: api('put-bucket-versioning', '--versioning-configuration', 'Status=Enabled'),
            effects: `changes the bucket; old versions are billed for ${Math.max(NONCURRENT_DAYS, lockDays ?? 0)} days`,
          },
        ]
      : []),
    ...(lockDays === undefined
      ? []
      : [
          {
            id: 'lock',
            title: `Lock every object for ${lockDays} days`,
            command: api(
              'put-object-lock-configuration',
              '--object-lock-configuration',
              `ObjectLockEnabled=Enabled,Rule={DefaultRetention={Mode=GOVERNANCE,Days=${lockDays}}}`,
            ),
            effects: `nobody without a special right deletes an object before ${lockDays} days`,
          },
        ]),
    ...(provider === 'r2'
      ? []
      : [
          {
            id: 'lifecycle',
            title: 'Abort uploads that were cut off: they are billed and not listed',
            command: api('put-bucket-lifecycle-configuration', '--lifecycle-configuration', JSON.stringify({ Rules: rules })),
            effects: 'replaces all lifecycle rules of the bucket',
            destructive: true as const,
          },
        ]),
  ];
}

/** What the machine's own key may do: write and read, not delete. restic has to remove its own locks. */
export function policy(store: Store, resticBases: readonly string[]): string {
  const arn = `arn:aws:s3:::${store.bucket}`;
  return `${JSON.stringify(
    {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: ['s3:ListBucket', 's3:GetBucketLocation'], Resource: arn },
        { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload'], Resource: `${arn}/${store.prefix}*` },
        ...(resticBases.length === 0
          ? []
          : [{ Effect: 'Allow', Action: 's3:DeleteObject', Resource: resticBases.map((base) => `${arn}/${base}/locks/*`) }]),
      ],
    },
    null,
    1,
  )}\n`;
}
