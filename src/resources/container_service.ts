import { containerFields } from './container.ts';
import { amount, domain, list, port, text, whole, yesNo } from './fields.ts';
import { defineKind } from './kind.ts';

export const containerService = defineKind(
  'container_service',
  {
    image: containerFields.image,
    command: containerFields.command,
    environment: containerFields.environment,
    secrets: list(text).describe('secrets of the plan: a variable of that name in capitals (AWS), a file in /run/secrets (docker)'),
    replicas: whole(0, 1000).default(1),
    cpus: amount(192).default(0.25),
    memoryMb: whole(6, 1_000_000).default(512),
    port: port.optional().describe('on which the container listens'),
    publish: port.optional().describe('docker: on this port of every node, for everybody who reaches it'),
    public: yesNo.default(true).describe('AWS and DigitalOcean: with an address of its own'),
    healthPath: text.regex(/^\/[!-~]*$/, 'is no path: it begins with a slash and has no spaces').default('/'),
    domains: list(domain).describe('DigitalOcean: names under which it answers'),
    network: text.optional(),
    firewalls: list(text),
    loadBalancer: text.optional().describe('that its containers are behind'),
    swarm: text.optional().describe('docker: the swarm that runs it'),
    role: text.optional().describe('AWS: the iam_role of its containers'),
  },
  {
    summary: 'containers of one image that are kept running, as many as are asked for: ECS on Fargate, App Platform, a swarm service',
    refs: {
      secrets: { to: ['secret'] },
      network: { to: ['network'] },
      firewalls: { to: ['firewall'] },
      loadBalancer: { to: ['load_balancer'] },
      swarm: { to: ['swarm'] },
      role: { to: ['iam_role'] },
    },
    aliases: ['ecs_service', 'fargate', 'app', 'swarm_service', 'docker_service'],
    rare: true,
  },
);
