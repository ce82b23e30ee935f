import { list, text, whole, yesNo } from './fields.ts';
import { defineKind } from './kind.ts';

export const fileSystem = defineKind(
  'file_system',
  {
    sizeGb: whole(1, 100_000).optional().describe('where it is bought by size (not on AWS)'),
    network: text.optional(),
    access: list(text).describe('servers that may mount it'),
    sshKeys: list(text).describe('Hetzner: keys that a Storage Box lets in'),
    backups: yesNo.default(true).describe('daily, where the provider makes them'),
  },
  {
    summary: 'files that several servers share: EFS, NFS, a Storage Box',
    refs: { network: { to: ['network'] }, access: { to: ['server'] }, sshKeys: { to: ['ssh_key'] } },
    aliases: ['efs', 'nfs', 'storage_box', 'shared_filesystem', 'filesystem'],
    rare: true,
  },
);
