import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/core/errors.ts';
import { parse } from '../../src/core/parse.ts';
import { planBackups } from '../../src/tools/plan_backups.ts';
import { checkCommand } from '../grammar/check.ts';
import { commandWords, decode, parsePowerShell, UNKNOWN } from '../render/powershell.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are read loosely here
const plan = async (args: unknown): Promise<any> =>
  (await planBackups.run(parse(planBackups.input, args), { today: '2026-11-23' })).structured;
const target = { provider: 's3', bucket: 'acme-backups', region: 'eu-central-1' };
const everything = {
  os: 'win32',
  sources: [
    { engine: 'postgresql', name: `it's "a=b" $(whoami) \`x`, host: 'db.example.com' },
    { engine: 'mariadb', name: 'shop' },
    { engine: 'mysql', name: 'old' },
    { engine: 'mongodb' },
    { engine: 'sqlite', path: `C:\\data\\it's $x.db` },
    { engine: 'files', path: 'C:\\www' },
    { engine: 'config', path: 'C:\\conf' },
  ],
  target,
};
type File = { path: string; text: string };
const scripts = (files: File[]): File[] => files.filter(({ path }) => path.endsWith('.ps1'));

describe('Windows', () => {
  test('every script and every step is PowerShell', async () => {
    const { files, steps, restore } = await plan(everything);
    const texts = [
      ...scripts(files).map(({ text }) => text),
      ...steps.map(({ command }: { command: string }) => command),
      ...restore.map(({ commands }: { commands: string[] }) => commands.join('\n')),
    ];
    // The grammar takes no text that is nothing but a comment.
    for (const text of texts.filter((one) => /^[^#]/m.test(one))) expect((await parsePowerShell(text)).errors, text).toEqual([]);
  });

  test('the aws commands of the scripts and of the steps are in the grammar', async () => {
    const { files, steps } = await plan(everything);
    let seen = 0;
    for (const { text } of [...scripts(files), ...steps.map(({ command }: { command: string }) => ({ text: command }))]) {
      const tree = await parsePowerShell(text);
      for (const call of [...commandWords(tree, ['aws']), ...commandWords(tree, ['Invoke-Program']).map(([, ...rest]) => rest)]) {
        if (call[0] !== 'aws') continue;
        const words = call
          .filter((word) => word !== '@Place')
          .map((word) => (word.includes(UNKNOWN) || word.startsWith('$') ? { unknown: true as const } : word));
        const end = words.findIndex((word) => word === '|' || word === '||');
        expect(checkCommand(end < 0 ? words : words.slice(0, end)), call.join(' ')).toEqual([]);
        seen++;
      }
    }
    expect(seen).toBeGreaterThan(10);
  });

  test('no pipe and no redirection into or out of a program: they would re-encode bytes', async () => {
    for (const { path, text } of scripts((await plan(everything)).files)) {
      const code = text.replaceAll(/^\s*#.*$/gm, '');
      // Only text goes into a pipe: JSON, keys, nothing.
      expect(code, path).not.toMatch(/Invoke-Program[^\n]*\|(?! Out-Null| ConvertFrom-Json)/);
      expect(code, path).not.toMatch(/(?:^|\s)\d?>{1,2}(?!=)/m);
      // Programs are started by the one function that looks at the exit code.
      expect(code.match(/^\s*(?:aws|age|pg_\w+|psql|mysql\w*|mariadb\S*|restic|git|sqlite3|mongo\w+) /gm), path).toBeNull();
    }
    const lib = (await plan(everything)).files[0].text as string;
    expect(lib).toMatch(/& \$Program @Rest\n {2}if \(\$LASTEXITCODE -ne 0\) \{ throw/);
  });

  test('a hostile name is one literal', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }), async (name) => {
        let files: File[];
        try {
          ({ files } = await plan({ os: 'win32', sources: [{ engine: 'postgresql', name, host: 'db' }], target }));
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
          return;
        }
        const script = scripts(files)[1] as File;
        const tree = await parsePowerShell(script.text);
        expect(tree.errors).toEqual([]);
        const [, value = ''] = /^\$Name = (.*)$/m.exec(script.text) as RegExpExecArray;
        expect(decode(value)).toBe(name);
      }),
      { numRuns: 60 },
    );
  });

  test('what Windows lacks is refused, with what to do', async () => {
    for (const source of [{ engine: 'redis' }, { engine: 'volume', name: 'data' }, { engine: 'postgresql', name: 'x', container: 'pg' }])
      await expect(plan({ os: 'win32', sources: [source], target })).rejects.toThrow(/WSL 2/);
    await expect(plan({ os: 'win32', sources: [{ engine: 'mysql', name: '-x' }], target })).rejects.toThrow(/dash/);
    await expect(plan({ ...everything, schedule: 'cron' })).rejects.toThrow(/taskscheduler/);
  });
});
