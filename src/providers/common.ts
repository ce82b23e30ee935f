import type { Command, Program } from '../core/command.ts';
import { type Arg, command, type Query } from '../core/command.ts';
import { nearest, show } from '../core/errors.ts';
import type { Cost, Meter, Rate, Step } from '../core/plan.ts';
import type { Size } from '../resources/fields.ts';
import type { Spec } from '../resources/index.ts';
import { image as findImage, findServerType, monthly, priceIn, priceLookup, retiredSuccessor } from './catalog.ts';
import type { Arch, Price, Prices, RateId, ServerType } from './catalog_types.ts';
import { cheapestServer, type DatabaseNeed, nearestDatabase, nearestServer } from './choice.ts';
import type { Context } from './provider.ts';

/** What the providers share: choosing from a catalog, and stating what that costs. */

/** A cost effect from a catalog price; unknown where the catalog has none. */
export function cost(
  cx: Context,
  what: string,
  price: Price | undefined,
  quantity?: number,
  note?: string,
  refresh: string | undefined = cx.catalog.priceLookups['*'],
): Cost {
  return { ...origin(cx, what, price, note, refresh), monthly: price === undefined ? null : monthly(price, quantity) };
}

/** The cost of something of a type: a server, a database, a load balancer. */
export function typeCost(
  cx: Context,
  what: string,
  type: Parameters<typeof priceLookup>[1] & { readonly prices: Prices },
  more: { readonly quantity?: number; readonly note?: string | undefined; readonly engine?: string } = {},
): Cost {
  return cost(cx, what, priceIn(type.prices, cx.region), more.quantity, more.note, priceLookup(cx.catalog, type, cx.region, more.engine));
}

/** The cost of something that has a rate of its own in the catalog, in this resource's region. */
export function rateCost(cx: Context, what: string, rate: RateId, quantity?: number, note?: string): Cost {
  return cost(cx, what, priceIn(cx.catalog.rates[rate], cx.region), quantity, note, priceLookup(cx.catalog, rate, cx.region));
}

/** A share of what something else costs: the backups of a server. Unknown where either is. */
export function shareCost(cx: Context, what: string, rate: RateId, of: Cost): Cost {
  const share = priceIn(cx.catalog.rates[rate], cx.region);
  const known = share !== undefined && typeof of.monthly === 'number';
  return {
    ...of,
    what,
    monthly: known ? Math.round((of.monthly as number) * share.amount) / 100 : null,
    ...(known ? { note: `${share.amount} % of the server's price` } : { source: 'unknown', asOf: null }),
  };
}

/** What a rate is counted in, where a month's usage of it can be stated. */
const METERS: Readonly<Partial<Record<RateId, Meter>>> = {
  egress: 'egressGb',
  bucket_storage: 'storedGb',
  bucket_reads: 'requests',
};

/** A usage-based cost: the rate alone, because the usage is not known. */
export function usageCost(cx: Context, what: string, rate: RateId, note?: string): Cost {
  const price = priceIn(cx.catalog.rates[rate], cx.region);
  const meter = METERS[rate];
  return {
    ...origin(cx, what, price, note, priceLookup(cx.catalog, rate, cx.region)),
    rate: {
      amount: price?.amount ?? null,
      per: price?.per ?? 'GB',
      ...(price?.included === undefined ? {} : { included: price.included }),
      ...(meter === undefined ? {} : { meter }),
    },
  };
}

/**
 * The traffic of a server to the internet: every server brings its share of what is included, and all of a region's are
 * one item. Incoming traffic is free at all three clouds.
 */
export function trafficCost(cx: Context, type: ServerType): Cost {
  const base = usageCost(cx, `traffic to the internet from ${cx.region}`, 'egress');
  const included = type.includedTrafficTb?.[cx.region] ?? type.includedTrafficTb?.['*'] ?? base.rate?.included ?? null;
  const units = base.rate?.per === 'GB' && included !== null && base.rate.included === undefined ? included * 1000 : included;
  return { ...base, rate: { ...(base.rate as Rate), included: units } };
}

