import type { Catalog } from '../../src/providers/catalog_types.ts';

const ORDER = [
  'provider',
  'currency',
  'priceBasis',
  'generatedOn',
  'notes',
  'sources',
  'origins',
  'limits',
  'lookups',
  'priceLookups',
  'regions',
  'serverTypes',
  'databaseTypes',
  'loadBalancerTypes',
  'fileStorageTypes',
  'containerTypes',
  'images',
  'engines',
  'rates',
  'retired',
] as const satisfies readonly (keyof Catalog)[];

/** JSON with one record per line, so that a changed figure is a changed line; of rates, one line per region. */
export function format(catalog: Catalog): string {
  const lines = ORDER.flatMap((key) =>
    catalog[key] === undefined ? [] : [`  ${JSON.stringify(key)}: ${block(catalog[key], key === 'rates' ? 2 : 1, '  ')}`],
  );
  return `{\n${lines.join(',\n')}\n}\n`;
}

function block(value: unknown, depth: number, indent: string): string {
  if (depth === 0 || typeof value !== 'object' || value === null) return JSON.stringify(value);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const inner = `${indent}  `;
  const lines = Object.entries(value).map(([key, item]) => {
    const name = Array.isArray(value) ? '' : `${JSON.stringify(key)}: `;
    return inner + name + block(item, depth - 1, inner);
  });
  return lines.length === 0 ? `${open}${close}` : `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}
