import type { EnvVar } from '../../core/plan.ts';
import { findRegion } from '../catalog.ts';
import { rateCost, usageCost } from '../common.ts';
import type { Emit } from '../provider.ts';
import { bucketSteps } from '../s3.ts';

/** hcloud has no buckets: Object Storage speaks S3, with keys that are made in the console. */
const KEY: EnvVar = {
  name: 'HETZNER_S3_ACCESS_KEY_ID',
  purpose: 'access key of Hetzner Object Storage (console: Object Storage, Credentials)',
  secret: true,
};
const SECRET: EnvVar = { name: 'HETZNER_S3_SECRET_ACCESS_KEY', purpose: 'secret key that belongs to it', secret: true };

export const bucket: Emit<'bucket'> = (spec, cx) => {
  if (findRegion(cx.catalog, cx.region)?.buckets === false) {
    cx.fail('region', {
      message: `Hetzner sells no Object Storage in ${cx.region}.`,
      given: JSON.stringify(cx.region),
      allowed: cx.catalog.regions.filter((region) => region.buckets).map((region) => region.id),
    });
  }
  const s3 = {
    region: cx.region,
    endpoint: `https://${cx.region}.your-objectstorage.com`,
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
        ? [rateCost(cx, 'Object Storage, base price', 'bucket_base', undefined, 'per account, with 1 TB of storage and 1 TB of traffic')]
        : []),
      usageCost(cx, `storage of ${spec.name}`, 'bucket_storage'),
      ...(first ? [usageCost(cx, 'traffic from buckets to the internet', 'bucket_egress')] : []),
    ],
  );
};
