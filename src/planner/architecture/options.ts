import { InputError } from '../../core/errors.ts';
import { largestDatabase, largestServer } from '../../providers/choice.ts';
import { providers } from '../../providers/index.ts';
import type { ProviderId } from '../../providers/provider.ts';
import type { Pattern } from '../../skill/load.ts';
import { buildPlan } from '../build.ts';
import { costLine, costOf, type Usage } from '../cost.ts';
import { REGIONS } from '../regions.ts';
import { achieved } from './availability.ts';
import type { Load } from './load.ts';
import type { Continent, Needs, Option, Stage } from './needs.ts';
import { type Stack, shape } from './shape.ts';
import { type Need, type Sizing, serversFor, trafficGb } from './sizing.ts';
import { isApp } from './stack.ts';

export interface Priced {
  readonly options: readonly Option[];
  readonly refused: readonly { readonly provider: ProviderId; readonly why: string }[];
}

/** The second region of each provider's Scale stack, and one inside the EU to put in its place. */
const SECOND: Partial<Record<ProviderId, { readonly is: string; readonly eu: string }>> = {
  aws: { is: 'us-east-1', eu: 'eu-west-1' },
  digitalocean: { is: 'nyc3', eu: 'ams3' },
};
/** The largest volume, GB: Hetzner 10 TB, DigitalOcean and AWS (gp3) 16 TB. */
const DISK_MOST: Readonly<Record<ProviderId, number>> = { hetzner: 10_000, aws: 16_000, digitalocean: 16_000, docker: 16_000 };
/** Servers that a stack numbers one by one; beyond, it is an engine's work, and a plan of thousands of steps helps nobody. */
const NUMBERED = 20;
const CONTINENTS: readonly Continent[] = ['EU', 'NA', 'AS', 'OC'];
export const OFFERED: readonly ProviderId[] = ['hetzner', 'aws', 'digitalocean'];

/** The continents of the users, in an order that does not depend on how they were named; Europe where nobody said. */
export function continents(needs: Needs): Continent[] {
  if (needs.euOnly) return ['EU'];
  const wanted = CONTINENTS.filter((one) => needs.regions.includes(one));
  return wanted.length > 0 ? wanted : ['EU'];
}

/** The pattern's stack on every provider that is allowed, fitted to the load and planned; and why not where that fails. */
export async function price(needs: Needs, pattern: Pattern, stage: Stage, load: Load, sizing: Sizing, today: string): Promise<Priced> {
  const wanted = needs.providers.length > 0 ? needs.providers : OFFERED;
  const options: Option[] = [];
  const refused: { provider: ProviderId; why: string }[] = [];
  // In one order, whatever order they were named in.
  for (const provider of (['hetzner', 'aws', 'digitalocean', 'docker'] as const).filter((one) => wanted.includes(one))) {
    const base = pattern.stacks.find((one) => one.provider === provider)?.stack as Stack | undefined;
    if (base === undefined) {
      refused.push({ provider, why: `patterns.md has no "${pattern.title}" stack for ${provider}; its prose says what takes its place` });
      continue;
    }
    const [main, second] = continents(needs);
    const region = REGIONS[provider][main as Continent];
    if (region === undefined && provider !== 'docker') {
      refused.push({ provider, why: `no region there (${main})` });
      continue;
    }
    try {
      options.push(await planned(provider, base, { needs, stage, load, sizing, today, region, second }));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      refused.push({ provider, why: error.problems[0]?.message ?? error.message });
    }
  }
  return { options, refused };
}

interface Place {
  readonly needs: Needs;
  readonly stage: Stage;
  readonly load: Load;
  readonly sizing: Sizing;
  readonly today: string;
  readonly region: string | undefined;
  readonly second: Continent | undefined;
}

async function planned(provider: ProviderId, base: Stack, place: Place): Promise<Option> {
  const { needs, load, sizing, today } = place;
  const many =
    base.resources.some((one) => one.kind === 'server' && one.docker !== true) || base.resources.some((one) => one.kind === 'database');
  const { count, each } = many ? serversFor(sizing.app) : { count: 1, each: sizing.single };
  const regions = secondRegion(provider, place);
  const to = {
    ...(place.region === undefined ? {} : { region: place.region }),
    app: each,
    count: Math.min(count, NUMBERED),
    diskGb: Math.min(sizing.diskGb, DISK_MOST[provider]),
    ...(regions === undefined ? {} : { regions }),
  };
  const named = needs.plan === undefined ? {} : { plan: needs.plan };
  // One machine is as large as it is; a database of its own is no larger than what is sold.
  const cap = many ? await largest(provider, base, place.region) : undefined;
  const database = cap === undefined ? sizing.database : least(sizing.database, cap);
  const short =
    smaller(sizing.database, database, load.reads) ?? crowd(count) ?? tooMuch(provider, sizing.diskGb) ?? farAway(provider, place);
  const priced = async (storage: boolean): Promise<Option> =>
    priceOf(provider, { ...shape(base, { ...to, database, storage }), ...named }, usageOf(load), today);
  const option = await priced(true).catch((error: unknown) => {
    // More than enough comes with that size, and it is not sold with less.
    if (
      error instanceof InputError &&
      error.problems.some(({ field, message }) => /storageGb$/.test(field) && /cannot have less/.test(message))
    )
      return priced(false);
    throw error;
  });
  return { ...option, ...(short === undefined ? {} : { short }) };
}

