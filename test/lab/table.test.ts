import { describe, expect, it } from 'vitest';
import { type LabRecord, lost, merged, type Report, rendered, type Table } from './table.ts';

const life = (more: Partial<LabRecord>): LabRecord => ({
  provider: 'hetzner',
  kind: 'server',
  shell: 'bash',
  steps: 3,
  create: 1,
  verify: 3,
  again: 1,
  resume: 5,
  teardown: 7,
  pasted: 6,
  refused: 6,
  ...more,
});
const report = (tests: readonly { status?: string; fullName?: string; lab?: LabRecord }[]): Report => ({
  testResults: [
    {
      assertionResults: tests.map(({ status = 'passed', fullName = 'Hetzner, server', lab }) => ({
        status,
        fullName,
        ...(lab === undefined ? {} : { meta: { lab } }),
      })),
    },
  ],
});
const EMPTY: Table = { versions: {}, lives: [] };

describe('the table of the lab', () => {
  it('is sorted, whatever the order of the tests was', () => {
    const [one, two, three] = [life({}), life({ shell: 'zsh' }), life({ provider: 'aws' })];
    const table = merged(EMPTY, report([{ lab: two }, { lab: one }, { lab: three }]), { hcloud: '1' });
    expect(table).toEqual({ versions: { hcloud: '1' }, lives: [three, one, two] });
    expect(merged(EMPTY, report([{ lab: three }, { lab: one }, { lab: two }]), { hcloud: '1' })).toEqual(table);
  });

  it('keeps what was not run, and drops what is gone from a provider that was run whole', () => {
    const before: Table = { versions: {}, lives: [life({ kind: 'gone' }), life({ provider: 'aws' })] };
    const whole = merged(before, report([{ lab: life({}) }]), {});
    expect(whole.lives.map(({ provider, kind }) => `${provider} ${kind}`)).toEqual(['aws server', 'hetzner server']);
    const part = merged(before, report([{ lab: life({}) }, { status: 'skipped', fullName: 'Hetzner, gone' }]), {});
    expect(part.lives.map(({ kind }) => kind)).toEqual(['server', 'gone', 'server']);
  });

  it('misses a life that was not lived and a column of which nothing is left, not another count', () => {
    const before: Table = { versions: {}, lives: [life({}), life({ shell: 'zsh' }), life({ kind: 'volume' })] };
    const after: Table = { versions: {}, lives: [life({ resume: 0 }), life({ shell: 'zsh', resume: 3, refused: 9 })] };
    expect(lost(before, after)).toEqual(['hetzner server bash: resume was 5, is 0', 'hetzner volume bash: not lived']);
    expect(lost(before, before)).toEqual([]);
  });

  it('counts no test that failed', () => {
    expect(merged(EMPTY, report([{ status: 'failed', lab: life({}) }]), {}).lives).toEqual([]);
  });

  it('shows each count for each shell, and their sums', () => {
    const text = rendered({
      versions: { hcloud: '1.67.0' },
      lives: [life({}), life({ shell: 'zsh', resume: 4 }), life({ kind: 'volume', steps: 1 })],
    });
    expect(text).toContain('3 lives of 2 stacks, 0 failures; each number is bash + zsh. hcloud 1.67.0.');
    expect(text).toContain('| hetzner | server | 3 | 1 + 1 | 3 + 3 | 1 + 1 | 5 + 4 | 7 + 7 | 6 + 6 | 6 + 6 |');
    expect(text).toContain('| hetzner | volume | 1 | 1 + – | 3 + – |');
    expect(text).toContain('| **all** | | | 2 + 1 | 6 + 3 | 2 + 1 | 10 + 4 | 14 + 7 | 12 + 6 | 12 + 6 |');
  });
});
