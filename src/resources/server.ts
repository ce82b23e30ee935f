import * as z from 'zod';
import { list, multiline, size, text, yesNo } from './fields.ts';
import { defineKind } from './kind.ts';

/** What a server has in common with those of an autoscaling group. */
export const machineFields = {
  size: size
    .default({ vcpu: 2, memoryGb: 4 })
    .describe('type name, or {vcpu, memoryGb, diskGb, arch, dedicated} for the cheapest that has it'),
  image: text.default('ubuntu-24.04').describe("ubuntu-24.04, debian-13, ... or the provider's own"),
  network: text.optional(),
  subnet: z.enum(['public', 'private']).default('public').describe('AWS; private has no public address'),
  firewalls: list(text),
  sshKeys: list(text),
  docker: yesNo.default(false).describe('installs Docker at first boot'),
  user: z
    .string()
    .regex(
      /^(?!root$)[a-z][a-z0-9_-]{0,31}$/,
      'is no name of a user: 1 to 32 lower-case letters, digits, dashes and underscores, and not root',
    )
    .optional()
    .describe('made at first boot: SSH by key as this user alone, a host firewall, security updates'),
  userData: multiline.optional().describe('cloud-init text; never a secret'),
};

export const server = defineKind(
  'server',
  {
    ...machineFields,
    publicIp: yesNo.default(true),
    backups: yesNo.default(false),
    placementGroup: text.optional(),
    role: text.optional().describe('AWS: an iam_role, by its instance profile'),
  },
  {
    summary: 'a virtual machine',
    refs: {
      network: { to: ['network'] },
      firewalls: { to: ['firewall'] },
      sshKeys: { to: ['ssh_key'] },
      placementGroup: { to: ['placement_group'] },
      role: { to: ['iam_role'] },
    },
    aliases: ['droplet', 'instance', 'vm', 'vps'],
    rare: ['subnet', 'user', 'placementGroup', 'role'],
  },
);
