import { cost, rateCost } from '../common.ts';
import type { Emit } from '../provider.ts';
import { doctl, findName, ownName } from './cli.ts';

const TIERS = ['starter', 'basic', 'professional'] as const;

/** A registry's name is unique at DigitalOcean as a whole, and stands in the names of its images. */
export const registry: Emit<'registry'> = (spec, cx) => {
  const tier = TIERS.find((one) => one === (spec.tier ?? 'basic').toLowerCase());
  if (tier === undefined) return cx.fail('tier', { message: 'is no tier.', given: JSON.stringify(spec.tier), allowed: TIERS });
  if (spec.immutableTags) cx.fail('immutableTags', { message: 'DigitalOcean has no immutable tags; name images by their digests.' });
  const name = ownName(cx, spec.name);
  const found = findName('registries', 'Name', name);
  cx.warn(`images are named registry.digitalocean.com/${name}/IMAGE:TAG; doctl registry login signs docker in`);
  return [
    {
      id: cx.id,
      title: `registry ${name} (${tier})`,
      resource: cx.id,
      provider: 'digitalocean',
      find: found,
      create: doctl('registries', 'create', name, '--subscription-tier', tier, '--region', cx.region),
      outputs: { name },
      verify: { query: found, expect: name },
      undo: [doctl('registries', 'delete', name, '--force')],
      effects: [
        { kind: 'creates', what: `container registry ${name}, ${tier}, private` },
        tier === 'basic'
          ? rateCost(cx, `registry ${name} (basic)`, 'registry')
          : cost(
              cx,
              `registry ${name} (${tier})`,
              undefined,
              undefined,
              tier === 'starter' ? 'free up to 500 MiB' : undefined,
              'https://www.digitalocean.com/pricing/container-registry',
            ),
      ],
    },
  ];
};
