import type { Facts } from './facts.ts';
import { osName } from './names.ts';

/**
 * When the makers of operating systems end their support, the extended one where there is one. The facts say it beside
 * AWS images and Docker images only, but it holds for the same system everywhere.
 */
export function endOfLife(facts: Facts): ReadonlyMap<string, string> {
  const ends = new Map(facts.aws.images.map(({ os, upstreamEol }) => [osName(os), upstreamEol]));
  for (const { provider, kind, name, since, source } of facts.retired.entries) {
    const os = osName(name.replace(/ \(.*$/, ''));
    const extended = /LTS to (\d{4}-\d{2}-\d{2})/.exec(source)?.[1];
    if (provider === 'docker' && kind === 'image' && /^(?:debian|ubuntu)-/.test(os) && since) ends.set(os, extended ?? since);
  }
  return ends;
}
