import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { StackRequest } from '../../../src/planner/request.ts';
import type { ProviderId } from '../../../src/providers/provider.ts';
import { patterns } from '../../../src/skill/load.ts';
import type { Subject } from '../life.ts';

/** Absolute: a relative one would be looked for beside the test that uses it, and CI writes none. */
export const stateFile = (slug: string, provider: ProviderId): string =>
  fileURLToPath(new URL(`states/${slug}-${provider}.json`, import.meta.url));

/** The stacks of patterns.md for a provider. What each is meant to leave stands in states/. */
export async function patternSubjects(provider: ProviderId, needs: readonly string[]): Promise<Record<string, Subject>> {
  const found: Record<string, Subject> = {};
  for (const { slug, stacks } of await patterns()) {
    const stack = stacks.find((one) => one.provider === provider)?.stack;
    if (stack === undefined) continue;
    found[`pattern ${slug}`] = {
      request: stack as unknown as StackRequest,
      state: (created) => expect(`${JSON.stringify(created, null, 2)}\n`).toMatchFileSnapshot(stateFile(slug, provider)),
      needs,
    };
  }
  return found;
}
