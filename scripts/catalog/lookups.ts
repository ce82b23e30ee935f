import type { Facts } from './facts.ts';

/**
 * The commands by which a user reads today's figures, by the name of what they show. Left out: a request that would put
 * a token on the process list, and a line that is a pattern rather than a command.
 */
export function lookups(facts: Facts, provider: string): Record<string, string> {
  return Object.fromEntries(
    (facts.refresh.providers[provider] ?? []).flatMap(({ id, command, alternatives = [] }) => {
      const usable = [command, ...alternatives].find((one) => !/Authorization|…/.test(one));
      return usable === undefined ? [] : [[id.slice(id.indexOf('.') + 1), usable]];
    }),
  );
}
