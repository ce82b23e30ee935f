import type { EnvVar } from '../../core/plan.ts';
import { findRegion } from '../catalog.ts';
import { rateCost, usageCost } from '../common.ts';
import type { Emit } from '../provider.ts';
import { bucketSteps } from '../s3.ts';

/** doctl makes keys for Spaces, but no buckets: those speak S3. */
const KEY: EnvVar = {
  name: 'SPACES_ACCESS_KEY_ID',
  purpose: 'access key of DigitalOcean Spaces (doctl spaces keys create, or console: Spaces, Access Keys)',
  secret: true,
};
const SECRET: EnvVar = { name: 'SPACES_SECRET_ACCESS_KEY', purpose: 'secret key that belongs to it', secret: true };

export const bucket: Emit<'bucket'> = (spec, cx) => {
  if (findRegion(cx.catalog, cx.region)?.buckets === false) {
    cx.fail('region', {
      message: `DigitalOcean sells no Spaces in ${cx.region}.`,
      given: JSON.stringify(cx.region),
      allowed: cx.catalog.regions.filter((region) => region.buckets !== false).map((region) => region.id),
    });
  }
  // The endpoint says where; Spaces takes the signature's region to be us-east-1 when a bucket is made.
  const s3 = {
    region: 'us-east-1',
    endpoint: `https://${cx.region}.digitaloceanspaces.com`,
    env: { AWS_ACCESS_KEY_ID: cx.env(KEY), AWS_SECRET_ACCESS_KEY: cx.env(SECRET) },
  };
  const first = cx.all('bucket')[0]?.name === spec.name;
  return bucketSteps(
    spec,
    cx,
    s3,
    [],
    [
      // The base price is per account, however many buckets there are.
      ...(first
        ? [rateCost(cx, 'Spaces, base price', 'bucket_base', undefined, 'per account, with 250 GB of storage and 1 TB of traffic')]
        : []),
      usageCost(cx, `storage of ${spec.name}`, 'bucket_storage'),
      ...(first ? [usageCost(cx, 'traffic from buckets to the internet', 'bucket_egress')] : []),
    ],
  );
};
