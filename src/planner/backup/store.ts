import { InputError } from '../../core/errors.ts';
import { BUCKET_NAME } from '../../providers/s3.ts';
import type { Target } from './input.ts';

/** The bucket, as every part of the plan needs it. */
export interface Store {
  readonly provider: NonNullable<Target['provider']>;
  readonly title: string;
  readonly bucket: string;
  /** Undefined: AWS_REGION of the environment says. */
  readonly region?: string;
  /** Undefined: AWS itself. */
  readonly endpoint?: string;
  readonly prefix: string;
  readonly lockDays?: number;
  /** Whether the newer checksum headers of the aws CLI have to be left out. */
  readonly plainChecksums: boolean;
}

const TITLES = {
  s3: 'Amazon S3',
  b2: 'Backblaze B2',
  r2: 'Cloudflare R2',
  hetzner: 'Hetzner Object Storage',
  digitalocean: 'DigitalOcean Spaces',
  other: 'S3-compatible store',
} as const;

/** @throws InputError where the store cannot be reached with what is given. */
export function readStore(target: Target | undefined): Store {
  if (target === undefined) {
    throw new InputError({
      field: 'target',
      message:
        'is missing; backups need a bucket, in another account than the data: {"provider":"s3","bucket":"acme-backups"}. None is assumed, because a made-up name may be somebody else\'s.',
    });
  }
  const provider = target.provider ?? (target.endpoint === undefined ? 's3' : 'other');
  const { bucket, region, objectLockDays } = target;
  if (!BUCKET_NAME.pattern.test(bucket))
    throw new InputError({
      field: 'target.bucket',
      message: `is no name of a bucket: ${BUCKET_NAME.rule}.`,
      given: JSON.stringify(bucket),
    });
  const made: Partial<Record<typeof provider, (region: string) => string>> = {
    b2: (where) => `https://s3.${where}.backblazeb2.com`,
    hetzner: (where) => `https://${where}.your-objectstorage.com`,
    digitalocean: (where) => `https://${where}.digitaloceanspaces.com`,
  };
  const build = made[provider];
  if (target.endpoint === undefined && build !== undefined && region === undefined)
    throw new InputError({ field: 'target.region', message: `is missing; ${TITLES[provider]} needs it, or an endpoint.` });
  const endpoint = (target.endpoint ?? (region !== undefined ? build?.(region) : undefined))?.replace(/\/$/, '');
  if (endpoint === undefined && (provider === 'r2' || provider === 'other'))
    throw new InputError({
      field: 'target.endpoint',
      message: `is missing; ${provider === 'r2' ? 'R2 needs https://ACCOUNT_ID.r2.cloudflarestorage.com' : 'an S3-compatible store needs its address'}.`,
    });
  if (objectLockDays !== undefined && provider === 'r2')
    throw new InputError({
      field: 'target.objectLockDays',
      message: 'R2 has bucket locks of its own (wrangler r2 bucket lock add), and no Object Lock: leave it out.',
    });
  if (objectLockDays !== undefined && provider === 's3' && region === undefined)
    throw new InputError({
      field: 'target.region',
      message: 'is missing; Object Lock is set when the bucket is created, and that needs the region.',
    });
  const where = region ?? (provider === 'r2' ? 'auto' : endpoint === undefined ? undefined : 'us-east-1');
  return {
    provider,
    title: TITLES[provider],
    bucket,
    ...(where === undefined ? {} : { region: where }),
    ...(endpoint === undefined ? {} : { endpoint }),
    prefix: target.prefix ? `${target.prefix}/` : '',
    ...(objectLockDays === undefined ? {} : { lockDays: objectLockDays }),
    plainChecksums: provider !== 's3',
  };
}
