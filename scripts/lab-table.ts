import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LAB } from '../test/lab/harness.ts';
import { lost, merged, type Report, rendered, type Table } from '../test/lab/table.ts';

/**
 * Writes what the last run of the lab showed into test/lab/table.json, and the table into the lab's page.
 * `--check` writes nothing, and fails where what stands there was not seen again; what was seen otherwise, or does not stand
 * there yet, is named. The versions of what is not pinned (Debian's packages) may be others; what they do may not.
 */
const DATA = 'test/lab/table.json';
const PAGE = 'test/lab/README.md';
const MARKS = ['<!-- table: npm run lab:table -->\n', '\n<!-- end of the table -->'] as const;

const VERSIONS: Readonly<Record<string, readonly [command: string, args: readonly string[], pattern: RegExp]>> = {
  hcloud: ['hcloud', ['version'], /(\d+\.\d+\.\d+)/],
  // Built from source it calls itself 0.0.0; test/lab/setup keeps what it built.
  doctl: ['cat', [join(LAB, 'stamp', 'doctl')], /(\d+\.\d+\.\d+)/],
  aws: ['aws', ['--version'], /aws-cli\/(\S+)/],
  docker: ['docker', ['--version'], /version ([\d.]+)/],
  moto: [join(LAB, 'moto', 'bin', 'python'), ['-c', 'import moto; print(moto.__version__)'], /(\S+)/],
  bash: ['bash', ['--version'], /version (\d+\.\d+)/],
  zsh: ['zsh', ['--version'], /zsh (\S+)/],
};
const PINNED = ['hcloud', 'doctl', 'moto'];

function versions(): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, [command, args, pattern]] of Object.entries(VERSIONS)) {
    const { stdout } = spawnSync(command, args, {
      encoding: 'utf8',
      env: { ...process.env, PATH: `${join(LAB, 'bin')}:${process.env.PATH}` },
    });
    const version = pattern.exec(stdout ?? '')?.[1];
    if (version !== undefined) found[name] = version;
  }
  return found;
}

const before = JSON.parse(readFileSync(DATA, 'utf8')) as Table;
const report = JSON.parse(readFileSync('.cache/lab.json', 'utf8')) as Report & { numFailedTests: number };
const check = process.argv.includes('--check');
if (report.numFailedTests > 0) {
  console.error(`lab: ${report.numFailedTests} tests failed, so there is no table of this run`);
  process.exit(1);
}
const now = versions();
if (check) {
  for (const [name, version] of Object.entries(before.versions)) {
    if (PINNED.includes(name) || now[name] === undefined || now[name] === version) continue;
    console.log(`lab: ${name} is ${now[name]} here, and the table was made with ${version}`);
    now[name] = version;
  }
}
const after = merged(before, report, now);
const data = `${JSON.stringify({ versions: after.versions, lives: [] }, null, 2).replace(
  '"lives": []',
  `"lives": [\n${after.lives.map((life) => `    ${JSON.stringify(life)}`).join(',\n')}\n  ]`,
)}\n`;
const page = readFileSync(PAGE, 'utf8');
const [start, end] = [page.indexOf(MARKS[0]) + MARKS[0].length, page.indexOf(MARKS[1])];
const written = `${page.slice(0, start)}${rendered(after)}${page.slice(end)}`;
if (!check) {
  writeFileSync(DATA, data);
  writeFileSync(PAGE, written);
  console.log(`lab: ${after.lives.length} lives in ${PAGE}`);
} else {
  const wrong = lost(before, after);
  for (const what of wrong) console.error(`lab: stands in the table, and was not seen: ${what}`);
  const stands = new Set(before.lives.map((life) => JSON.stringify(life)));
  for (const life of after.lives.map((one) => JSON.stringify(one)))
    if (!stands.has(life)) console.log(`lab: seen, and not so in the table (npm run lab:table): ${life}`);
  const stale = !page.includes(rendered(before));
  if (stale) console.error(`lab: ${PAGE} does not show what stands in ${DATA}: npm run lab:table`);
  if (stale || wrong.length > 0) process.exitCode = 1;
  else console.log('lab: what stands in the table was seen in this run');
}
