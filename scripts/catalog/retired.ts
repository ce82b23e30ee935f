import type { Retired, RetiredKind } from '../../src/providers/catalog_types.ts';
import type { Facts, RetiredFact, SourceFact } from './facts.ts';
import { byText, type Ledger } from './ledger.ts';
import { engineName, osName } from './names.ts';

const KINDS: Record<string, RetiredKind> = {
  'droplet-size': 'server-type',
  'ec2-family': 'server-family',
  'ebs-type': 'volume-type',
  'lb-size': 'load-balancer-size',
  'db-engine': 'database-engine',
  'elasticache-engine': 'database-engine',
  'db-version': 'database-version',
  'rds-version': 'database-version',
};

/** Entries that name several things at once, or more than the name. */
const NAMES: Record<string, { names: readonly string[]; note?: string }> = {
  'lb-small / lb-medium / lb-large (--size)': { names: ['lb-small', 'lb-medium', 'lb-large'] },
  'hcloud datacenter list|describe': { names: ['hcloud datacenter list', 'hcloud datacenter describe'] },
  'doctl compute floating-ip (fip)': { names: ['doctl compute floating-ip', 'doctl compute fip'] },
  'docker-compose (v1 binary)': { names: ['docker-compose'] },
  'debian:12 (regular support)': { names: ['debian:12'], note: 'regular support ended' },
  'App Runner (new customers)': { names: ['App Runner'], note: 'closed to new customers' },
};

/** Where the text of a source is one that the facts also list with a date. */
const SOURCES: readonly [RegExp, string][] = [
  [/do_distributions\.tf/, 'do-images'],
  [/do_sizes\.tf/, 'do-sizes'],
  [/^DigitalOcean release notes/, 'do-release-notes'],
  [/^digitalocean\/openapi databases options/, 'do-openapi-options'],
  [/^getmoto\/moto instance_types/, 'moto-types'],
  [/^docs\.hetzner\.cloud\/changelog/, 'hz-changelog'],
  [/endoflife\.date/, 'eol'],
];

/** The rest, under keys of their own. */
export function retiredSources(facts: Facts): Record<string, SourceFact> {
  return Object.fromEntries(
    facts.retired.entries
      .map(({ source }) => source)
      .filter((source) => !SOURCES.some(([pattern]) => pattern.test(source)))
      .map((source) => [key(source), { title: title(source), asOf: /\((\d{4}-\d{2}-\d{2})\)/.exec(source)?.[1] ?? null }]),
  );
}

const title = (source: string): string =>
  source
    .replace(/ (?:\(seen in|via) .*$/, '')
    .replace(/; removal date from$/, '')
    .replace(/ in aws\.json$/, ' of these prices');

const key = (source: string): string =>
  title(source)
    .toLowerCase()
    .replace(/ \(.*?\)/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 48)
    .replace(/-$/, '');

export function retired(facts: Facts, provider: string, ledger: Ledger): Retired[] {
  return (
    facts.retired.entries
      // The one price table in the list is a warning, not a name: it is among Hetzner's notes.
      .filter((fact) => fact.provider === provider && fact.kind !== 'price-table')
      .flatMap((fact) => entries(fact, facts.retired.generatedOn, ledger))
      .sort((a, b) => byText(a.kind, b.kind) || byText(a.name, b.name))
  );
}

function entries(fact: RetiredFact, today: string, ledger: Ledger): Retired[] {
  const kind = KINDS[fact.kind] ?? (fact.kind as RetiredKind);
  const { names, note: naming } = NAMES[fact.name] ?? { names: [fact.name], note: undefined };
  // What a source says of an end of support in brackets belongs to the name, not to the source.
  const support = /endoflife\.date.* \(((?:LTS|standard) [^)]+)\)/.exec(fact.source)?.[1];
  // Thirty sizes share this remark about one dump; the catalog says it once.
  const own = fact.note?.startsWith('the dump has a gap') ? undefined : fact.note;
  const note = [own, naming, support].filter((text) => text !== undefined).join('; ');
  const regions = /^([a-z0-9,]+) only/.exec(fact.scope ?? '')?.[1]?.split(',');
  const known = SOURCES.find(([pattern]) => pattern.test(fact.source))?.[1];
  const isDatabase = kind === 'database-engine' || kind === 'database-version';
  const isAwsImage = kind === 'image' && fact.provider === 'aws';
  const neutral = (name: string) => (isDatabase ? engineName(name) : isAwsImage ? osName(name) : name);
  return names.map((name) => ({
    kind,
    name: neutral(name),
    ...(kind === 'image' && { os: osName(name) }),
    successor: fact.successor && neutral(fact.successor),
    ...(fact.successorBasis?.startsWith('official') && { official: true as const }),
    state: state(fact, naming !== undefined, today),
    since: fact.since,
    ...(fact.removed && { removed: fact.removed }),
    ...(regions && { regions }),
    ...(note && { note }),
    source: ledger.cite(known ?? key(fact.source)),
  }));
}

function state({ status, removed }: RetiredFact, isPartly: boolean, today: string): Retired['state'] {
  if (status?.startsWith('recommendation only')) return 'advice';
  if (status === 'upcoming' || (removed && /^\d{4}-/.test(removed) && removed > today)) return 'upcoming';
  return status || isPartly ? 'legacy' : 'retired';
}
