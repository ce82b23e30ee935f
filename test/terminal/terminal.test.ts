import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { patterns } from '../../src/skill/load.ts';
import { EXAMPLES } from '../../src/terminal/examples.ts';
import { runTool } from '../../src/terminal/run.ts';
import { stackSchema } from '../../src/terminal/stack_schema.ts';
import { definition } from '../../src/tools/definition.ts';
import { findTool, toolNames } from '../../src/tools/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'infrastructure-terminal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const STACK = `# a comment
provider: hetzner
plan: shop
resources:
  - {kind: server, name: web1, size: cx23, firewalls: [web]}
  - kind: firewall
    name: web
    rules: [{port: 443}]
`;
writeFileSync(join(folder, 'stack.yaml'), STACK);

function run(args: readonly string[], { input = '', env = {} }: { input?: string; env?: Record<string, string> } = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [inject('bundle'), ...args], {
    cwd: folder,
    encoding: 'utf8',
    input,
    env: { ...process.env, ...env },
    maxBuffer: 64 * 1024 * 1024,
  });
  return { status, out: stdout, err: stderr };
}

/** The words of an example, as a shell would see them, without its redirection. */
const words = (line: string): string[] =>
  [...line.replace(/ > \S+$/, '').matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, single, double, bare]) => single ?? double ?? bare ?? '');

