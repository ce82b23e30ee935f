import { HOURS_PER_MONTH, monthly, priceIn, stale } from '../../providers/catalog.ts';
import type { Catalog, Price } from '../../providers/catalog_types.ts';
import type { Source } from './input.ts';
import type { Store } from './store.ts';

export type CostItem = {
  readonly what: string;
  /** null = unknown, never zero. */
  readonly monthly: number | null;
  readonly currency: string | null;
  readonly formula: string;
  readonly source: string;
  readonly asOf: string | null;
  readonly note?: string;
};

export type Cost = {
  readonly totals: readonly { readonly currency: string; readonly monthly: number; readonly complete: boolean }[];
  readonly items: readonly CostItem[];
};

async function catalogOf(store: Store): Promise<Catalog | undefined> {
  switch (store.provider) {
    case 's3':
      return store.endpoint === undefined
        ? ((await import('../../providers/aws/catalog.json', { with: { type: 'json' } })).default as unknown as Catalog)
        : undefined;
    case 'hetzner':
      return (await import('../../providers/hetzner/catalog.json', { with: { type: 'json' } })).default as unknown as Catalog;
    case 'digitalocean':
      return (await import('../../providers/digitalocean/catalog.json', { with: { type: 'json' } })).default as unknown as Catalog;
    default:
      return undefined;
  }
}

const PRICE_PAGES: Readonly<Record<Store['provider'], string>> = {
  s3: 'https://aws.amazon.com/s3/pricing/',
  b2: 'https://www.backblaze.com/cloud-storage/pricing',
  r2: 'https://developers.cloudflare.com/r2/pricing/',
  hetzner: 'https://www.hetzner.com/storage/object-storage/',
  digitalocean: 'https://www.digitalocean.com/pricing/spaces-object-storage',
  other: 'its provider',
  storagebox: 'https://www.hetzner.com/storage/storage-box/',
  restic: 'its provider',
};

const GIVEN = 'as given';

export interface Amount {
  readonly source: Source;
  /** Objects held at most, each of the compressed size. */
  readonly objects: number;
  readonly runsPerMonth: number;
  readonly drillsPerMonth: number;
  /** Days of log that are held; 0 without a log. */
  readonly logDays: number;
}

/** The user's own prices per GB (a month for storage), with their date. */
export interface OwnPrices {
  readonly storage?: number | undefined;
  readonly egress?: number | undefined;
  readonly currency: string;
  readonly asOf: string;
}

const round = (n: number): string => String(Math.round(n * 10) / 10);

/** TB-hour and TB prices count in TB. */
const inTb = (price: Price): boolean => price.per.startsWith('TB');
const counted = (price: Price, gb: number | undefined): number | undefined => (gb === undefined || !inTb(price) ? gb : gb / 1000);

const rateOf = (price: Price | undefined): string =>
  price === undefined ? 'price per GB' : `${price.amount} ${price.currency} per ${price.per}`;

/** How a sum comes about, so that it can be done again by hand: `140 GB held, less 1000 GB included = 0 × ...`. */
function working(gb: number, held: string, price: Price | undefined): string {
  const included = (price?.included ?? 0) * (price !== undefined && inTb(price) ? 1000 : 1);
  const rest = included === 0 ? '' : `, less ${round(included)} GB included = ${round(Math.max(0, gb - included))} GB`;
  return `${round(gb)} GB ${held}${rest} × ${rateOf(price)}${price?.per === 'TB-hour' ? ` × ${HOURS_PER_MONTH} h` : ''}`;
}

/** Storage, and what reading back and drills send out. The rest (requests) is cents, and is said so. */
export async function estimate(store: Store, amounts: readonly Amount[], today: string, own?: OwnPrices): Promise<Cost> {
  const catalog = await catalogOf(store);
  const rate = (id: 'bucket_storage' | 'bucket_base' | 'bucket_egress' | 'egress'): Price | undefined => {
    const amount = id === 'bucket_storage' ? own?.storage : id === 'bucket_egress' ? own?.egress : undefined;
    if (own !== undefined && amount !== undefined)
      return {
        amount,
        per: id === 'bucket_storage' ? 'GB-month' : 'GB',
        currency: own.currency as Price['currency'],
        source: GIVEN,
        asOf: own.asOf,
      };
    // A price of one's own for storage includes whatever base there is.
    if (id === 'bucket_base' && own?.storage !== undefined) return undefined;
    return priceIn(catalog?.rates[id], store.region ?? '');
  };
  const unknown = `look it up: ${PRICE_PAGES[store.provider]}`;
  const item = (what: string, price: Price | undefined, quantity: number | undefined, formula: string): CostItem => {
    const old = price !== undefined && stale(price.asOf, today);
    const sum = price === undefined ? null : monthly(price, counted(price, quantity));
    return {
      what,
      monthly: sum === null ? null : Math.round(sum * 100) / 100,
      currency: price?.currency ?? null,
      formula,
      source:
        price === undefined
          ? unknown
          : price.source
              .split('+')
              .map((key) => catalog?.sources[key]?.title ?? key)
              .join('; '),
      asOf: price?.asOf ?? null,
      ...(old ? { note: `older than 90 days or undated; ${unknown}` } : {}),
    };
  };
  const sized = amounts.map(({ source, ...rest }) => ({
    ...rest,
    source,
    gb: source.compressedGb ?? (source.sizeGb === undefined ? undefined : source.sizeGb / 3),
  }));
  const sum = (of: (one: (typeof sized)[number] & { gb: number }) => number): number | undefined =>
    sized.every(({ gb }) => gb !== undefined)
      ? sized.reduce((total, one) => total + of(one as (typeof sized)[number] & { gb: number }), 0)
      : undefined;
  const stored = sum(
    (one) =>
      one.gb * (one.source.engine === 'files' || one.source.engine === 'volume' ? 1 : one.objects) +
      ((one.source.logGbPerDay ?? one.source.changeGbPerDay ?? (one.source.sizeGb ?? one.gb * 3) / 20) / 3) * one.logDays +
      (one.source.changeGbPerDay ?? 0) * (one.source.engine === 'files' || one.source.engine === 'volume' ? 30 : 0),
  );
  const out = sum((one) => one.gb * (one.runsPerMonth + one.drillsPerMonth));
  const base = rate('bucket_base');
  const perGb = rate('bucket_storage');
  const perGbOut = rate('bucket_egress') ?? rate('egress');
  const items = [
    ...(base === undefined ? [] : [item(`${store.title}, base`, base, undefined, 'fixed; holds all buckets of the account')]),
    item(
      `${store.title}, stored`,
      perGb,
      stored,
      stored === undefined ? `objects held × compressed size × ${rateOf(perGb)}; give compressedGb` : working(stored, 'held', perGb),
    ),
    item(
      'read-back and drills',
      perGbOut,
      out,
      out === undefined
        ? 'runs × compressed size'
        : `${working(out, 'a month', perGbOut)}; free from a machine in the same region of the same provider`,
    ),
  ];
  const currencies = [...new Set(items.flatMap(({ currency }) => currency ?? []))];
  return {
    totals: currencies.map((currency) => ({
      currency,
      monthly: Math.round(items.reduce((total, one) => total + (one.currency === currency ? (one.monthly ?? 0) : 0), 0) * 100) / 100,
      complete: items.every((one) => one.monthly !== null),
    })),
    items,
  };
}
