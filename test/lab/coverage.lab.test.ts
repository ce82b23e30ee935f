import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { providers } from '../../src/providers/index.ts';
import { meant, whyNot } from '../../src/providers/meant.ts';
import { type ActionName, actionNames, type Provider, type ProviderId, providerIds } from '../../src/providers/provider.ts';
import { type Kind, kindNames } from '../../src/resources/index.ts';
import type { ActionCase } from './actions.ts';
import type { Subject } from './life.ts';

/** What the lab's lists of cases say is lived through, by provider. */
async function proven(): Promise<{ kinds: Map<string, Set<string>>; actions: Map<string, Set<string>> }> {
  const kinds = new Map<string, Set<string>>();
  const actions = new Map<string, Set<string>>();
  const add = (map: Map<string, Set<string>>, key: string, value: string) => map.set(key, (map.get(key) ?? new Set()).add(value));
  for (const file of readdirSync(new URL('./cases/', import.meta.url)).sort()) {
    if (!file.endsWith('.ts') || file === 'patterns.ts') continue;
    const module = (await import(/* @vite-ignore */ `./cases/${file}`)) as Record<string, unknown>;
    for (const [name, list] of Object.entries(module)) {
      if (/subjects$/i.test(name))
        for (const { request } of Object.values(list as Record<string, Subject>))
          for (const { kind, provider = request.provider } of request.resources as { kind: string; provider?: string }[])
            add(kinds, provider as string, kind);
      if (name === 'PROVEN') for (const act of list as string[]) add(actions, file.replace(/_actions\.ts$/, ''), act);
      if (name === 'CASES')
        for (const { action, resources } of Object.values(list as Record<string, ActionCase>))
          add(actions, file.replace(/_actions\.ts$/, ''), `${action} ${(resources[0] as { kind: string }).kind}`);
    }
  }
  return { kinds, actions };
}

it('the table of kinds, providers and actions is up to date: npm run golden rewrites it', async () => {
  const all = new Map<ProviderId, Provider>(await Promise.all(providerIds.map(async (id) => [id, await providers[id]()] as const)));
  const { kinds, actions } = await proven();
  const can = (provider: Provider, kind: Kind): ActionName[] =>
    actionNames.filter((action) => provider.actions[kind]?.[action] !== undefined);
  const cell = (provider: Provider, kind: Kind): string => {
    if (provider.emit[kind] === undefined) return 'no';
    const made = kinds.get(provider.id)?.has(kind) ? '**yes**' : 'yes';
    const done = can(provider, kind).map((action) => (actions.get(provider.id)?.has(`${action} ${kind}`) ? `**${action}**` : action));
    return [made, ...done].join(', ');
  };
  const list = [...all.values()];
  const count = (tell: (provider: Provider) => number): string => list.map(tell).join(' | ');
  const written = (provider: Provider): Kind[] => kindNames.filter((kind) => provider.emit[kind] !== undefined);
  const later = (provider: Provider): Kind[] =>
    kindNames.filter((kind) => /^This version does not write it/.test(provider.instead[kind] ?? ''));
  /** What a person would expect of the kinds that are written, and what is said of those pairs that are not there. */
  const expected = (provider: Provider): [ActionName, Kind][] =>
    actionNames.flatMap((action) =>
      meant[action].filter((kind) => provider.emit[kind] !== undefined).map((kind) => [action, kind] as [ActionName, Kind]),
    );
  const missing = (provider: Provider): { action: ActionName; kind: Kind; why: string | undefined }[] =>
    expected(provider)
      .filter(([action, kind]) => provider.actions[kind]?.[action] === undefined)
      .map(([action, kind]) => ({ action, kind, why: whyNot(provider, action, kind) }));
  const unwritten = ({ why }: { why: string | undefined }): boolean => why?.startsWith('This version does not') === true;
  /** The reasons, each with all that it holds for. */
  const reasons = (provider: Provider): string => {
    const by = new Map<string, string[]>();
    for (const { action, kind, why = 'not said' } of missing(provider)) by.set(why, [...(by.get(why) ?? []), `${action} \`${kind}\``]);
    return [...by].map(([why, pairs]) => `- ${pairs.join(', ')}: ${why}`).join('\n');
  };
  const acts = (provider: Provider): string[] => kindNames.flatMap((kind) => can(provider, kind).map((action) => `${action} ${kind}`));
  const text = `# Kinds, providers, actions

Written by test/lab/coverage.lab.test.ts. Bold: lived through in the lab by the vendor's own CLI, as the lists in test/lab/cases
say. Every kind that is written has create, destroy and list.

| | ${list.map(({ title }) => title).join(' | ')} |
|---|${'---|'.repeat(list.length)}
| kinds written | ${count((one) => written(one).length)} |
| of these in bold | ${count((one) => written(one).filter((kind) => kinds.get(one.id)?.has(kind)).length)} |
| kinds that the cloud offers and this version does not write | ${count((one) => later(one).length)} |
| kinds that it does not offer, with what takes their place | ${count((one) => kindNames.length - written(one).length - later(one).length)} |
| kinds without an explanation | ${count((one) => kindNames.filter((kind) => one.emit[kind] === undefined && one.instead[kind] === undefined).length)} |
| actions beyond create, destroy and list | ${count((one) => acts(one).length)} |
| of these in bold | ${count((one) => acts(one).filter((act) => actions.get(one.id)?.has(act)).length)} |
| actions that the cloud offers and this version does not write | ${count((one) => missing(one).filter(unwritten).length)} |
| actions that it does not offer on a kind, with the reason | ${count((one) => missing(one).filter((pair) => pair.why !== undefined && !unwritten(pair)).length)} |
| actions without an explanation | ${count((one) => missing(one).filter(({ why }) => why === undefined).length)} |

| kind | ${list.map(({ title }) => title).join(' | ')} |
|---|${'---|'.repeat(list.length)}
${kindNames.map((kind) => `| \`${kind}\` | ${list.map((provider) => cell(provider, kind)).join(' | ')} |`).join('\n')}

${list
  .map(
    (provider) =>
      `## What ${provider.title} does not have\n\n${kindNames
        .filter((kind) => provider.emit[kind] === undefined)
        .map((kind) => `- \`${kind}\`: ${provider.instead[kind]}`)
        .join('\n')}`,
  )
  .join('\n\n')}

${list.map((provider) => `## What cannot be done on ${provider.title}\n\n${reasons(provider)}`).join('\n\n')}
`;
  // What is there is expected, and what is there is not excused; what is not there has its reason, and what is written is lived.
  for (const one of list) {
    const pairs = expected(one).map(([action, kind]) => `${action} ${kind}`);
    expect(acts(one).filter((act) => !pairs.includes(act))).toEqual([]);
    const excused = actionNames.flatMap((action) => Object.keys(one.cannot[action] ?? {}).map((kind) => `${action} ${kind}`));
    expect(excused.filter((act) => !missing(one).some(({ action, kind }) => act === `${action} ${kind}`))).toEqual([]);
    expect(missing(one).filter(({ why }) => why === undefined)).toEqual([]);
    expect(kindNames.filter((kind) => one.emit[kind] === undefined && one.instead[kind] === undefined)).toEqual([]);
    expect(acts(one).filter((act) => !actions.get(one.id)?.has(act))).toEqual([]);
    expect(written(one).filter((kind) => !kinds.get(one.id)?.has(kind))).toEqual([]);
  }
  expect(text).not.toContain('undefined');
  await expect(text).toMatchFileSnapshot('./KINDS.md');
});
