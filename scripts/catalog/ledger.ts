import type { Currency, Origin, Per, Price, Prices, Source } from '../../src/providers/catalog_types.ts';
import type { Dated, Keys, SourceFact, Table } from './facts.ts';

/** Makes prices, and remembers which sources they cite, so that a catalog carries those sources and no others. */
export class Ledger {
  readonly #known: Record<string, SourceFact>;
  readonly #currency: Currency;
  readonly #cited = new Map<string, Source>();

  constructor(currency: Currency, known: Record<string, SourceFact>) {
    this.#currency = currency;
    this.#known = known;
  }

  cite(keys: Keys): string {
    const list = typeof keys === 'string' ? [keys] : (keys ?? []);
    if (list.length === 0) throw new Error('a fact without a source');
    for (const key of list) {
      const source = this.#known[key];
      if (!source) throw new Error(`no source named ${key}`);
      // One licence is stated in the words on what kind of source it is.
      const licence = source.licence ?? /CC BY [\d.]+/.exec(source.kind ?? '')?.[0];
      this.#cited.set(key, {
        title: tidy(source.title),
        asOf: source.asOf,
        ...(licence && { licence }),
        ...(source.url && { url: source.url }),
      });
    }
    return list.join('+');
  }

  price(amount: number, per: Per, { source, asOf }: Dated, included?: number): Price {
    return { amount, per, currency: this.#currency, ...(included !== undefined && { included }), source: this.cite(source), asOf };
  }

  /** One price for every region of a table; where nobody read a figure there is no price. */
  table(table: Table, per: Per, included?: number): Prices {
    return Object.fromEntries(
      Object.entries(table).flatMap(([region, entry]) =>
        entry === null || typeof entry === 'string' ? [] : [[region, this.price(entry.value, per, entry, included)]],
      ),
    );
  }

  origin(records: readonly Dated[]): Origin {
    const keys = new Set(records.flatMap(({ source }) => source ?? []));
    const dates = records.map(({ asOf }) => asOf).sort(byText);
    return { source: this.cite([...keys].sort(byText)), asOf: dates[0] ?? null };
  }

  get sources(): Record<string, Source> {
    return Object.fromEntries([...this.#cited].sort(([a], [b]) => byText(a, b)));
  }
}

/** By code unit: the same order on every machine, which a locale's is not. */
export const byText = (a: string | null, b: string | null): number => {
  const [x, y] = [a ?? '', b ?? ''];
  return x < y ? -1 : x > y ? 1 : 0;
};

export const byId = <T extends { id: string }>(records: readonly T[]): T[] => [...records].sort((a, b) => byText(a.id, b.id));

/** The same price in each of several regions. */
export const everywhere = (regions: readonly string[], price: Price): Prices =>
  Object.fromEntries(regions.map((region) => [region, price]));

/** A title has to stand alone in the sorted list, and the number of a document in somebody's cache tells a reader nothing. */
const tidy = (title: string): string =>
  title.replace(/^same repo\b/, 'sergeykuzmich/terraform-digitalocean-variables').replace(/,? \d{10,}(?: and \d{10,})?/g, '');
