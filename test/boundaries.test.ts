import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, posix, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, test } from 'vitest';
import { build } from '../scripts/build.ts';

const src = fileURLToPath(new URL('../src', import.meta.url));

/** What each part of src may import besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  app: [],
  resources: ['core'],
  providers: ['core', 'resources'],
  skill: ['resources'],
  planner: ['core', 'resources', 'providers', 'skill'],
  render: ['core'],
  tools: ['app', 'core', 'resources', 'providers', 'planner', 'render', 'skill'],
  server: ['core', 'resources', 'providers', 'planner', 'render', 'skill', 'tools', 'app'],
  transport: ['server'],
  terminal: ['core', 'resources', 'providers', 'tools', 'app'],
  'main.ts': ['server', 'transport', 'terminal'],
  'bin.ts': ['main.ts'],
};

/** Packages and modules that only these files may import. Any package that is not named here is nobody's. */
const ONLY: Readonly<Record<string, readonly string[]>> = {
  '@modelcontextprotocol/sdk': ['server/', 'transport/'],
  'gray-matter': ['skill/load.ts'],
  marked: ['skill/load.ts'],
  'ml-levenberg-marquardt': ['planner/capacity/usl.ts'],
  '@resvg/resvg-wasm': ['render/png.ts'],
  'dejavu-fonts-ttf': ['render/png.ts'],
  '@dagrejs/dagre': ['render/diagram.ts'],
  'd3-scale': ['render/plot.ts'],
  'd3-shape': ['render/plot.ts'],
  'fastest-levenshtein': ['core/'],
  zod: ['core/', 'resources/', 'providers/', 'planner/', 'skill/', 'tools/', 'server/', 'terminal/'],
  yaml: ['terminal/input.ts'],
  // A stack file is read when its name is given; doctor looks whether files are there.
  'node:fs': ['terminal/doctor.ts', 'terminal/input.ts', 'main.ts'],
  'node:os': ['terminal/doctor.ts'],
  'node:path': ['terminal/doctor.ts'],
  'node:process': ['terminal/doctor.ts'],
  'node:module': ['transport/stdio.ts', 'bin.ts'],
  'node:stream': ['transport/lines.ts'],
  'node:timers/promises': ['server/pace.ts'],
  'node:util': ['main.ts'],
  // The one door to the network, and only when it is asked for: it listens, and calls nobody.
  'node:http': ['transport/http.ts'],
  'node:net': ['transport/http.ts'],
  'node:crypto': ['server/skills.ts', 'transport/http.ts'],
};

/** What no line of src may hold: nothing is run, nothing is fetched, and standard output is the protocol's. */
const NEVER = [/\bfetch\s*\(/, /\bXMLHttpRequest\b/, /\bWebSocket\b/, /\bconsole\./, /\beval\s*\(/, /\bnew Function\b/];

interface Import {
  readonly from: string;
  readonly to: string;
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((file) => file.split(sep).join('/'))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));

/** The code without its comments. Strings stay: imports are strings. */
const code = (file: string) => readFileSync(join(src, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');

/** `import ... from`, `export ... from`, an import for its effects, and `import()`. */
const IMPORT =
  /^(?:import|export)\s+(?:type\s+)?(?:\{[^}]*\}|\*(?:\s+as\s+\w+)?|\w+(?:\s*,\s*\{[^}]*\})?)\s+from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\(\s*'([^']+)'/gm;

const imports: Import[] = files.flatMap((file) =>
  [...code(file).matchAll(IMPORT)].map(([, named, bare, late]) => ({ from: file, to: (named ?? bare ?? late) as string })),
);

const part = (path: string): string => path.split('/')[0] as string;

test('every part of src is in the table', () => {
  expect([...new Set(files.map(part))].filter((name) => !Object.hasOwn(MAY_IMPORT, name))).toEqual([]);
});

test('imports point one way', () => {
  expect(imports.length).toBeGreaterThan(files.length);
  const wrong = imports
    .filter(({ to }) => to.startsWith('.'))
    .map(({ from, to }) => ({ from, to: posix.join(dirname(from), to) }))
    // Above src are only the documents and package.json.
    .filter(({ from, to }) =>
      to.startsWith('..') ? !/\.(md|json)$/.test(to) : part(to) !== part(from) && !MAY_IMPORT[part(from)]?.includes(part(to)),
    )
    .map(({ from, to }) => `${from} imports ${to}`);
  expect(wrong).toEqual([]);
});