function origin(
  cx: Context,
  what: string,
  price: Price | undefined,
  note: string | undefined,
  refresh: string | undefined,
): Omit<Cost, 'monthly' | 'rate'> {
  return {
    kind: 'costs',
    what,
    currency: price?.currency ?? cx.catalog.currency,
    source: price === undefined ? 'unknown' : sourceTitle(cx, price.source),
    asOf: price?.asOf ?? null,
    ...(note === undefined ? {} : { note }),
    ...(refresh === undefined ? {} : { refresh }),
  };
}

function sourceTitle(cx: Context, keys: string): string {
  return keys
    .split('+')
    .map((key) => cx.catalog.sources[key]?.title ?? key)
    .join('; ');
}

/** The server type that a size means: by name, its successor where it is retired, or the cheapest that has what is needed. */
export function serverType(cx: Context, size: Size, field = 'size'): ServerType {
  if (typeof size !== 'string') {
    const need = Object.fromEntries(Object.entries(size).filter(([, value]) => value !== undefined));
    const found = cheapestServer(cx.catalog, need, cx.region);
    if (found === undefined) {
      const near = nearestServer(cx.catalog, need, cx.region);
      return cx.fail(field, {
        message: `nothing that is sold in ${cx.region} has all of that.${near === undefined ? '' : ` The nearest has ${near.vcpu} vCPU and ${near.memoryGb} GB (${near.arch}, ${near.cpu}).`} Ask for less, or for another region.`,
        given: show(size),
        ...(near === undefined ? {} : { nearest: near.id }),
      });
    }
    cx.assume(found.reason);
    return found.choice;
  }
  const retired = retiredSuccessor(cx.catalog, 'server-type', size, cx.region);
  if (retired !== undefined && retired.state === 'retired') {
    const next = retired.successor === null ? undefined : findServerType(cx.catalog, retired.successor);
    if (next === undefined)
      return cx.fail(field, { message: `${size} is no longer sold${when(retired)}.`, given: show(size), ...alike(cx, size) });
    cx.warn(
      `${size} is no longer sold${when(retired)}: ${cx.id} uses its successor ${next.id} (${next.vcpu} vCPU, ${next.memoryGb} GB) instead`,
    );
    return sold(cx, next, size, field);
  }
  const type = findServerType(cx.catalog, size);
  if (type === undefined)
    return cx.fail(field, { message: 'is no server type that the catalog knows.', given: show(size), ...alike(cx, size) });
  if (retired !== undefined)
    cx.warn(`${size} is ${retired.state}${when(retired)}${retired.successor ? `; its successor is ${retired.successor}` : ''}`);
  return sold(cx, type, size, field);
}

/** Refuses a need that no class of a database meets, with the one that comes nearest. */
export function noDatabase(cx: Context, need: DatabaseNeed, given: unknown): never {
  const near = nearestDatabase(cx.catalog, need, cx.region);
  return cx.fail('size', {
    message: `no ${need.engine}${need.standby ? ' with a standby' : ''} that is known in ${cx.region} has all of that.${near === undefined ? '' : ` The nearest has ${near.vcpu} vCPU and ${near.memoryGb} GB.`}`,
    given: show(given),
    ...(near === undefined ? {} : { nearest: near.id }),
  });
}

function when(entry: { readonly removed?: string; readonly since: string | null }): string {
  const date = entry.removed ?? entry.since;
  return date === null ? '' : ` (since ${date})`;
}

function sold(cx: Context, type: ServerType, given: string, field: string): ServerType {
  if (type.outOfStock?.includes(cx.region)) cx.warn(`${type.id} was out of stock in ${cx.region} when the pasted list was read`);
  if (type.regions !== null && !type.regions.includes(cx.region)) {
    return cx.fail(field, {
      message: `${type.id} is not sold in ${cx.region}, only in ${type.regions.join(', ')}.`,
      given: show(given),
      allowed: cx.catalog.serverTypes.filter((one) => one.regions?.includes(cx.region) && one.arch === type.arch).map((one) => one.id),
    });
  }
  return type;
}

