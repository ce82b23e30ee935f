import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { InputError } from '../../src/core/errors.ts';
import { parse } from '../../src/core/parse.ts';
import { planBackups } from '../../src/tools/plan_backups.ts';

const target = { provider: 's3', bucket: 'acme-backups' };
type File = { path: string; text: string };

/** Names as people and attackers write them: any text, and text made of what shells, SQL and connection strings read. */
const hostile = fc.oneof(
  fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }),
  fc
    .array(
      fc.constantFrom(
        '$(touch x)',
        '`touch x`',
        "'",
        '"',
        '\\',
        '$HOME',
        ' ',
        '=',
        '-',
        '--',
        ';',
        '&',
        '|',
        '>x',
        '*',
        '~',
        '!',
        '#',
        '{a,b}',
        '%',
        'a',
        '/',
      ),
      {
        minLength: 1,
        maxLength: 8,
      },
    )
    .map((parts) => parts.join('')),
);

describe.skipIf(process.platform === 'win32')('hostile values in real bash', () => {
  const dir = mkdtempSync(join(tmpdir(), 'hostile-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  // The script itself, beside libraries that only show what they were given.
  for (const name of ['lib.sh', 'bucket.sh', 'restic.sh', 'log.sh'])
    writeFileSync(join(dir, name), `main() { printf '%s' "$(eval "$SHOW"; printf .)"; }\nexport CONFIG=/nonexistent STATE=/nonexistent\n`);

  /** What the script sees, or undefined where the tool refuses the value. */
  const seen = async (source: Record<string, unknown>, show: string): Promise<string | undefined> => {
    let files: File[];
    try {
      const { structured } = await planBackups.run(parse(planBackups.input, { sources: [source], target }), { today: '2026-11-23' });
      files = structured.files as unknown as File[];
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      return undefined;
    }
    const script = files.find(({ path }) => path.startsWith('/opt/backups/') && !/\/(?:lib|bucket|restic|log)\.sh$/.test(path)) as File;
    expect(basename(script.path)).toMatch(/^[a-z0-9][a-z0-9-]*\.sh$/);
    const path = join(dir, 'script.sh');
    writeFileSync(path, script.text);
    return execFileSync('bash', [path], { env: { PATH: process.env.PATH, SHOW: show }, cwd: dir, encoding: 'utf8' }).replace(/\.$/, '');
  };

  test.each([
    'log',
    'lib',
    'bucket',
    'restic',
    'LOG',
    '\u33d2 ',
  ])('a database called %j does not write over what the scripts share', async (name) => {
    for (const loss of [undefined, '15m'])
      for (const engine of ['postgresql', 'mariadb']) {
        const { structured } = await planBackups.run(
          parse(planBackups.input, { sources: [{ engine, name }], target, ...(loss && { rpo: loss }) }),
          { today: '2026-11-23' },
        );
        const paths = (structured.files as unknown as File[]).map(({ path }) => path);
        expect(new Set(paths).size).toBe(paths.length);
      }
    expect(await seen({ engine: 'mariadb', name }, 'printf "%s" "$NAME"')).toBe(name);
  });

  test.each([
    ['postgresql', 'name', 'printf "%s" "$NAME"'],
    ['mariadb', 'name', 'printf "%s" "$NAME"'],
    ['mysql', 'name', 'printf "%s" "$NAME"'],
    ['sqlite', 'path', 'printf "%s" "$FILE"'],
    ['config', 'path', 'printf "%s" "$REPO"'],
    ['files', 'path', 'place'],
  ])(
    '%s: its %s arrives as it was written, or is refused',
    async (engine, field, show) => {
      let arrived = 0;
      await fc.assert(
        fc.asyncProperty(hostile, async (text) => {
          const value = field === 'path' ? `/srv/${text}` : text;
          const got = await seen({ engine, [field]: value }, show);
          if (got === undefined) return;
          arrived++;
          expect(field === 'path' && engine === 'files' ? got.replace(/\n$/, '') : got).toBe(value);
        }),
        { numRuns: 60 },
      );
      expect(arrived).toBeGreaterThan(20);
      expect(readdirSync(dir)).not.toContain('x');
    },
    60_000,
  );
});
