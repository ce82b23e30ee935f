import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import packageJson from '../../package.json' with { type: 'json' };
import { build, root } from '../../scripts/build.ts';
import { provision } from '../examples.ts';
import { type DockerEngine, dockerEngine, noEngine } from './clouds/docker.ts';
import { LAB, leftOut } from './harness.ts';

const exec = promisify(execFile);
const DOCKERFILE = join(root, 'deploy', 'Dockerfile');
const MANIFEST = join(root, 'deploy', 'kubernetes.yaml');

/** What a checker printed. It rejects where the exit code is not 0. */
const check = async (program: string, ...args: string[]): Promise<string> => (await exec(join(LAB, 'bin', program), args)).stdout;

const named = (tool: string): string => (leftOut(tool) === undefined ? tool : `${tool} (left out: ${leftOut(tool)})`);

describe('deploy/, by the tools of its trade', () => {
  test.skipIf(leftOut('hadolint'))(`the Dockerfile: ${named('hadolint')}`, async () => {
    expect(await check('hadolint', '--failure-threshold', 'style', DOCKERFILE)).toBe('');
  });

  test.skipIf(leftOut('kubernetes-validate'))(`the manifest, strictly, from 1.30 on: ${named('kubernetes-validate')}`, async () => {
    const kinds = ['deployment', 'service', 'horizontalpodautoscaler', 'poddisruptionbudget', 'networkpolicy'];
    for (const version of ['1.30', '1.32', '1.34', '1.37']) {
      const { stdout, stderr } = await exec(join(LAB, 'bin/kubernetes-validate'), ['--strict', '-k', version, MANIFEST]);
      for (const kind of kinds)
        expect(stdout + stderr).toContain(`passed for resource ${kind}/infrastructure-skill against version ${version}`);
    }
  });

  test.skipIf(leftOut('kube-score'))(`the manifest, by what clusters have taught: ${named('kube-score')}`, async () => {
    expect(await check('kube-score', 'score', '--exit-one-on-warning', '--output-format', 'ci', MANIFEST)).not.toMatch(
      /^\[(?:WARNING|CRITICAL)/m,
    );
  });
});

test('both say the version of the package, and the same port, user and path as the server', async () => {
  const [dockerfile, manifest] = await Promise.all([readFile(DOCKERFILE, 'utf8'), readFile(MANIFEST, 'utf8')]);
  for (const text of [dockerfile, manifest])
    for (const [, version] of text.matchAll(/infrastructure-skill:(\d[\d.]*)/g)) expect(version).toBe(packageJson.version);
  const deployment = parseAllDocuments(manifest)[0]?.toJS();
  const { containers, securityContext } = deployment.spec.template.spec;
  const [container] = containers;
  expect(dockerfile).toContain(`USER ${securityContext.runAsUser}:${securityContext.runAsGroup}\n`);
  expect(dockerfile).toContain(`EXPOSE ${container.ports[0].containerPort}\n`);
  expect(dockerfile).toContain(`:${container.ports[0].containerPort}${container.readinessProbe.httpGet.path}'`);
});

describe.skipIf(noEngine !== undefined)(`the image${noEngine === undefined ? '' : ` (left out: ${noEngine})`}`, () => {
  let engine: DockerEngine;
  let folder: string;
  beforeAll(async () => {
    engine = await dockerEngine([]);
    folder = await mkdtemp(join(tmpdir(), 'infrastructure-image-'));
    // No registry can be reached, so the image that it is made from is this machine's Node, under the name of the real one.
    const base = join(folder, 'base');
    const { stdout } = await exec('ldd', [process.execPath]);
    const libraries = [...stdout.matchAll(/(\/\S+\.so\S*)/g)].map(([path]) => path);
    for (const path of new Set(libraries)) {
      await mkdir(dirname(join(base, path)), { recursive: true });
      await copyFile(path, join(base, path));
    }
    await mkdir(join(base, 'usr/bin'), { recursive: true });
    await copyFile(process.execPath, join(base, 'usr/bin/node'));
    await exec('tar', ['-C', base, '-cf', join(folder, 'base.tar'), '.']);
    const from = /^FROM (\S+)$/m.exec(await readFile(DOCKERFILE, 'utf8'))?.[1] as string;
    await engine.docker('import', '--change', 'ENV PATH=/usr/bin', join(folder, 'base.tar'), from);
    await build(join(folder, 'dist'));
    await engine.docker('build', '--quiet', '--tag', 'server', '--file', DOCKERFILE, join(folder, 'dist'));
    await rm(base, { recursive: true });
  }, 180_000);
  afterAll(async () => {
    await engine.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const RUN = ['run', '--detach', '--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--memory', '256m'];

  test('is the bundle alone, which is small', async () => {
    const sizes = (await engine.docker('history', '--human=false', '--format', '{{.Size}}', 'server')).split('\n').map(Number);
    const added = sizes.slice(0, -1).reduce((sum, size) => sum + size, 0);
    expect(added).toBeGreaterThan(1_000_000);
    expect(added).toBeLessThan(10_000_000);
  });

  test('runs as nobody on a read-only file system, is healthy, serves a real client, and ends when it is told to', async () => {
    const id = await engine.docker(
      ...RUN,
      '--health-interval',
      '1s',
      '--env',
      'INFRASTRUCTURE_SKILL_TOKEN=letmein',
      'server',
      '--allowed-host',
      '*',
    );
    expect(await engine.docker('inspect', '--format', '{{.Config.User}}', id)).toBe('65532:65532');
    expect(await engine.docker('exec', id, 'node', '-p', 'process.getuid()')).toBe('65532');
    await expect
      .poll(() => engine.docker('inspect', '--format', '{{.State.Health.Status}}', id), { timeout: 60_000, interval: 500 })
      .toBe('healthy');
    const address = await engine.docker('inspect', '--format', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}', id);
    const client = new Client({ name: 'test', version: '1.0.0' });
    const headers = { authorization: 'Bearer letmein' };
    await client.connect(new StreamableHTTPClientTransport(new URL(`http://${address}:3000/mcp`), { requestInit: { headers } }) as never);
    const { content } = await client.callTool({ name: provision.tool, arguments: { ...provision.args } });
    expect((content as { text: string }[])[0]?.text).toContain('hcloud server create');
    await client.close();
    const log = await exec(join(LAB, 'bin/docker'), ['logs', id], { env: { ...process.env, ...engine.env } });
    expect(log.stderr).toContain('"event":"listening"');
    expect(log.stdout + log.stderr).not.toContain('letmein');
    await engine.docker('stop', '--time', '20', id);
    // Killed, it would be 137.
    expect(await engine.docker('inspect', '--format', '{{.State.ExitCode}}', id)).toBe('0');
  });
});