function alike(cx: Context, size: string): { allowed: string[]; nearest?: string } {
  const allowed = cx.catalog.serverTypes.filter((type) => !type.gpu && (type.regions?.includes(cx.region) ?? true)).map((type) => type.id);
  return { allowed, ...nearestType(size, allowed) };
}

/**
 * Of the types that are sold, the one that a name comes nearest to. Of a name like `db.t3.small` the family counts first,
 * then the size, then the family's letter, and only then how it is spelled.
 */
export function nearestType(given: string, allowed: readonly string[]): { readonly nearest?: string } {
  const [, family, size] = /^(.+)\.([^.]+)$/.exec(given) ?? [];
  const like = (test: (one: string) => boolean): string | undefined => {
    const some = family === undefined ? [] : allowed.filter(test);
    return nearest(given, some) ?? some[0];
  };
  const near =
    like((one) => one.startsWith(`${family}.`)) ??
    like((one) => one.endsWith(`.${size}`)) ??
    like((one) => one.startsWith(`${family?.replace(/\d.*$/, '')}`)) ??
    nearest(given, allowed);
  return near === undefined ? {} : { nearest: near };
}

/** The image's name at every provider, by its name at this one. */
export const osOf = (cx: Context, id: string): string => cx.catalog.images.find((one) => one.id === id)?.os ?? id;

/** The provider's own name of an image, for an architecture. Retired ones are replaced by their successor, with a warning. */
export function imageId(cx: Context, given: string, arch: Arch): string {
  const found = findImage(cx.catalog, given, arch, cx.today);
  switch (found.status) {
    case 'ok':
      return found.image.id;
    case 'deprecated':
      cx.warn(
        `image ${given} is offered only until ${found.image.deprecated}${found.successor ? `; its successor is ${found.successor}` : ''}`,
      );
      return found.image.id;
    case 'end-of-life':
      cx.warn(`image ${given} has had no updates from its maker since ${found.image.endOfLife}; take a newer one`);
      return found.image.id;
    case 'wrong-arch':
      if (found.instead !== undefined) return found.instead.id;
      return cx.fail('image', { message: `is for ${found.image.arch}, and the server's size is ${arch}.`, given: show(given) });
    case 'retired': {
      const { successor } = found.retired;
      if (successor === null)
        return cx.fail('image', { message: `is no longer offered${when(found.retired)}, and has no successor.`, given: show(given) });
      const next = findImage(cx.catalog, successor, arch);
      if (!('image' in next))
        return cx.fail('image', {
          message: `is no longer offered${when(found.retired)}; its successor is ${successor}.`,
          given: show(given),
        });
      cx.warn(`image ${given} is no longer offered${when(found.retired)}: ${cx.id} uses its successor ${next.image.id} instead`);
      return next.image.id;
    }
    case 'unknown': {
      const near = nearest(given, found.offered);
      return cx.fail('image', {
        message: 'is no image that the catalog knows.',
        given: show(given),
        allowed: found.offered,
        ...(near ? { nearest: near } : {}),
      });
    }
  }
}

/**
 * The step of a key that the user uploaded before: it is looked up, never made and never removed. `missing` runs where
 * it is not found: a look-up by name that fails with the cloud's own message.
 */
export function existingKey(spec: Spec<'ssh_key'>, cx: Context, found: Query, missing: Command): Step {
  return {
    id: cx.id,
    title: `SSH key ${spec.name}, which is there already`,
    resource: cx.id,
    provider: cx.providerOf(spec),
    find: found,
    create: missing,
    outputs: { id: found, name: spec.name },
    verify: { query: found },
    effects: [],
  };
}

/** Some clouds take a public key but once, under whatever name. */
export const KEY_HINT =
  'If this public key is there already under another name, give that: {"kind":"ssh_key","name":"THAT NAME","existing":true}, and name it in sshKeys.';

/** A program's commands, built from argument words. */
export function program(name: Program): (...args: Arg[]) => Command {
  return (...args) => command(name, args);
}

export function ask(command: Command): Query {
  return { command };
}

export type { Price, Prices };
