import { yesNo } from './fields.ts';
import { defineKind } from './kind.ts';

export const bucket = defineKind(
  'bucket',
  { versioning: yesNo.default(true) },
  {
    summary: 'object storage, closed to the public and encrypted',
    refs: {},
    aliases: ['s3_bucket', 'space', 'object_storage'],
    rare: ['versioning'],
  },
);