describe('the examples of --help', () => {
  test.each(Object.values(EXAMPLES).flat())('%s', (line) => {
    const { status, out, err } = run(words(line));
    expect(err.includes('lists the flags'), err).toBe(false);
    expect(status).toBe(0);
    // With --html the answer is in the file.
    expect((line.includes('--html') ? err : out).length).toBeGreaterThan(line.includes('--html') ? 10 : 100);
  });

  test.each(toolNames)('%s has one, and its help names every field', async (name) => {
    expect(EXAMPLES[name].length).toBeGreaterThan(0);
    const { out, status } = run([name.replaceAll('_', '-'), '--help']);
    expect(status).toBe(0);
    const tool = await findTool(name);
    const fields = Object.keys(definition(tool as never).inputSchema.properties as object);
    for (const field of fields) expect(out).toContain(`--${field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
  });
});

describe('a stack file', () => {
  test('YAML, JSON, a bare list and standard input say the same', () => {
    const json = {
      provider: 'hetzner',
      plan: 'shop',
      resources: [
        { kind: 'server', name: 'web1', size: 'cx23', firewalls: ['web'] },
        { kind: 'firewall', name: 'web', rules: [{ port: 443 }] },
      ],
    };
    writeFileSync(join(folder, 'stack.json'), `\ufeff${JSON.stringify(json)}`);
    writeFileSync(join(folder, 'list.json'), JSON.stringify(json.resources));
    const answers = [
      run(['provision', 'stack.yaml']),
      run(['provision', 'stack.json']),
      run(['provision', 'list.json', '--provider', 'hetzner', '--plan=shop']),
      run(['provision', '-'], { input: STACK }),
      run(['generate-provision-command', '-'], { input: STACK.replaceAll('\n', '\r\n') }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([0, 0, 0, 0, 0]);
    expect(new Set(answers.map(({ out }) => out)).size).toBe(1);
  });

  test('a flag goes before the file', () => {
    expect(run(['provision', 'stack.yaml', '--shell', 'powershell', '--script']).out).toMatch(/\$ErrorActionPreference|#requires/i);
  });

  test('what YAML 1.1 would misread is text: a port mapping, no', () => {
    const file =
      'provider: docker\nresources:\n  - kind: container\n    name: app\n    image: nginx:1.29\n    ports: [8080:80]\n    environment: {DEBUG: no}\n';
    const { out, status } = run(['provision', '-'], { input: file });
    expect(status).toBe(0);
    expect(out).toContain('127.0.0.1:8080:80');
    expect(out).toContain('DEBUG=no');
  });

  test.each([
    ['nothing.yaml', /is not there/],
    [folder, /is a folder|cannot be read|may not be read/],
  ])('%s', (path, message) => {
    const { status, err } = run(['provision', path]);
    expect([status, message.test(err)], err).toEqual([2, true]);
  });

  test.each([
    ['{', /neither YAML nor JSON/],
    ['a: 1\na: 2', /neither YAML nor JSON: DUPLICATE_KEY/],
    ['just words', /holds no object/],
    ['', /holds no object/],
    [
      'a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nresources: [*c,*c,*c,*c]',
      /anchors that grow too large/,
    ],
    [`${'['.repeat(2000)}${']'.repeat(2000)}`, /nested deeper|neither/],
  ])('%#: garbage is told so', (input, message) => {
    const { status, err } = run(['provision', '-'], { input });
    expect([status, message.test(err)], err).toEqual([2, true]);
  });

  test('a credential in it is refused and not repeated', () => {
    const secret = `AKIA${'Q3EGRWXY2B7LMNOP'}`;
    for (const input of [`{"note": "${secret}"}`, `note: ${secret}\n  bad: [`]) {
      const { status, out, err } = run(['provision', '-'], { input });
      expect(status).toBe(2);
      expect(out + err).not.toContain(secret);
    }
  });

  test('one that is too long is cut off', async () => {
    const child = spawn(process.execPath, [inject('bundle'), 'provision', '-'], { cwd: folder });
    let err = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      err += chunk;
    });
    child.stdin.on('error', () => {});
    const ended = once(child, 'exit');
    const megabyte = Buffer.alloc(1024 * 1024, 'x');
    for (let i = 0; i < 440 && child.exitCode === null && !child.stdin.destroyed; i++) {
      if (!child.stdin.write(megabyte)) await Promise.race([once(child.stdin, 'drain'), ended]).catch(() => {});
    }
    await ended;
    expect(err).toMatch(/standard input: is longer than 16777216 bytes/);
    expect(child.exitCode).toBe(2);
  });
});

describe('what goes where', () => {
  test('--json is the whole answer', () => {
    const { out } = run(['provision', 'stack.yaml', '--json']);
    expect(JSON.parse(out)).toMatchObject({ plan: 'shop', confirm: expect.any(String) });
  });

  test('--script is the script alone; what to know before running it goes to standard error', () => {
    const { out, err } = run(['provision', 'stack.yaml', '--script']);
    expect(out).toMatch(/^#!\/usr\/bin\/env bash\n/);
    expect(out).not.toContain('```');
    expect(err).toMatch(/^Create \d+ resources/);
    expect(spawnSync('bash', ['-n'], { input: out }).status).toBe(0);
  });

  test('no colours in a pipe', () => {
    expect(run(['provision', 'stack.yaml']).out).not.toContain('\u001b');
  });

  test('a wrong flag, value or command names the nearest, on standard error, exit code 2', () => {
    for (const [args, message] of [
      [['provision', '--shel', 'bash'], /Nearest: --shell\./],
      [['provision', 'stack.yaml', '--shell', 'bsh'], /^shell: .*Nearest: bash\./],
      [['provision', 'stack.yaml', '--region'], /^--region: needs a value/],
      [['provision', 'stack.yaml', '--resources', '{'], /^--resources: is neither YAML nor JSON/],
      [['provision', 'a', 'b'], /one file/],
      [['provison'], /Nearest: provision\./],
      [['doctor', 'x'], /takes nothing else/],
      [['completion', 'tcsh'], /bash, zsh, fish, powershell/],
      [['--nothing'], /--help/],
    ] as const) {
      const { status, out, err } = run(args);
      expect([status, out], args.join(' ')).toEqual([2, '']);
      expect(err, args.join(' ')).toMatch(message);
    }
  });

  test.skipIf(process.platform === 'win32')('a reader that has seen enough ends it quietly', () => {
    const many = `provider: hetzner\nresources:\n${Array.from({ length: 500 }, (_, i) => `  - {kind: volume, name: v${i}}`).join('\n')}\n`;
    writeFileSync(join(folder, 'many.yaml'), many);
    const { stdout, stderr } = spawnSync('sh', ['-c', `"${process.execPath}" "${inject('bundle')}" provision many.yaml | head -n 1`], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(stdout.split('\n')).toHaveLength(2);
    expect(stderr).toBe('');
  });
});

describe('completion', () => {
  const complete = (...typed: string[]) =>
    run(['__complete', ...typed])
      .out.trim()
      .split('\n');

  test('commands, flags, closed lists, and the regions of the provider that was chosen', () => {
    expect(complete('')).toEqual(expect.arrayContaining(['recommend', 'provision', 'backups', 'doctor']));
    expect(complete('provision', '--sh')).toEqual(['--shell']);
    expect(complete('provision', '--shell', '')).toEqual(['bash', 'powershell']);
    expect(complete('provision', '--provider', 'digitalocean', '--region', 'f')).toEqual(['fra1']);
    expect(complete('nothing', '')).toEqual(['']);
  });

  test.skipIf(process.platform === 'win32')('in a real bash', () => {
    const script = `
      infrastructure-skill() { "${process.execPath}" "${inject('bundle')}" "$@"; }
      source <(infrastructure-skill completion bash)
      COMP_WORDS=(infrastructure-skill provision --provider hetzner --region n) COMP_CWORD=5
      _infrastructure_skill
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout.trim()).toBe('nbg1');
  });
});

test('doctor looks whether clients are there, and says what to paste', () => {
  const home = mkdtempSync(join(tmpdir(), 'infrastructure-home-'));
  try {
    writeFileSync(join(home, '.claude.json'), 'secret of the client');
    const { out, status } = run(['doctor'], {
      env: { HOME: home, USERPROFILE: home, PATH: '', CODEX_HOME: join(home, 'none'), XDG_CONFIG_HOME: join(home, 'config') },
    });
    expect(status).toBe(0);
    expect(out).toContain('claude mcp add infrastructure -- node ');
    expect(out).toMatch(/Not seen: .*Codex/);
    expect(out).toContain('hcloud no');
    expect(out).not.toContain('secret');
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});

describe('the JSON Schema of a stack file', () => {
  const validate = new Ajv2020({
    strict: false,
    formats: { cidrv4: true, cidrv6: true, 'date-time': true, ipv4: true, email: true },
  }).compile(stackSchema());

  test('is what the command prints', () => {
    expect(JSON.parse(run(['schema']).out)).toEqual(stackSchema());
  });

  test('takes every stack of patterns.md, and refuses what the planner refuses', async () => {
    const stacks = (await patterns()).flatMap((pattern) => pattern.stacks);
    expect(stacks.length).toBeGreaterThan(5);
    for (const { stack } of stacks) expect(validate(stack), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ provider: 'hetzner', resources: [{ kind: 'server', name: 'a', nothing: 1 }] })).toBe(false);
    expect(validate({ resources: [] })).toBe(false);
  });
});

test('long work shows on the terminal how far it is, and takes that away again', { timeout: 60_000 }, async () => {
  const shown: string[] = [];
  let out = '';
  const file = join(folder, 'many.json');
  const resources = Array.from({ length: 1_000 }, (_, i) => ({ kind: 'server', name: `web${i}`, size: 'cx23' }));
  writeFileSync(file, JSON.stringify({ provider: 'hetzner', resources }));
  const code = await runTool('generate_provision_command', [file], {
    version: '1',
    today: '2026-11-24',
    colours: false,
    out: (text) => {
      out += text;
    },
    err: () => {},
    write: async () => {},
    progress: (text) => shown.push(text),
  });
  expect(code).toBe(0);
  expect(shown.length).toBeGreaterThan(5);
  expect(shown.slice(0, -1).every((text) => /^\d+ %: (?:checked|planned|wrote) \d+ of \d+$/.test(text))).toBe(true);
  expect(shown.at(-1)).toBe('');
  expect(out).not.toContain(' %: ');
});
