import { InputError, type Problem } from '../core/errors.ts';
import type { Catalog, Retired } from '../providers/catalog_types.ts';
import { providers } from '../providers/index.ts';

/** What people name that is no type, image or version: those are answered where they are chosen. */
const NAMED = /^(?:api|cli)-|^(?:service|tool|database-engine|load-balancer-size|volume-type)$/;

/**
 * Runs it, and adds to what is wrong with a request what has taken the place of a retired name in it: a flag that the
 * vendor removed, a service that takes no new customers.
 */
export async function withSuccessors<T>(make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const catalogs = await Promise.all(Object.values(providers).map(async (load) => (await load()).catalog));
    throw new InputError(error.problems.map((problem) => explained(problem, catalogs)));
  }
}

function explained(problem: Problem, catalogs: readonly Catalog[]): Problem {
  const { given, field, message } = problem;
  const value = given !== undefined && /^"[^"\\]{1,100}"$/.test(given) ? given.slice(1, -1) : undefined;
  const last = /\.([A-Za-z][\w-]{0,40})$/.exec(field)?.[1];
  const found = catalogs
    .flatMap((catalog) => catalog.retired.filter((entry) => NAMED.test(entry.kind)))
    // Where one cloud has retired what another only advises against, the harder word counts.
    .sort((a, b) => Number(a.state === 'advice') - Number(b.state === 'advice'))
    .find(
      (entry) =>
        (value !== undefined && plain(entry.name) === plain(value)) || (given === undefined && last !== undefined && isField(entry, last)),
    );
  return found === undefined ? problem : { ...problem, message: `${message.replace(/\.$/, '')}. ${said(found)}.` };
}

const plain = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, ' ')
    .trim();

/** A flag, or a key of a file, that people write as a field. */
function isField(entry: Retired, field: string): boolean {
  const flag = field.replaceAll(/[A-Z_]/g, (letter) => `-${letter.replace('_', '').toLowerCase()}`);
  return (entry.kind === 'cli-flag' && entry.name.endsWith(` --${flag}`)) || (entry.kind === 'tool' && entry.name.includes(`“${field}:”`));
}

function said({ name, state, successor, since, removed, note }: Retired): string {
  const date = removed ?? since;
  const when = date === null || date === undefined ? '' : ` since ${date}`;
  const instead = successor === null ? 'nothing takes its place' : `in its place: ${successor}`;
  return `${name} is ${state === 'advice' ? 'no longer the one to choose' : `${state}${when}`}${note === undefined ? '' : ` (${note})`}; ${instead}`;
}
