import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcp } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { parse } from '../../src/core/parse.ts';
import { backupInput } from '../../src/planner/backup/input.ts';
import { planBackups } from '../../src/planner/backup/plan.ts';
import { quote } from '../../src/render/bash.ts';
import * as powershell from '../../src/render/powershell.ts';
import { loadSkill } from '../../src/skill/load.ts';

/** Where test/lab/setup puts the vendors' CLIs. */
export const LAB = process.env.INFRA_LAB_DIR ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'infrastructure-lab');
const PG_BIN = ['18', '17', '16', '15', '14']
  .map((version) => `/usr/lib/postgresql/${version}/bin`)
  .find((dir) => existsSync(join(dir, 'initdb')));
const PATH = [join(LAB, 'bin'), ...(PG_BIN ? [PG_BIN] : []), '/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin'].join(delimiter);
const MOTO = ['moto', 'moto-backups'].map((name) => join(LAB, name, 'bin', 'moto_server')).find(existsSync);

const has = (program: string): boolean => PATH.split(delimiter).some((dir) => existsSync(join(dir, program)));

/** The first program that is missing for a live run, or undefined. */
export function missing(...programs: string[]): string | undefined {
  if (MOTO === undefined) return 'moto (test/lab/setup)';
  return ['aws', 'age', 'curl', ...programs].find((program) => !has(program));
}

