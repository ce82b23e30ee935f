import { findRegion } from '../providers/catalog.ts';
import type { Catalog, ProviderId } from '../providers/catalog_types.ts';
import type { Continent } from './architecture/needs.ts';

/** The region to take on a continent where none was named. */
export const REGIONS: Record<ProviderId, Partial<Record<Continent, string>>> = {
  hetzner: { EU: 'fsn1', NA: 'ash', AS: 'sin' },
  aws: { EU: 'eu-central-1', NA: 'us-east-1', AS: 'ap-southeast-1' },
  digitalocean: { EU: 'fra1', NA: 'nyc3', AS: 'sgp1', OC: 'syd1' },
  docker: {},
};

/**
 * The region of one provider that stands for another provider's: on the same continent, and another one than those that
 * stand for others already, as long as there are more. Undefined where the provider sells nothing on that continent.
 */
export function counterpart(to: Catalog, continent: Continent, taken: ReadonlySet<string>): string | undefined {
  const first = REGIONS[to.provider][continent];
  if (first === undefined) return undefined;
  if (!taken.has(first)) return first;
  // One in the same network zone stays one network.
  const zone = findRegion(to, first)?.zone;
  const others = to.regions.filter((one) => one.continent === continent && one.databases === findRegion(to, first)?.databases);
  return (others.find((one) => !taken.has(one.id) && one.zone === zone) ?? others.find((one) => !taken.has(one.id)))?.id ?? first;
}
