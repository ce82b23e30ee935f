import { engineIds } from '../planner/backup/input.ts';
import { resolveProvider } from '../planner/request.ts';
import { type ProviderId, providerIds, providers } from '../providers/index.ts';
import { kindNames } from '../resources/index.ts';
import { documents } from '../skill/documents.ts';
import { findDocument, sections } from '../skill/load.ts';

/** Values that were filled in already, by the names of their arguments. */
export type Given = Readonly<Record<string, string>>;

/** What an argument of a prompt, or a variable of a template, can be, given the others. Undefined where anything can. */
export const CHOICES: Readonly<Record<string, (given: Given) => Promise<readonly string[]> | readonly string[]>> = {
  provider: () => providerIds,
  from: () => providerIds,
  to: ({ from }) => providerIds.filter((id) => id !== named(from)),
  region: async ({ provider, to }) => (await catalogs(provider ?? to)).flatMap(({ regions }) => regions.map(({ id }) => id)),
  size: async ({ provider, region }) =>
    (await catalogs(provider)).flatMap(({ serverTypes }) =>
      serverTypes
        .filter(({ regions }) => region === undefined || regions === null || regions.includes(region.toLowerCase()))
        .map(({ id }) => id),
    ),
  image: async ({ provider }) => (await catalogs(provider)).flatMap(({ images }) => images.map(({ os }) => os)),
  engine: () => engineIds,
  kind: () => kindNames,
  currency: () => ['EUR', 'USD'],
  document: () => documents.map(({ name }) => name),
  // A section depends on the document; without one, those of all documents.
  section: async ({ document }) => {
    const chosen = document === undefined ? documents : [findDocument(document)].filter((one) => one !== undefined);
    return (await Promise.all(chosen.map(async ({ text }) => (await sections(text)).map(({ slug }) => slug)))).flat();
  },
};

const named = (provider: string | undefined): ProviderId | undefined => (provider === undefined ? undefined : resolveProvider(provider));

/** The catalog of the provider that was named, or those of all. */
async function catalogs(provider: string | undefined) {
  const id = named(provider);
  const wanted = id === undefined ? providerIds : [id];
  return Promise.all(wanted.map(async (one) => (await providers[one]()).catalog));
}
