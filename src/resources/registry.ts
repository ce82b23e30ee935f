import { text, yesNo } from './fields.ts';
import { defineKind } from './kind.ts';

export const registry = defineKind(
  'registry',
  {
    tier: text.optional().describe('DigitalOcean: starter, basic or professional'),
    immutableTags: yesNo.default(false).describe('AWS: a tag keeps the image that it was first given'),
  },
  { summary: 'a private registry of container images', refs: {}, aliases: ['container_registry', 'ecr', 'docr', 'repository'], rare: true },
);
