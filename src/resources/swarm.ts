import { list, text, yesNo } from './fields.ts';
import { defineKind } from './kind.ts';

export const swarm = defineKind(
  'swarm',
  {
    server: text.optional().describe('its first manager; the local engine where it is left out'),
    managers: list(text).describe('further managers; three or five in all'),
    workers: list(text).describe('servers that only run containers'),
    autolock: yesNo.default(false).describe('a manager that was stopped asks for a key before it starts again'),
  },
  {
    summary: 'Docker engines that run services together',
    refs: {
      server: { to: ['server'], anywhere: true },
      managers: { to: ['server'], anywhere: true },
      workers: { to: ['server'], anywhere: true },
    },
    aliases: ['docker_swarm', 'swarm_cluster'],
    rare: true,
  },
);
