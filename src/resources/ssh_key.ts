import { text, yesNo } from './fields.ts';
import { defineKind } from './kind.ts';

export const sshKey = defineKind(
  'ssh_key',
  {
    publicKeyPath: text.default('~/.ssh/id_ed25519.pub'),
    existing: yesNo.default(false).describe('uploaded already'),
  },
  { summary: 'a public key that servers let in', refs: {}, aliases: ['sshkey', 'key_pair', 'keypair'], rare: ['existing'] },
);
