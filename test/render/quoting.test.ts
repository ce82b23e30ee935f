import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it, test } from 'vitest';
import { type Arg, command, flag, isPrintable, positional } from '../../src/core/command.ts';
import { InputError } from '../../src/core/errors.ts';
import { commandText } from '../../src/render/bash.ts';
import { Names } from '../../src/render/outline.ts';
import { commandText as powershellText } from '../../src/render/powershell.ts';
import { text as textField } from '../../src/resources/fields.ts';
import { commandWords, parsePowerShell } from './powershell.ts';

/** How many hostile values each shell gets. */
const RUNS = 400;

const PIECES = [
  "'",
  '"',
  '`',
  '$',
  '$(touch pwned)',
  '`touch pwned`',
  '${IFS}',
  '$HOME',
  '*',
  '?',
  '[a-z]',
  '{a,b}',
  '~',
  '!',
  '!!',
  '!$',
  '#',
  '&',
  '&&',
  '|',
  ';',
  '<',
  '>',
  '>>x',
  '(',
  ')',
  '\\',
  '\\\\',
  '\\n',
  '%PATH%',
  '%s',
  '%',
  '=',
  '==',
  ',',
  ':',
  '@',
  '^',
  '-',
  '--',
  '-rf',
  ' ',
  '  ',
  '/',
  '//',
  '.',
  '..',
  'a',
  'Z',
  '0',
  'é',
  '日本',
  '🏗️',
  'ﬃ',
  '\u2018',
  '\u2019',
  '\u201a',
  '\u201b',
  '\u201c',
  '\u201d',
  '\u201e',
  '\u00a0',
  '@{x=1}',
  '@(1)',
  '$(1)',
  '$env:PATH',
  '--%',
  "'@",
  '"@',
  '}}',
  '{{.ID}}',
  'EOF',
  '=ls',
  '1',
  '\u{1F600}',
];
const hostile = fc
  .oneof(
    { weight: 4, arbitrary: fc.array(fc.constantFrom(...PIECES), { minLength: 0, maxLength: 8 }).map((all) => all.join('')) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  )
  .filter(isPrintable);

const sample = (seed: number): string[][] => fc.sample(fc.array(hostile, { minLength: 1, maxLength: 4 }), { numRuns: RUNS, seed });

const dir = mkdtempSync(join(tmpdir(), 'infra-quoting-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const program = join(dir, 'hcloud');
writeFileSync(program, '#!/bin/sh\nprintf "%s\\0" "$@" END >> "$OUT"\n');
chmodSync(program, 0o755);

const installed = (shell: string): boolean => process.platform !== 'win32' && spawnSync(shell, ['-c', 'exit 0']).status === 0;

/** Runs a script and gives back the arguments of every call of the stand-in program. */
function received(shell: string, options: readonly string[], script: string, env: Record<string, string> = {}): string[][] {
  const out = join(dir, `${shell}.out`);
  writeFileSync(out, '');
  execFileSync(shell, options, {
    input: script,
    cwd: dir,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: `${dir}${delimiter}/usr/bin${delimiter}/bin`, HOME: dir, LANG: 'C.UTF-8', HISTFILE: '/dev/null', OUT: out, ...env },
  });
  const words = execFileSync('cat', [out]).toString('utf8').split('\0').slice(0, -1);
  const calls: string[][] = [[]];
  for (const word of words) {
    if (word === 'END') calls.push([]);
    else calls.at(-1)?.push(word);
  }
  return calls.slice(0, -1);
}

const SHELLS: readonly (readonly [name: string, shell: string, options: readonly string[]])[] = [
  ['bash', 'bash', ['--norc', '--noprofile', '-s']],
  ['bash, pasted', 'bash', ['--norc', '--noprofile', '-i']],
  ['dash', 'dash', ['-s']],
  ['zsh', 'zsh', ['-f', '-s']],
  ['zsh, pasted', 'zsh', ['-f', '-i', '-s']],
  ['ksh', 'ksh', ['-s']],
];

describe.each(SHELLS)('%s', (name, shell, options) => {
  const names = new Names([]);
  const style = { names, pasted: name.includes('pasted') };

  test.skipIf(!installed(shell))(`receives ${RUNS} lists of hostile literals as they were meant`, () => {
    const lists = sample(1);
    const script = lists.map((list) => commandText(command('hcloud', list), style)).join('\n');
    expect(received(shell, options, `${script}\n`)).toEqual(lists);
  });

  test.skipIf(!installed(shell))('receives hostile values of variables, alone and inside a word', () => {
    const lists = sample(2)
      .slice(0, 60)
      .map((list) => [list[0] ?? '', list[1] ?? ''])
      .filter(([value]) => value !== '');
    const env: Record<string, string> = {};
    const script = lists.map(([value, literal], i) => {
      env[`V${i}`] = value as string;
      const args: Arg[] = [{ env: `V${i}` }, [literal as string, { env: `V${i}` }, literal as string]];
      return commandText(command('hcloud', args), style);
    });
    expect(received(shell, options, `${script.join('\n')}\n`, env)).toEqual(
      lists.map(([value, literal]) => [value, `${literal}${value}${literal}`]),
    );
  });
});

describe('PowerShell', () => {
  it(`is parsed and read back word for word, for ${RUNS} lists of hostile literals`, async () => {
    const lists = sample(3);
    const names = new Names([]);
    const script = lists.map((list) => powershellText(command('hcloud', list), names)).join('\n');
    const tree = await parsePowerShell(`${script}\n`);
    expect(tree.errors).toEqual([]);
    expect(commandWords(tree, ['hcloud'])).toEqual(lists.map((list) => ['hcloud', ...list]));
  });
});

describe('what no command may carry', () => {
  test.each(['a\nb', 'a\rb', 'a\0b', 'a\u001bb', 'a\u0085b', 'a\u2028b', 'a\u202eb', '\ud800'])('%j is refused', (value) => {
    expect(isPrintable(value)).toBe(false);
    expect(textField.safeParse(value).success).toBe(false);
  });

  test('a value that begins with a dash never becomes a flag', () => {
    expect(flag('--name', '-rf')).toEqual([['--name=', '-rf']]);
    expect(flag('--name', 'web')).toEqual(['--name', 'web']);
    expect(() => positional('-rf', 'name')).toThrow(InputError);
  });
});
