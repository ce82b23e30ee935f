import type { Catalog, Image } from '../../src/providers/catalog_types.ts';
import type { Facts } from './facts.ts';
import { eol } from './hetzner.ts';
import { byId, Ledger } from './ledger.ts';
import { lookups } from './lookups.ts';
import { osName } from './names.ts';
import { retired, retiredSources } from './retired.ts';

/** Docker sells nothing: what is gone, and the images that the facts name as successors. */
export function docker(facts: Facts): Catalog {
  const ledger = new Ledger('USD', { ...retiredSources(facts), ...eol(facts) });
  const gone = retired(facts, 'docker', ledger);
  const ids = new Set(gone.flatMap(({ kind, successor }) => (kind === 'image' ? (successor?.split(' or ') ?? []) : [])));
  return {
    provider: 'docker',
    currency: 'USD',
    priceBasis: 'No prices: containers run on a machine that is paid for elsewhere.',
    generatedOn: facts.retired.generatedOn,
    notes: ['The images are those that succeed a retired one, not a list of what exists.'],
    sources: ledger.sources,
    origins: { images: ledger.origin([{ source: 'eol', asOf: facts.aws.sources.eol?.asOf ?? null }]) },
    lookups: lookups(facts, 'docker'),
    priceLookups: {},
    regions: [],
    serverTypes: [],
    databaseTypes: [],
    images: byId([...ids].map((id): Image => ({ id, os: osName(id), arch: 'any' }))),
    engines: [],
    rates: {},
    retired: gone,
  };
}
