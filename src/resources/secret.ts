import { text, whole, yesNo } from './fields.ts';
import { defineKind } from './kind.ts';

export const secret = defineKind(
  'secret',
  {
    file: text.describe('path of a file of yours that holds it; the value itself is never given'),
    key: text.optional().describe('AWS: the kms_key that encrypts it'),
    swarm: text.optional().describe('docker: the swarm that keeps it'),
  },
  {
    summary: 'a password or a key that the provider keeps and hands to what may read it',
    refs: { key: { to: ['kms_key'] }, swarm: { to: ['swarm'] } },
    aliases: ['secrets_manager', 'docker_secret'],
    rare: true,
  },
);

export const kmsKey = defineKind(
  'kms_key',
  {
    rotation: yesNo.default(true).describe('new key material every year'),
    deletionDays: whole(7, 30).default(30).describe('how long a deletion can be taken back'),
  },
  {
    summary: 'a key of the provider that encrypts other things and never leaves it',
    refs: {},
    aliases: ['kms', 'encryption_key', 'key'],
    rare: true,
  },
);