test('each package has its place', () => {
  const wrong = imports
    .filter(({ to }) => !to.startsWith('.'))
    .filter(({ from, to }) => {
      const [name] = Object.entries(ONLY).filter(([one]) => to === one || to.startsWith(`${one}/`));
      return !name?.[1].some((place) => from === place || (place.endsWith('/') && from.startsWith(place)));
    })
    .map(({ from, to }) => `${from} imports ${to}`);
  expect(wrong).toEqual([]);
});

test.each(NEVER.map(String))('%s is nowhere in src', (text) => {
  const pattern = NEVER.find((one) => String(one) === text) as RegExp;
  expect(files.filter((file) => pattern.test(code(file)))).toEqual([]);
});

/** The chunk of the transport over HTTP. */
const LISTENS = /^chunks[\\/]http-\w+\.js$/;

describe('the bundle', () => {
  const folder = () => dirname(inject('bundle'));
  const chunks = () =>
    readdirSync(folder(), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.js'))
      .map((file) => ({ file, text: readFileSync(join(folder(), file), 'utf8') }));

  test.each([
    'child_process',
    'node:net',
    'node:http',
    'node:https',
    'XMLHttpRequest',
    'fetch(',
    'WebSocket(',
    'eval(',
  ])('%s is not in it', (text) => {
    expect(
      chunks()
        // The transport over HTTP is asked for by an argument and loaded only then; it listens, and its libraries name the rest.
        .filter((chunk) => chunk.text.includes(text) && !(LISTENS.test(chunk.file) && /^(?:node:http|WebSocket)/.test(text)))
        .map(({ file }) => file),
    ).toEqual([]);
  });

  test('of Node it takes this and no more', () => {
    const modules = inject('bundled').filter((path) => !path.includes('/') || path.startsWith('node:'));
    expect(
      modules.filter((path) => !['package.json', 'SKILL.md', 'patterns.md', 'providers.md', 'backups.md', 'left-out:fs'].includes(path)),
    ).toEqual([
      'node:crypto',
      'node:fs',
      'node:fs/promises',
      'node:http',
      'node:http2',
      'node:module',
      'node:os',
      'node:path',
      'node:process',
      'node:stream',
      'node:timers/promises',
      'node:util',
    ]);
  });

  test('of packages it takes these and no more', () => {
    const packages = inject('bundled').flatMap((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
    expect([...new Set(packages)].sort()).toEqual([
      '@dagrejs/dagre',
      '@hono/node-server',
      '@modelcontextprotocol/sdk',
      '@resvg/resvg-wasm',
      'content-type',
      'd3-array',
      'd3-color',
      'd3-format',
      'd3-interpolate',
      'd3-path',
      'd3-scale',
      'd3-shape',
      'dejavu-fonts-ttf',
      'extend-shallow',
      'fastest-levenshtein',
      'gray-matter',
      'hono',
      'is-any-array',
      'is-extendable',
      'js-yaml',
      'kind-of',
      'marked',
      'ml-levenberg-marquardt',
      'ml-matrix',
      'section-matter',
      'strip-bom-string',
      'yaml',
      'zod',
    ]);
  });

  test('initialize waits for no document, parser of documents, tool or catalog', () => {
    const late =
      /[/](gray-matter|js-yaml|marked|ml-[a-z-]+|d3-[a-z-]+|@dagrejs|@resvg|dejavu-fonts-ttf)[/]|\.(md|wasm|ttf)$|catalog|^src[/](resources|providers|planner|render|skill)[/]|^src[/]tools[/][a-z]+_/;
    expect(inject('startup')).toContain('src/server/index.ts');
    expect(inject('startup').filter((path) => late.test(path))).toEqual([]);
  });

  test('the same sources give the same bytes', async () => {
    const again = await mkdtemp(join(tmpdir(), 'infrastructure-again-'));
    try {
      await build(again);
      const bytes = (root: string) =>
        readdirSync(root, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), 'utf8')] as const)
          .sort(([a], [b]) => (a < b ? -1 : 1));
      expect(bytes(again)).toEqual(bytes(folder()));
    } finally {
      await rm(again, { recursive: true, force: true });
    }
  });
});
