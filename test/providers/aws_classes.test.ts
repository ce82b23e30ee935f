import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/core/errors.ts';
import { plan } from '../support/plans.ts';

/** moto takes any word for a class of a database or a node of a cache, so it is the closed list of the catalog that refuses. */
describe('a size that AWS does not sell', () => {
  const make = (resource: object) =>
    plan({
      provider: 'aws',
      region: 'eu-central-1',
      resources: [
        { kind: 'network', name: 'lan' },
        { name: 'one', network: 'lan', ...resource },
      ],
    });

  it.each([
    ['database', 'db.t3.bogus', 'db.t4g.'],
    ['database', 'db.m1.small', 'db.t4g.small'],
    ['database', 'db.t1.micro', 'db.t4g.micro'],
    ['database', 'db.r3.2xlarge', 'db.t4g.2xlarge'],
    ['database', 'cache.t4g.micro', 'db.t4g.micro'],
    ['database', 't3.bogus', ''],
    ['cache', 'cache.t1.micro', 'cache.t3.micro'],
    ['cache', 'cache.m1.xlarge', 'cache.m7g.xlarge'],
    ['cache', 'cache.t4g.bogus', 'cache.t4g.'],
    ['cache', 'db.t4g.small', 'cache.t4g.small'],
    ['server', 't3.bogus', 't3.'],
    ['server', 't3.8xlarge', 't3'],
    ['server', 'db.t3.micro', 't3.micro'],
    ['autoscaling_group', 'm6x.large', '.large'],
    ['kubernetes_cluster', 't4q.medium', '.medium'],
  ])('%s %s is refused when it is planned, with the nearest', async (kind, size, near) => {
    const nat = kind === 'kubernetes_cluster' ? [{ kind: 'nat_gateway', name: 'out', network: 'lan' }] : [];
    const error = await plan({
      provider: 'aws',
      region: 'eu-central-1',
      resources: [{ kind: 'network', name: 'lan' }, ...nat, { kind, name: 'one', network: 'lan', size }],
    }).catch((problem: unknown) => problem);
    expect(error).toBeInstanceOf(InputError);
    const problem = (error as InputError).problems.find(({ field }) => field.endsWith('.size'));
    expect(problem?.given).toBe(JSON.stringify(size));
    expect(problem?.allowed?.length).toBeGreaterThan(5);
    expect(problem?.allowed).not.toContain(size);
    if (near !== '') {
      expect(problem?.nearest).toContain(near);
      expect(problem?.allowed).toContain(problem?.nearest);
    }
  });

  it.each([
    ['m1.small', 'server'],
    ['c1.xlarge', 'server'],
  ])('%s of a %s is of an old generation, and another takes its place or is named', async (size, kind) => {
    const made = await make({ kind, size }).catch((problem: unknown) => problem);
    const said = made instanceof InputError ? JSON.stringify(made.problems) : (made as { warnings: string[] }).warnings.join();
    expect(said).toContain('old generation');
  });

  it.each([
    ['database', 'db.m7g.large'],
    ['database', 't4g.micro'],
    ['cache', 'cache.m7g.large'],
    ['cache', 't4g.micro'],
  ])('%s %s is sold, with the prefix or without', async (kind, size) => {
    const made = await make({ kind, size });
    expect(made.steps.length).toBeGreaterThan(15);
  });
});
