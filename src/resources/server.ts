import * as z from 'zod';
import { list, multiline, size, text, yesNo } from './fields.ts';
import { defineKind } from './kind.ts';

export const server = defineKind(
  'server',
  {
    size: size
      .default({ vcpu: 2, memoryGb: 4 })
      .describe('type name, or {vcpu, memoryGb, diskGb, arch, dedicated} for the cheapest that has it'),
    image: text.default('ubuntu-24.04').describe("ubuntu-24.04, debian-13, ... or the provider's own"),
    network: text.optional(),
    subnet: z.enum(['public', 'private']).default('public').describe('AWS; private has no public address'),
    firewalls: list(text),
    sshKeys: list(text),
    publicIp: yesNo.default(true),
    docker: yesNo.default(false).describe('installs Docker at first boot'),
    userData: multiline.optional().describe('cloud-init text; never a secret'),
    backups: yesNo.default(false),
  },
  {
    summary: 'a virtual machine',
    refs: { network: { to: ['network'] }, firewalls: { to: ['firewall'] }, sshKeys: { to: ['ssh_key'] } },
    aliases: ['droplet', 'instance', 'vm', 'vps'],
  },
);
