import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { optionFlags, serializeOptions } from '../../scripts/grammar/options.ts';
import { InputError } from '../../src/core/errors.ts';
import { checkCommand } from '../grammar/check.ts';
import { commandsOf, plan, words } from '../support/plans.ts';

const PROGRAMS = ['hcloud', 'aws', 'doctl', 'docker'] as const;
const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** The words of the command that makes the first resource. */
async function created(provider: string, resource: Record<string, unknown>, more: object[] = []): Promise<string[]> {
  const made = await plan({ provider, resources: [resource, ...more] });
  const step = made.steps.find((one) => one.id === `${resource.kind}.${resource.name}`);
  for (const { command } of commandsOf(made)) expect(checkCommand(words(command, made.steps))).toEqual([]);
  return words(step?.create as never, made.steps).map((word) => (typeof word === 'string' ? word : '?'));
}

test.each(PROGRAMS)('what %s takes is what its grammar says', (program) => {
  expect(read(`src/providers/flags/${program}.json`)).toBe(serializeOptions(optionFlags(JSON.parse(read(`test/grammar/${program}.json`)))));
});

test.each(PROGRAMS)('no flag of %s is among them that prints, waits, names, labels, opens, or takes a secret', (program) => {
  const flags = Object.values(JSON.parse(read(`src/providers/flags/${program}.json`)) as Record<string, object>).flatMap(Object.keys);
  expect(flags.length).toBeGreaterThan(10);
  expect(
    flags.filter((flag) =>
      /^(?:help|output|format|query|wait|quiet|profile|endpoint-url|endpoint|context-|debug|access-token|api-url|name|label|tags?|env|publish|user-data)$|password|^token/.test(
        flag,
      ),
    ),
  ).toEqual([]);
});

describe('become flags of the creating command', () => {
  it.each<[string, object, string[]]>([
    [
      'hetzner',
      { kind: 'server', name: 'a', options: { 'start-after-create': false } },
      ['server', 'create', '--start-after-create=false'],
    ],
    [
      'hetzner',
      { kind: 'server', name: 'a', options: { enableProtection: ['delete', 'rebuild'] } },
      ['server', 'create', '--enable-protection', 'delete', '--enable-protection', 'rebuild'],
    ],
    [
      'hetzner',
      { kind: 'load_balancer', name: 'l', options: { '--algorithm-type': 'least_connections' } },
      ['load-balancer', 'create', '--algorithm-type', 'least_connections'],
    ],
    ['digitalocean', { kind: 'server', name: 'a', options: { enable_ipv6: true } }, ['compute', 'droplet', 'create', '--enable-ipv6']],
    [
      'aws',
      { kind: 'volume', name: 'v', options: { 'multi-attach-enabled': true, iops: 4000, throughput: '250' } },
      ['ec2', 'create-volume', '--multi-attach-enabled', '--iops', '4000', '--throughput', '250'],
    ],
    [
      'aws',
      { kind: 'volume', name: 'v', options: { 'multi-attach-enabled': false } },
      ['ec2', 'create-volume', '--no-multi-attach-enabled'],
    ],
    [
      'docker',
      { kind: 'container', name: 'app', image: 'nginx:1.29', options: { ulimit: 'nofile=1024', dns: ['1.1.1.1', '9.9.9.9'] } },
      ['create', '--ulimit', 'nofile=1024', '--dns', '1.1.1.1', '--dns', '9.9.9.9'],
    ],
  ])('%s %j', async (provider, resource, begin) => {
    const made = await created(provider, resource as never, provider === 'aws' ? [{ kind: 'server', name: 's' }] : []);
    expect(made.slice(1, 1 + begin.length)).toEqual(begin);
  });

  it('on a server of the plan, behind its context', async () => {
    const made = await plan({
      provider: 'hetzner',
      resources: [
        { kind: 'container', name: 'app', image: 'nginx:1.29', server: 'a', options: { hostname: 'app' } },
        { kind: 'server', name: 'a', docker: true, firewalls: ['web'] },
        { kind: 'firewall', name: 'web', rules: [{ port: 22, from: '203.0.113.7' }] },
      ],
    });
    const step = made.steps.find((one) => one.id === 'container.app');
    expect(words(step?.create as never, made.steps).slice(0, 6)).toEqual(['docker', '--context', 'main--a', 'create', '--hostname', 'app']);
  });

  it('are said', async () => {
    const made = await plan({ provider: 'hetzner', resources: [{ kind: 'server', name: 'a', options: { automount: true } }] });
    expect(made.assumptions.join()).toContain('options of server.a go to `hcloud` as they are: automount');
  });
});

