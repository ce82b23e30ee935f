import type { Region } from '../../src/providers/catalog_types.ts';

/** The name of an operating system at every provider, from one provider's name for its image. */
export function osName(image: string): string {
  const match = /^([a-z-]+?)[- :](\d+)(?:[-.](\d+))?(?:-x(?:64|32).*)?$/.exec(
    image.toLowerCase().replace(/^.*\//, '').replace(/ ami$/, '').replaceAll(' ', '-'),
  );
  if (!match) return image;
  const [, name = '', major = '', minor] = match;
  return `${{ alma: 'almalinux', rockylinux: 'rocky' }[name] ?? name}-${minor === undefined ? major : `${major}.${minor}`}`;
}

export const isArm = (architecture: string): boolean => architecture.startsWith('arm');

type Place = Pick<Region, 'country' | 'continent'>;

const COUNTRIES: Record<string, Place['continent']> = {
  AU: 'OC',
  CA: 'NA',
  DE: 'EU',
  FI: 'EU',
  GB: 'EU',
  IE: 'EU',
  IN: 'AS',
  JP: 'AS',
  NL: 'EU',
  SG: 'AS',
  US: 'NA',
};

/** Geography, which the facts leave out: AWS regions by id, DigitalOcean's by the letters before the number. */
const COUNTRY_OF: Record<string, string> = {
  'us-east-1': 'US',
  'us-west-2': 'US',
  'eu-central-1': 'DE',
  'eu-west-1': 'IE',
  'ap-southeast-1': 'SG',
  'ap-northeast-1': 'JP',
  ams: 'NL',
  atl: 'US',
  blr: 'IN',
  fra: 'DE',
  lon: 'GB',
  mem: 'US',
  mkc: 'US',
  nyc: 'US',
  ric: 'US',
  sfo: 'US',
  sgp: 'SG',
  syd: 'AU',
  tor: 'CA',
};

export function place(region: string, country = COUNTRY_OF[region] ?? COUNTRY_OF[region.replace(/\d+$/, '')]): Place {
  const continent = COUNTRIES[country ?? ''];
  if (!country || !continent) throw new Error(`where is ${region}? Say so in scripts/catalog/names.ts`);
  return { country, continent };
}

const ENGINES: Record<string, string> = {
  pg: 'postgresql',
  advanced_pg: 'postgresql-advanced',
  advanced_mysql: 'mysql-advanced',
  'redis oss': 'redis',
};

/** `pg` and `Redis OSS` under the names that are used for every provider, with their version if they have one. */
export function engineName(name: string): string {
  const lower = name.toLowerCase();
  const version = / [\d.]+$/.exec(lower)?.[0] ?? '';
  const engine = lower.slice(0, lower.length - version.length);
  return (ENGINES[engine] ?? engine) + version;
}
