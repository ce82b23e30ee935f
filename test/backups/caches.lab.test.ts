import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Lab, missing } from './lab.ts';
import { cache } from './servers.ts';

/** Redis and Valkey: dumps over the replication protocol, from servers with and without an append-only file. */
for (const [title, engine] of [
  ['Redis', 'redis'],
  ['Valkey', 'valkey'],
] as const) {
  const lacking = missing(`${engine}-server`, `${engine}-check-rdb`) ?? (process.platform === 'linux' ? undefined : 'Linux');
  if (lacking !== undefined) console.warn(`backups, ${title}: skipped, ${lacking} is missing`);

  describe.skipIf(lacking !== undefined)(engine, () => {
    const lab = new Lab();
    let port = '';
    let good: string[] = [];
    const cli = (...args: string[]) => lab.tool(`${engine}-cli`, ['-p', port, ...args]).out.trim();
    const committed = async (prefix: string) => (await lab.keys(prefix)).filter((key) => key.includes('/manifests/'));

    beforeAll(async () => {
      await lab.start();
      port = await cache(lab, engine, 'appendonly yes\n');
      for (let i = 0; i < 5; i++) cli('SET', `key ${i}`, `value ${i}`);
      cli('HSET', 'hash', 'a', '1', 'b', "it's");
      cli('ZADD', 'ranks', '1.5', 'x');
      cli('XADD', 'stream', '1-1', 'f', 'v');
      cli('SELECT', '3');
      lab.tool(`${engine}-cli`, ['-p', port, '-n', '3', 'SET', 'other', 'database', 'EX', '86400']);
    }, 300_000);
    afterAll(() => lab.stop(), 300_000);

    /** Starts a server on a folder, asks it, and ends it. */
    const ask = async (folder: string, aof: string, act: (cli: (...args: string[]) => string) => Promise<string>): Promise<string> => {
      const socket = join(folder, 's');
      const server = lab.spawn(lab.path(`${engine}-server`), [
        ...['--port', '0', '--unixsocket', socket, '--dir', folder, '--save', '', '--appendonly', aof],
      ]);
      const own = (...args: string[]) => lab.tool('env', ['-u', 'REDISCLI_AUTH', `${engine}-cli`, '-s', socket, ...args]).out.trim();
      await lab.until(() => /^\d+$/.test(own('DBSIZE')));
      const said = await act(own);
      server.kill('SIGTERM');
      await new Promise((done) => server.once('exit', done));
      return said;
    };
    const facts = async (own: (...args: string[]) => string) =>
      [
        own('DBSIZE'),
        own('GET', 'key 3'),
        own('HGET', 'hash', 'b'),
        own('ZSCORE', 'ranks', 'x'),
        own('XLEN', 'stream'),
        own('-n', '3', 'GET', 'other'),
        String(Number(own('-n', '3', 'TTL', 'other')) > 80_000),
      ].join('|');
    const FACTS = "8|value 3|it's|1.5|1|database|true";

    test(`${title}: round trip: a server of its own in the drill; by the steps of the plan into an append-only server`, async () => {
      const [script = ''] = await lab.write([{ engine }], engine);
      expect(await lab.run(script, ['backup'])).toMatchObject({ code: 0 });
      good = await lab.keys(engine);
      const drill = await lab.run(script, ['drill']);
      expect(drill, drill.err).toMatchObject({ code: 0 });
      expect(drill.err).toMatch(/came back: 9 keys/);
      // The data is gone.
      cli('FLUSHALL');
      const folder = join(lab.dir, 'back');
      mkdirSync(folder);
      expect(await lab.run(script, ['restore', '--into', join(folder, 'dump.rdb')])).toMatchObject({ code: 0 });
      const first = await ask(folder, 'no', async (own) => {
        const seen = await facts(own);
        own('CONFIG', 'SET', 'appendonly', 'yes');
        await lab.until(() => /aof_rewrite_in_progress:0[\s\S]*aof_last_bgrewrite_status:ok/.test(own('INFO', 'persistence')));
        return seen;
      });
      expect(first).toBe(FACTS);
      expect(await ask(folder, 'yes', facts)).toBe(FACTS);
    }, 300_000);

    test.each<[string, Record<string, string>, string | undefined, RegExp]>([
      ['wrong password', { REDISCLI_AUTH: 'wrong' }, undefined, /WRONGPASS|AUTH failed|NOAUTH|FAILED/],
      ['the server is not there', { REDIS_PORT: '1' }, undefined, /Could not connect|Connection refused/],
      ['cut off, and the program says 0', {}, '"$REAL" "$@" | head -c 60', /no whole RDB/],
      ['killed', {}, 'kill -9 $$', /FAILED/],
      ['the program says 0 and gives nothing', {}, 'exit 0', /no whole RDB/],
    ])(
      `${title}: faults: %s`,
      async (_, env, shim, reason) => {
        const [script = ''] = await lab.write([{ engine }], engine);
        const remove = shim === undefined ? undefined : lab.shim(`${engine}-cli`, `REAL=${lab.path(`${engine}-cli`)}\n${shim}`);
        const [before, digests] = [lab.pings.filter((ping) => ping.endsWith('/fail')).length, await lab.digest(good)];
        const result = await lab.run(script, ['backup'], env).finally(remove);
        expect(result.code, result.err).not.toBe(0);
        expect(result.err).toMatch(reason);
        expect(result.out + result.err).not.toMatch(/geheim/);
        expect(lab.pings.filter((ping) => ping.endsWith('/fail'))).toHaveLength(before + 1);
        expect(await committed(engine)).toEqual(good.filter((key) => key.includes('/manifests/')));
        expect(await lab.digest(good)).toEqual(digests);
        expect([...lab.leaked]).toEqual([]);
        expect(readFileSync(script, 'utf8')).not.toMatch(/geheim/);
      },
      300_000,
    );
  });
}
