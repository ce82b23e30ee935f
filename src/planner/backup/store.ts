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
  /** Set where everything goes into a restic repository: without a bucket. */
  readonly repository?: string;
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
  storagebox: 'Hetzner Storage Box',
  restic: 'restic repository',
} as const;

/** @throws InputError where the store cannot be reached with what is given. */
export function readStore(target: Target | undefined, immutableDays?: number): Store {
  if (target === undefined) {
    throw new InputError({
      field: 'target',
      message:
        'is missing; backups need a bucket, in another account than the data: {"provider":"s3","bucket":"acme-backups"}. None is assumed, because a made-up name may be somebody else\'s.',
    });
  }
  const provider = target.provider ?? (target.endpoint === undefined ? 's3' : 'other');
  const { region } = target;
  const objectLockDays = target.objectLockDays ?? immutableDays;
  if (provider === 'storagebox' || provider === 'restic') return repositoryStore(target, provider, objectLockDays);
  const { bucket } = target;
  if (bucket === undefined) throw new InputError({ field: 'target.bucket', message: 'is missing; the name of the bucket.' });
  if (target.repository !== undefined)
    throw new InputError({ field: 'target.repository', message: 'belongs to the providers restic and storagebox.' });
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

/** A repository of its own needs no bucket; a Storage Box is one over SFTP, on port 23. */
function repositoryStore(target: Target, provider: 'storagebox' | 'restic', lockDays: number | undefined): Store {
  const { repository, bucket } = target;
  if (lockDays !== undefined)
    throw new InputError({
      field: target.objectLockDays === undefined ? 'retention.immutableDays' : 'target.objectLockDays',
      message: 'only a bucket has Object Lock; a Storage Box has snapshots, and a rest-server has --append-only.',
    });
  if (repository === undefined || bucket !== undefined)
    throw new InputError({
      field: 'target.repository',
      message: `is missing; ${provider === 'storagebox' ? 'for a Storage Box like sftp://u12345@u12345.your-storagebox.de:23/backup' : 'like /mnt/backup, sftp://user@host/backup or rest:https://host/'}${bucket === undefined ? '' : ', instead of a bucket'}.`,
    });
  if (provider === 'storagebox' && !/^sftp:\/\/[^@/]+@[^@/]+\/./.test(repository))
    throw new InputError({
      field: 'target.repository',
      message: 'of a Storage Box is like sftp://u12345@u12345.your-storagebox.de:23/backup (port 23 has SSH keys).',
    });
  if (/\/\/[^@/]*:[^@/]*@/.test(repository))
    throw new InputError({ field: 'target.repository', message: 'holds a password; give it to restic in RESTIC_REST_PASSWORD.' });
  return {
    provider,
    title: TITLES[provider],
    bucket: '',
    prefix: target.prefix ? `${target.prefix}/` : '',
    repository: repository.replace(/\/$/, ''),
    plainChecksums: false,
  };
}
