import { text, whole } from './fields.ts';
import { defineKind } from './kind.ts';
import { machineFields } from './server.ts';

export const autoscalingGroup = defineKind(
  'autoscaling_group',
  {
    ...machineFields,
    min: whole(0, 1000).default(1),
    max: whole(1, 1000).default(3),
    targetCpu: whole(5, 100).default(60).describe('percent of CPU, on average, that it keeps to'),
    loadBalancer: text.optional().describe('that its servers are behind'),
    role: text.optional().describe('AWS: an iam_role'),
  },
  {
    summary: 'servers made from one template (AWS: a launch template), as many as the load needs',
    refs: {
      network: { to: ['network'] },
      firewalls: { to: ['firewall'] },
      sshKeys: { to: ['ssh_key'] },
      loadBalancer: { to: ['load_balancer'] },
      role: { to: ['iam_role'] },
    },
    aliases: ['asg', 'launch_template', 'droplet_autoscale', 'autoscale_pool'],
    rare: true,
  },
);
