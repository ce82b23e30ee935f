import type { ServerType } from '../catalog_types.ts';
import { amount, id, isObject, type Json, listOf, price, type Reading, type Recogniser, withRecords } from './reading.ts';

const SIZES = 'doctl compute size list -o json';

interface Size {
  readonly slug: string;
  readonly vcpu: number;
  readonly memoryMb: number;
  readonly diskGb: number;
  readonly monthly: number;
  /** Undefined: the output does not say. */
  readonly regions?: readonly string[];
  readonly transferTb?: number;
}

function reading(sizes: readonly Size[]): Reading {
  return {
    provider: 'digitalocean',
    what: "DigitalOcean's sizes",
    command: SIZES,
    rows: sizes.length,
    apply: (catalog, stamp) => {
      const fresh = new Map(
        sizes.map((size) => [
          size.slug,
          (before: ServerType | undefined): ServerType => ({
            ...(before ?? {
              id: size.slug,
              family: size.slug.split('-')[0] as string,
              arch: 'x86',
              cpu: size.slug.startsWith('s-') ? 'shared' : 'dedicated',
              regions: null,
              ...(size.slug.startsWith('gpu') ? { gpu: true as const } : {}),
            }),
            vcpu: size.vcpu,
            memoryGb: size.memoryMb / 1024,
            diskGb: size.diskGb,
            prices: { '*': price(size.monthly, 'month', catalog.currency, stamp) },
            ...(size.regions === undefined ? {} : { regions: size.regions }),
            ...(size.transferTb === undefined ? {} : { includedTrafficTb: { '*': size.transferTb } }),
          }),
        ]),
      );
      return { ...catalog, serverTypes: withRecords(catalog.serverTypes, fresh, (one) => one.id) };
    },
  };
}

const sizes: Recogniser = (json) => {
  const list = listOf(json, 'sizes');
  if (list === undefined || !list.every((one) => 'slug' in one && 'vcpus' in one && 'price_monthly' in one)) return undefined;
  return reading(
    list.flatMap((one): Size[] => {
      const regions = Array.isArray(one.regions) ? one.regions.flatMap((region) => id(region) ?? []) : undefined;
      const transferTb = amount(one.transfer);
      return size(one.slug, one.vcpus, one.memory, one.disk, one.price_monthly, {
        ...(one.available === false ? { regions: [] } : regions === undefined ? {} : { regions }),
        ...(transferTb === undefined ? {} : { transferTb }),
      });
    }),
  );
};

function size(
  name: unknown,
  cores: unknown,
  memory: unknown,
  disk: unknown,
  month: unknown,
  more: Pick<Size, 'regions' | 'transferTb'>,
): Size[] {
  const [slug, vcpu, memoryMb, diskGb, monthly] = [id(name), amount(cores), amount(memory), amount(disk), amount(month)];
  if (slug === undefined || vcpu === undefined || memoryMb === undefined || diskGb === undefined || monthly === undefined) return [];
  return [{ slug, vcpu, memoryMb, diskGb, monthly, ...more }];
}

/** The table that doctl prints without `-o json`; it names no regions. A cell stands below its title, or is empty. */
export function sizeTable(text: string): Reading | undefined {
  const [head = '', ...lines] = text.split(/\r?\n/);
  const starts = [...head.matchAll(/\S+(?: \S+)*/g)].map((match) => ({ title: match[0], at: match.index }));
  const cell = (line: string, title: string): string => {
    const i = starts.findIndex((one) => one.title === title);
    return line.slice(starts[i]?.at, starts[i + 1]?.at).trim();
  };
  const titles = ['Slug', 'VCPUs', 'Memory', 'Disk', 'Price Monthly'];
  if (!titles.every((title) => starts.some((one) => one.title === title))) return undefined;
  return reading(
    lines.flatMap((line): Size[] => {
      const [slug, cores, memory, disk, month] = titles.map((title) => cell(line, title));
      return size(slug, number(cores), number(memory), number(disk), month, {});
    }),
  );
}

const number = (text: string | undefined): number | undefined => (text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined);

/** Which sizes are sold where: of each region, the sizes that it lists. */
const regions: Recogniser = (json) => {
  const list = listOf(json, 'regions');
  if (list === undefined || !list.every((one) => 'slug' in one && 'features' in one && 'sizes' in one)) return undefined;
  const sold = new Map(list.flatMap((one) => (id(one.slug) === undefined ? [] : [[one.slug as string, new Set(slugs(one))]])));
  const open = new Set(list.filter((one) => one.available !== false).map((one) => one.slug));
  const lists = [...sold.values()].some((one) => one.size > 0);
  return {
    provider: 'digitalocean',
    what: "DigitalOcean's regions",
    command: 'doctl compute region list -o json',
    rows: lists ? sold.size : 0,
    apply: (catalog) => ({
      ...catalog,
      regions: catalog.regions.map((one) => (sold.has(one.id) ? { ...one, open: open.has(one.id) } : one)),
      serverTypes: catalog.serverTypes.map((type) => ({
        ...type,
        regions: [...sold].filter(([region, all]) => open.has(region) && all.has(type.id)).map(([region]) => region),
      })),
    }),
  };
};

const slugs = (region: Json): string[] =>
  Array.isArray(region.sizes) ? region.sizes.flatMap((one) => id(isObject(one) ? one.slug : one) ?? []) : [];

export const digitalocean: readonly Recogniser[] = [sizes, regions];
