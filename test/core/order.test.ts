import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Atom, command } from '../../src/core/command.ts';
import { needs, order } from '../../src/core/order.ts';
import type { Step } from '../../src/core/plan.ts';

const ask = { command: command('docker', ['ps']) };

function step(id: string, uses: readonly string[] = [], after: readonly string[] = []): Step {
  const atoms: Atom[] = uses.map((of) => ({ of, out: 'id' }));
  return {
    id,
    title: id,
    resource: id,
    provider: 'docker',
    find: ask,
    create: command('docker', ['run', ...atoms]),
    captures: true,
    verify: { query: ask },
    effects: [],
    after,
  };
}

describe('order', () => {
  it('puts a step behind those whose outputs it uses, and keeps the order of the rest', () => {
    expect(order([step('c', ['a']), step('b'), step('a'), step('d')]).map((one) => one.id)).toEqual(['b', 'a', 'c', 'd']);
  });

  it('follows `after` where no value is shared', () => {
    expect(order([step('b', [], ['a']), step('a')]).map((one) => one.id)).toEqual(['a', 'b']);
  });

  it('names a cycle', () => {
    expect(() => order([step('a', ['b']), step('b', ['c']), step('c', ['b'])])).toThrow(/b -> c -> b|c -> b -> c/);
  });

  it('is a topological order for any graph without cycles, whatever the input order', () => {
    const graph = fc.integer({ min: 1, max: 40 }).chain((n) =>
      fc.record({
        edges: fc.array(fc.tuple(fc.nat(n - 1), fc.nat(n - 1)), { maxLength: 120 }),
        shuffled: fc.shuffledSubarray([...Array(n).keys()], { minLength: n, maxLength: n }),
      }),
    );
    fc.assert(
      fc.property(graph, ({ edges, shuffled }) => {
        const steps = shuffled.map((i) =>
          step(
            `s${i}`,
            edges.filter(([from, to]) => from === i && to < i).map(([, to]) => `s${to}`),
          ),
        );
        const done = order(steps);
        expect(done.map((one) => one.id).sort()).toEqual(steps.map((one) => one.id).sort());
        const seen = new Set<string>();
        for (const one of done) {
          for (const id of needs(one)) expect(seen).toContain(id);
          seen.add(one.id);
        }
      }),
    );
  });
});