describe('are refused', () => {
  it.each<[string, object, string]>([
    [
      'hetzner',
      { kind: 'server', name: 'a', options: { start: true } },
      'options.start: is no flag of `hcloud server create` that can be given here. Nearest: ',
    ],
    ['hetzner', { kind: 'server', name: 'a', options: { type: 'cx33' } }, "is set by the resource's own fields"],
    ['hetzner', { kind: 'server', name: 'a', options: { image: 'debian-13' } }, "is set by the resource's own fields"],
    ['hetzner', { kind: 'server', name: 'a', options: { label: 'plan=other' } }, 'is no flag'],
    ['hetzner', { kind: 'server', name: 'a', options: { output: 'json' } }, 'is no flag'],
    ['hetzner', { kind: 'server', name: 'a', options: { help: true } }, 'is no flag'],
    ['hetzner', { kind: 'server', name: 'a', options: { endpoint: 'http://evil.example' } }, 'is no flag'],
    ['hetzner', { kind: 'server', name: 'a', options: { __proto__: null, constructor: 'x' } }, 'is no flag'],
    ['hetzner', { kind: 'server', name: 'a', options: { automount: 'maybe' } }, 'is true or false'],
    ['hetzner', { kind: 'server', name: 'a', options: { 'enable-protection': 'all' } }, 'Allowed: delete, rebuild'],
    ['hetzner', { kind: 'network', name: 'n', options: { 'ip-range': '10.0.0.0/8' } }, "is set by the resource's own fields"],
    ['hetzner', { kind: 'dns_zone', name: 'acme.de', options: { ttl: 'soon' } }, 'takes a whole number'],
    ['hetzner', { kind: 'server', name: 'a', options: { volume: 'a,b' } }, 'has a comma'],
    ['hetzner', { kind: 'server', name: 'a', options: { volume: [] } }, 'is an empty list'],
    ['hetzner', { kind: 'server', name: 'a', options: { placementGroup: 'a\u0000b' } }, 'control character'],
    ['aws', { kind: 'volume', name: 'v', options: { 'outpost-arn': 'file:///etc/passwd' } }, 'would make aws read a local file'],
    ['aws', { kind: 'volume', name: 'v', options: { 'dry-run': true } }, 'is no flag'],
    ['aws', { kind: 'volume', name: 'v', options: { profile: 'other' } }, 'is no flag'],
    ['docker', { kind: 'container', name: 'app', image: 'nginx:1.29', options: { publish: '0.0.0.0:80:80' } }, 'is no flag'],
    ['docker', { kind: 'container', name: 'app', image: 'nginx:1.29', options: { env: 'PASSWORD=x' } }, 'is no flag'],
    ['docker', { kind: 'compose', name: 'app', file: 'compose.yaml', options: { x: 1 } }, 'takes none'],
  ])('%s %j: %s', async (provider, resource, message) => {
    await expect(plan({ provider, resources: [resource, ...(provider === 'aws' ? [{ kind: 'server', name: 's' }] : [])] })).rejects.toThrow(
      message,
    );
  });
});

it('no value becomes another flag or another command', async () => {
  const value = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.constantFrom('--help', '-o', '--force=true', '$(id)', '`id`', '; rm -rf /', "'", 'a b', '=x', '@f'),
  );
  await fc.assert(
    fc.asyncProperty(value, async (text) => {
      const resource = { kind: 'server', name: 'a', options: { 'primary-ipv6': text } };
      const made = await plan({ provider: 'hetzner', resources: [resource] }).catch((error: unknown) => error);
      if (made instanceof InputError) return;
      const step = (made as Awaited<ReturnType<typeof plan>>).steps.find((one) => one.id === 'server.a');
      const [, , , ...rest] = words(step?.create as never, (made as Awaited<ReturnType<typeof plan>>).steps);
      const first = text.startsWith('-') ? [`--primary-ipv6=${text}`] : ['--primary-ipv6', text];
      expect(rest.slice(0, first.length)).toEqual(first);
      expect(rest[first.length]).toBe('--name');
    }),
    { numRuns: 60 },
  );
});
