import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { documents } from '../../src/skill/documents.ts';
import { checkCommand, type Word } from '../grammar/check.ts';

const PROGRAMS = ['hcloud', 'aws', 'doctl', 'docker'];
const MARK = 'UNKNOWN_VALUE';

/** The fenced commands of a document: every ```bash block. */
function fences(text: string): string[] {
  return [...text.matchAll(/^```bash\n(.*?)^```$/gms)].map((match) => match[1] as string);
}

/** A block's commands as argv, read by bash itself: each program is a function that prints what it was given. */
function read(block: string): Word[][] {
  const stubs = PROGRAMS.map((program) => `${program}() { printf '%s\\0' ${program} "$@" $'\\1'; }`).join('\n');
  const variables = [...block.matchAll(/\$\{?([A-Za-z_][A-Za-z0-9_]*)/g)].map((match) => match[1] as string);
  const env = Object.fromEntries(variables.map((name) => [name, MARK]));
  const out = execFileSync('bash', ['--norc', '-eu', '-s'], {
    input: `PATH=/nowhere\n${stubs}\n${block}`,
    env: { ...process.env, HOME: '/home/user', ...env },
  }).toString();
  return out
    .split('\u0001\0')
    .filter((call) => call !== '')
    .map((call) =>
      call
        .split('\0')
        .slice(0, -1)
        .map((word): Word => (word.includes(MARK) ? { unknown: true, prefix: word.slice(0, word.indexOf(MARK)) } : word)),
    );
}

describe.skipIf(process.platform === 'win32').each(documents)('$name', ({ name, text }) => {
  const commands = fences(text).flatMap(read);

  test('every fenced command passes the vendor grammar', () => {
    expect(
      commands.flatMap((argv) =>
        checkCommand(argv).map((problem) => `${argv.map((word) => (typeof word === 'string' ? word : '$…')).join(' ')}: ${problem}`),
      ),
    ).toEqual([]);
  });

  // patterns.md has stacks in place of commands.
  test(name === 'patterns.md' ? 'has no commands that went unchecked' : 'has commands to check', () => {
    if (name === 'patterns.md') expect(commands).toEqual([]);
    else expect(name === 'backups.md' || commands.length > 0).toBe(true);
  });
});