/** The largest database that a pattern's stack can have on a provider: a managed one, or a server of its own. */
async function largest(provider: ProviderId, base: Stack, region: string | undefined): Promise<Need | undefined> {
  const { catalog, defaultRegion } = await providers[provider]();
  const managed = base.resources.find((one) => one.kind === 'database');
  if (managed !== undefined)
    return largestDatabase(catalog, { engine: String(managed.engine ?? 'postgresql'), standby: managed.highAvailability === true });
  const own = base.resources.find((one) => one.kind === 'server' && !isApp(one));
  const dedicated = (own?.size as { dedicated?: boolean } | undefined)?.dedicated;
  return largestServer(catalog, { dedicated }, region ?? defaultRegion ?? '');
}

const least = (a: Need, b: Need): Need => ({ vcpu: Math.min(a.vcpu, b.vcpu), memoryGb: Math.min(a.memoryGb, b.memoryGb) });

function smaller(wanted: Need, got: Need, reads: number): string | undefined {
  if (wanted.vcpu === got.vcpu && wanted.memoryGb === got.memoryGb) return undefined;
  const writes = wanted.vcpu * (1 - reads);
  // What is read is in each replica's memory too, so that only processors are shared.
  const rest =
    writes > got.vcpu
      ? `the writes alone (${Math.round((1 - reads) * 100)} %) want ${Math.ceil(writes)} vCPU, which no replica takes: split it by tenant`
      : wanted.vcpu > got.vcpu
        ? `${Math.round(reads * 100)} % are reads, which ${Math.ceil((wanted.vcpu - got.vcpu) / got.vcpu)} read replica(s) of that size can take`
        : 'less of it in memory is more waiting for the disk: a cache, or a split by tenant';
  const said = (of: Need): string =>
    [...(wanted.vcpu > got.vcpu ? [`${of.vcpu} vCPU`] : []), ...(wanted.memoryGb > got.memoryGb ? [`${of.memoryGb} GB`] : [])].join(
      ' and ',
    );
  return `the database wants ${said(wanted)}, and the largest in the catalog there has ${said(got)}: ${rest}`;
}

const tooMuch = (provider: ProviderId, diskGb: number): string | undefined =>
  diskGb <= DISK_MOST[provider]
    ? undefined
    : `${diskGb} GB of disk were computed, and one volume holds ${DISK_MOST[provider]} GB there: files belong into a bucket, and the rest has to be split`;

const crowd = (count: number): string | undefined =>
  count <= NUMBERED
    ? undefined
    : `${count} servers were computed, and the stack numbers ${NUMBERED}, which is also all that its price holds: so many are an engine's to make`;

function farAway(provider: ProviderId, { needs, stage, second }: Place): string | undefined {
  if (stage !== 'Scale' || second === undefined || SECOND[provider] !== undefined) return undefined;
  return `${provider}'s two sites share a network and are on one continent: users in ${continents(needs).slice(1).join(' and ')} are served from there`;
}

function secondRegion(provider: ProviderId, { needs, stage, second }: Place): Record<string, string> | undefined {
  const known = SECOND[provider];
  if (stage !== 'Scale' || known === undefined) return undefined;
  const [main] = continents(needs);
  // Where all users are on one continent the second region is for its loss alone, and stays near them if they are in Europe.
  const other =
    second === undefined ? (main === 'EU' ? (needs.euOnly ? known.eu : known.is) : REGIONS[provider].EU) : REGIONS[provider][second];
  return other === undefined ? undefined : { [known.is]: other };
}

/** What is known of the usage by the load alone: a static site's storage and traffic. */
function usageOf(load: Load): Usage {
  if (load.kind.id !== 'static') return {};
  const requests = Math.round(load.average * 730 * 3600);
  return { storedGb: Math.ceil(load.dataGb), egressGb: Math.ceil(trafficGb(load)), requests };
}

async function priceOf(provider: ProviderId, stack: Stack, usage: Usage, today: string): Promise<Option> {
  const plan = await buildPlan(stack, today);
  const report = costOf(plan, today, usage);
  const types = plan.steps.flatMap((step) =>
    step.effects.flatMap((effect) => (effect.kind === 'creates' && /^(?:server|database) /.test(effect.what) ? [effect.what] : [])),
  );
  return {
    provider,
    region: stack.region ?? '',
    monthly: report.monthly,
    cost: costLine(report),
    unknown: report.items.filter((item) => item.monthly === null).map((item) => item.what),
    types,
    availability: achieved(stack),
    stack,
  };
}