export async function freePort(): Promise<number> {
  const server = createTcp();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

export interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** What stands between the aws CLI and the store, and can misbehave. */
export type Mischief = 'none' | 'refuse' | 'cut' | '500' | '500-commit' | 'shorten' | 'flip' | 'skew' | 'late' | 'busy' | '503';

const ROOT = process.getuid?.() === 0;
/** Values that must never be seen on a process list or in an output. */
export const SECRETS = { PGPASSWORD: 'pg-geheim-7391', AWS_SECRET_ACCESS_KEY: 'aws-geheim-5520', REDISCLI_AUTH: 'redis-geheim-1184' };

/** A bucket on loopback, a folder for everything, servers that are ended by their pid. */
export class Lab {
  readonly dir = mkdtempSync(join(tmpdir(), 'backup-lab-'));
  readonly pings: string[] = [];
  mischief: Mischief = 'none';
  endpoint = '';
  /** Secrets that were seen on the process list. */
  readonly leaked = new Set<string>();
  private readonly children: ChildProcess[] = [];
  private readonly servers: Server[] = [];
  private moto = 0;
  private asked = 0;
  private watch: NodeJS.Timeout | undefined;
  env: Record<string, string> = {};

  async start(): Promise<void> {
    chmodSync(this.dir, 0o755);
    for (const name of ['bin', 'config', 'state', 'opt', 'data']) mkdirSync(join(this.dir, name), { mode: 0o755 });
    this.moto = await freePort();
    this.spawn(MOTO as string, ['-H', '127.0.0.1', '-p', String(this.moto)]);
    await this.until(async () => (await fetch(`http://127.0.0.1:${this.moto}/moto-api/`).catch(() => undefined))?.ok === true);
    await fetch(`http://127.0.0.1:${this.moto}/lab-bucket`, { method: 'PUT' });
    this.endpoint = await this.listen(this.proxy());
    const ping = await this.listen(
      createServer((incoming, answer) => {
        this.pings.push(incoming.url as string);
        answer.end('ok');
      }),
    );
    execFileSync('age-keygen', ['-o', join(this.dir, 'key')], { stdio: 'ignore' });
    const [recipient] = /age1\w+/.exec(readFileSync(join(this.dir, 'key'), 'utf8')) as RegExpExecArray;
    writeFileSync(join(this.dir, 'config', 'recipients'), `${recipient}\n`);
    this.env = {
      PATH: `${join(this.dir, 'bin')}:${PATH}`,
      HOME: this.dir,
      LANG: 'C.UTF-8',
      BACKUP_CONFIG: join(this.dir, 'config'),
      BACKUP_STATE: join(this.dir, 'state'),
      BACKUP_DATA: join(this.dir, 'data'),
      AGE_IDENTITY: join(this.dir, 'key'),
      AWS_ACCESS_KEY_ID: 'lab',
      AWS_SECRET_ACCESS_KEY: SECRETS.AWS_SECRET_ACCESS_KEY,
      AWS_MAX_ATTEMPTS: '1',
      AWS_EC2_METADATA_DISABLED: 'true',
      NO_PROXY: '127.0.0.1',
      BACKUP_PING_URL: `${ping}/ping-geheim`,
    };
    this.watch = setInterval(() => this.look(), 30);
  }

  async stop(): Promise<void> {
    clearInterval(this.watch);
    for (const child of this.children.reverse()) {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 5000);
      if (child.exitCode === null && child.signalCode === null) await new Promise((done) => child.once('exit', done));
      clearTimeout(late);
    }
    for (const server of this.servers) {
      server.closeAllConnections();
      server.close();
    }
    rmSync(this.dir, { recursive: true, force: true });
  }

  spawn(program: string, args: readonly string[], user?: string): ChildProcess {
    const child =
      user && ROOT
        ? spawn('setpriv', [`--reuid=${user}`, `--regid=${user}`, '--init-groups', program, ...args], { stdio: 'ignore', cwd: '/' })
        : spawn(program, args, { stdio: 'ignore', cwd: '/' });
    this.children.push(child);
    return child;
  }

  async until(test: () => Promise<boolean> | boolean, seconds = 90): Promise<void> {
    const end = Date.now() + seconds * 1000;
    while (!(await test())) {
      if (Date.now() > end) throw new Error('what was waited for did not come');
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  /** PostgreSQL with a data folder of its own; its password is asked for over TCP. */
  async postgres(settings: readonly string[] = []): Promise<void> {
    const data = join(this.dir, 'pg');
    mkdirSync(data);
    const secret = join(this.dir, 'pgpass');
    writeFileSync(secret, SECRETS.PGPASSWORD);
    if (ROOT) {
      const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))) as [
        number,
        number,
      ];
      chownSync(data, uid, gid);
      chownSync(secret, uid, gid);
    }
    const port = String(await freePort());
    const initdb = this.spawn(
      join(PG_BIN as string, 'initdb'),
      ['-D', data, '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${secret}`, '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'],
      'postgres',
    );
    await new Promise((done) => initdb.once('exit', done));
    this.spawn(
      join(PG_BIN as string, 'postgres'),
      ['-D', data, '-p', port, '-k', data, '-h', '127.0.0.1', '-c', 'fsync=off', ...settings.flatMap((one) => ['-c', one])],
      'postgres',
    );
    Object.assign(this.env, { PGHOST: '127.0.0.1', PGPORT: port, PGUSER: 'postgres', PGPASSWORD: SECRETS.PGPASSWORD });
    await this.until(() => this.tool('pg_isready').code === 0);
  }

  /** MariaDB with a data folder of its own; gives its socket. */
  async mariadb(settings: readonly string[] = []): Promise<string> {
    const data = join(this.dir, 'maria');
    const socket = join(data, 's');
    this.owned(data, 'mysql');
    const install = this.spawn(
      'mariadb-install-db',
      ['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db'],
      'mysql',
    );
    await new Promise((done) => install.once('exit', done));
    this.spawn(
      'mariadbd',
      [
        '--no-defaults',
        `--datadir=${data}`,
        `--socket=${socket}`,
        `--port=${await freePort()}`,
        '--bind-address=127.0.0.1',
        `--pid-file=${join(data, 'pid')}`,
        '--innodb-flush-log-at-trx-commit=0',
        ...settings,
      ],
      'mysql',
    );
    await this.until(() => this.maria(socket, 'SELECT 1').code === 0);
    return socket;
  }

  maria(socket: string, text: string, ...args: string[]): Result {
    return this.tool('mariadb', ['--no-defaults', `--socket=${socket}`, '-uroot', '-BN', ...args], text);
  }

  /** A folder of a system user's, where this runs as root. */
  owned(path: string, user: string): void {
    mkdirSync(path, { recursive: true });
    if (!ROOT) return;
    const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, user], { encoding: 'utf8' }))) as [number, number];
    chownSync(path, uid, gid);
  }

  /** Where a program is that is started as another user, with another PATH. */
  path(program: string): string {
    return PATH.split(delimiter)
      .map((dir) => join(dir, program))
      .find(existsSync) as string;
  }

  /** Runs a program of the lab and waits. */
  tool(program: string, args: readonly string[] = [], input = ''): Result {
    try {
      return {
        code: 0,
        out: execFileSync(program, args, { env: this.env, input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] }),
        err: '',
      };
    } catch (error) {
      const { status, stdout, stderr } = error as { status: number | null; stdout: string; stderr: string };
      return { code: status ?? -1, out: stdout, err: stderr };
    }
  }

  sql(text: string, database = 'postgres'): string {
    const { code, out, err } = this.tool(
      'psql',
      ['-XqtA', '-v', 'ON_ERROR_STOP=1', '-d', `dbname='${database.replace(/[\\']/g, '\\$&')}'`],
      text,
    );
    if (code !== 0) throw new Error(err);
    return out.trim();
  }

  private async plan(sources: readonly Record<string, unknown>[], prefix: string, more: Record<string, unknown> = {}) {
    const input = parse(backupInput, {
      sources,
      target: { bucket: 'lab-bucket', region: 'us-east-1', endpoint: this.endpoint, prefix },
      ...more,
    });
    return planBackups(input, { today: '2026-11-23', strategy: (await loadSkill()).backupStrategy, quote, powershell });
  }

  /** How the plan has them restored. */
  async restore(sources: readonly Record<string, unknown>[]) {
    return (await this.plan(sources, 'x')).restore;
  }

  /** Writes the files that the tool gives, unmodified, and returns the paths of the sources' scripts. */
  async write(sources: readonly Record<string, unknown>[], prefix: string, more: Record<string, unknown> = {}): Promise<string[]> {
    const plan = await this.plan(sources, prefix, more);
    const dir = join(this.dir, 'opt', prefix);
    mkdirSync(dir, { recursive: true });
    const scripts = plan.files.filter(({ path }) => path.startsWith('/opt/backups/'));
    for (const { path, mode, text } of scripts) writeFileSync(join(dir, basename(path)), text, { mode: Number.parseInt(mode, 8) });
    const libraries = ['lib.sh', 'bucket.sh', 'restic.sh', 'log.sh'];
    return scripts
      .map(({ path }) => join(dir, basename(path)))
      .filter((path) => !libraries.includes(basename(path)) && !path.endsWith('-archive.sh'));
  }

  /** Runs a script. A group of its own, so that a wrong kill would be seen. */
  run(script: string, args: readonly string[], env: Record<string, string> = {}): Promise<Result> {
    return new Promise((done, fail) => {
      const child = spawn(script, args, { env: { ...this.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], cwd: this.dir, detached: true });
      let [out, err] = ['', ''];
      child.stdout.on('data', (data) => (out += data));
      child.stderr.on('data', (data) => (err += data));
      child.on('error', fail);
      child.on('close', (code) => done({ code: code ?? -1, out, err }));
    });
  }

  /** Keys in the bucket. */
  async keys(prefix: string): Promise<string[]> {
    const xml = await (await fetch(`http://127.0.0.1:${this.moto}/lab-bucket?list-type=2&prefix=${prefix}/`)).text();
    return [...xml.matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key]) => key as string);
  }

  async put(key: string, body: string | Buffer): Promise<void> {
    await this.ask('PUT', key, body);
  }

  async remove(key: string): Promise<void> {
    await this.ask('DELETE', key);
  }

  async get(key: string): Promise<Buffer> {
    return Buffer.from(await (await this.ask('GET', key)).arrayBuffer());
  }

  /** A checksum of each object. */
  async digest(keys: readonly string[]): Promise<string[]> {
    return Promise.all(
      keys.map(async (key) =>
        createHash('sha256')
          .update(await this.get(key))
          .digest('hex'),
      ),
    );
  }

  async buckets(): Promise<string[]> {
    return [...(await (await this.ask('GET', '', undefined, '')).text()).matchAll(/<Name>([^<]+)<\/Name>/g)].map(
      ([, name]) => name as string,
    );
  }

  /** Signed like the CLI's, or moto takes it for a stranger's. */
  private async ask(method: string, key: string, body?: string | Buffer, bucket = '/lab-bucket'): Promise<Response> {
    const authorization = 'AWS4-HMAC-SHA256 Credential=lab/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0';
    const response = await fetch(`http://127.0.0.1:${this.moto}${bucket}/${key}`, {
      method,
      headers: { authorization },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${key}: ${response.status}`);
    return response;
  }

  /** A program of that name in front of the real one. */
  shim(name: string, text: string): () => void {
    const path = join(this.dir, 'bin', name);
    writeFileSync(path, `#!/usr/bin/env bash\n${text}\n`, { mode: 0o755 });
    return () => rmSync(path);
  }

  private listen(server: Server): Promise<string> {
    this.servers.push(server);
    return new Promise((done) => server.listen(0, '127.0.0.1', () => done(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)));
  }

  private proxy(): Server {
    return createServer((incoming, answer) => {
      const { mischief } = this;
      const data = (incoming.url as string).includes('/data/');
      if (mischief === 'refuse') return void incoming.socket.destroy();
      if (mischief === '500' && data) return void answer.writeHead(500).end();
      if (mischief === '500-commit' && incoming.method === 'PUT' && (incoming.url as string).includes('/manifests/'))
        return void answer.writeHead(500).end();
      if (mischief === '503' || (mischief === 'busy' && this.asked++ % 3 !== 2)) {
        answer.writeHead(503, { 'content-type': 'application/xml' });
        return void answer.end('<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>');
      }
      if (mischief === 'skew') {
        answer.writeHead(403, { 'content-type': 'application/xml' });
        return void answer.end('<Error><Code>RequestTimeTooSkewed</Code><Message>The difference is too large.</Message></Error>');
      }
      const parts: Buffer[] = [];
      incoming.on('data', (part: Buffer) => {
        parts.push(part);
        if (mischief === 'cut' && data && incoming.method === 'PUT') incoming.socket.destroy();
      });
      incoming.on('end', () => {
        if (incoming.socket.destroyed) return;
        let body = Buffer.concat(parts);
        if (mischief === 'shorten' && data && incoming.method === 'PUT') body = body.subarray(0, Math.floor(body.length / 2));
        const headers = {
          ...incoming.headers,
          ...(body.length > 0 || incoming.method === 'PUT' ? { 'content-length': String(body.length) } : {}),
        };
        const out = request({ port: this.moto, host: '127.0.0.1', method: incoming.method, path: incoming.url, headers }, (got) => {
          const pieces: Buffer[] = [];
          got.on('data', (piece: Buffer) => pieces.push(piece));
          got.on('end', () => {
            const all = Buffer.concat(pieces);
            if (mischief === 'flip' && data && incoming.method === 'GET') all[all.length >> 1] = (all[all.length >> 1] as number) ^ 1;
            const { 'transfer-encoding': _, ...rest } = got.headers;
            if (mischief === 'late' && got.headers['last-modified'])
              got.headers['last-modified'] = new Date(Date.now() - 1_200_000).toUTCString();
            answer.writeHead(
              got.statusCode as number,
              incoming.method === 'HEAD' ? got.headers : { ...rest, 'content-length': String(all.length) },
            );
            answer.end(all);
          });
        });
        out.on('error', () => answer.destroy());
        out.end(body);
      });
      incoming.on('error', () => undefined);
    });
  }

  private look(): void {
    for (const pid of readdirSync('/proc')) {
      // Whatever a script starts is younger than this process.
      if (!(Number(pid) > process.pid)) continue;
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        if (line.includes('geheim')) this.leaked.add(line.replaceAll('\0', ' '));
      } catch {}
    }
  }
}
