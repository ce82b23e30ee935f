import { describe, expect, test } from 'vitest';
import { parse } from '../../src/core/parse.ts';
import type { ProviderId, Retired } from '../../src/providers/catalog_types.ts';
import { providers } from '../../src/providers/index.ts';
import { generateProvisionCommand as tool } from '../../src/tools/generate_provision_command.ts';
import { TODAY } from '../support/plans.ts';

const REGIONS: Record<ProviderId, string | undefined> = { hetzner: 'fsn1', aws: 'us-east-1', digitalocean: 'nyc3', docker: undefined };

/** How somebody who knows the old name would ask for it. */
function asked(provider: ProviderId, { kind, name, regions }: Retired): Record<string, unknown> {
  const on = (resource: Record<string, unknown>, more: object = {}) => ({
    provider,
    region: regions?.[0] ?? REGIONS[provider],
    resources: [{ name: 'old1', ...resource }],
    ...more,
  });
  switch (kind) {
    case 'server-type':
      return on({ kind: 'server', size: name });
    case 'server-family':
      return on({ kind: 'server', size: `${name}.large` });
    case 'image':
      return provider === 'docker' ? on({ kind: 'container', image: name.replace(/ .*/, '') }) : on({ kind: 'server', image: name });
    case 'database-version': {
      const [engine, version] = name.split(' ');
      return on(
        { kind: 'database', engine, version, size: { vcpu: 2 }, access: ['app1'] },
        {
          resources: [
            { kind: 'server', name: 'app1' },
            { kind: 'database', name: 'old1', engine, version, size: { vcpu: 2, memoryGb: 2 }, access: ['app1'] },
          ],
        },
      );
    }
    case 'database-engine':
      return on({ kind: 'database', engine: name });
    case 'load-balancer-size':
      return {
        provider,
        region: REGIONS[provider],
        resources: [
          { kind: 'server', name: 'app1' },
          { kind: 'load_balancer', name: 'old1', size: name, targets: ['app1'] },
        ],
      };
    case 'region':
      return on({ kind: 'server' }, { region: name });
    case 'volume-type':
      return on({ kind: 'volume', sizeGb: 20, options: { 'volume-type': name } });
    case 'cli-flag': {
      const [, of, flag] = /^hcloud (\S+) create --(\S+)$/.exec(name) as RegExpExecArray;
      return on({ kind: of, [flag as string]: 'fsn1-dc14' });
    }
    case 'tool':
      if (name === 'docker-compose') return on({ kind: name, services: { web: { image: 'nginx:1.29' } } });
      return name.startsWith('compose file')
        ? on({ kind: 'compose', version: '3.8', services: { web: { image: 'nginx:1.29' } } })
        : on({ kind: name });
    // A command, an address of an API, a service: where a kind of resource is named.
    default:
      return on({ kind: name });
  }
}

/** Everything that a person reads who asks that. */
async function answer(args: Record<string, unknown>): Promise<string> {
  try {
    const { structured } = await tool.run(parse(tool.input, args), { today: TODAY });
    return [...structured.warnings, ...structured.assumptions, ...(structured.steps ?? []).map((step) => step.command)].join('\n');
  } catch (error) {
    return (error as Error).message;
  }
}

describe.each(['hetzner', 'aws', 'digitalocean', 'docker'] as const)('%s', async (id) => {
  const { retired, images: ids } = (await providers[id]()).catalog;

  test.each(retired.map((entry) => [entry.kind, entry.name, entry] as const))('%s %s', async (_, __, entry) => {
    const text = await answer(asked(id, entry));
    expect(text).not.toBe('');
    if (entry.successor === null) {
      expect(text).toMatch(/no longer (?:offered|sold)/);
      return;
    }
    // Several may be named: "t4g / t3". One of them is an answer. A version's engine is not said again, an AWS image has an id.
    const names = entry.successor
      .split(/ (?:\/|or|→|and) /)
      .map((one) => one.replace(/ \(.*?\)$/, '').trim())
      .flatMap((one) =>
        entry.kind === 'database-version' ? [`uses ${one.split(' ')[1]}`, `uses its successor ${one.split(' ')[1]}`, one] : [one],
      )
      .flatMap((one) => [one, ...ids.filter((image) => image.os === one).map((image) => image.id)]);
    expect(
      names.some((name) => text.toLowerCase().includes(name.toLowerCase())),
      `${entry.successor} in: ${text}`,
    ).toBe(true);
    const date = entry.removed ?? entry.since;
    // That word means the same as ever; what is written is the new program.
    if (date !== null && entry.state !== 'advice' && entry.name !== 'docker-compose') expect(text).toContain(date);
  });
});

test('every entry of the facts is in a catalog: 202, of which one is about prices and three name several things', async () => {
  const all = await Promise.all(Object.values(providers).map(async (load) => (await load()).catalog.retired.length));
  expect(all.reduce((sum, one) => sum + one, 0)).toBe(202 - 1 + 4);
  // The one about prices is said with every catalog.
  expect((await providers.hetzner()).catalog.notes[0]).toContain('Prices rose for new orders on 2026-06-15');
});
