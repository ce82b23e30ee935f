import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { StackRequest } from '../../src/planner/request.ts';
import { APP, DATA, IMAGE, KINDS, NET, SECRET, stack, subjects, whole } from './cases/docker.ts';
import { type DockerEngine, dockerEngine, noEngine } from './clouds/docker.ts';
import { hetznerCloud } from './clouds/hetzner.ts';
import { type Cloud, hasCli, run, sandbox } from './harness.ts';
import { type LivesOptions, live, lives } from './life.ts';
import { type Texts, textsOf } from './texts.ts';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

/** Asks until something answers: a container runs a moment before the program in it listens. */
async function answer(url: string): Promise<string> {
  for (let tries = 0; ; tries++) {
    try {
      return await (await fetch(url)).text();
    } catch (error) {
      if (tries > 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

describe.skipIf(noEngine !== undefined)(
  `Docker, on a real engine${noEngine === undefined ? '' : ` (left out: ${noEngine})`}`,
  { timeout: 600_000 },
  () => {
    let engine: DockerEngine;
    beforeAll(async () => {
      engine = await dockerEngine([IMAGE, 'postgres:17', 'caddy:2']);
    }, 120_000);
    afterEach(async () => {
      await engine.forget();
      expect(await engine.state(), 'left over by the test').toEqual({});
    });
    afterAll(() => engine?.stop(), 60_000);

    /** An engine cannot be brought back to a step, so each place is reached anew: fewer are. */
    const few: LivesOptions = {
      every: (steps, shell) => Math.ceil(steps / (shell === 'bash' ? 3 : 1)),
      refused: (shell) => (shell === 'bash' ? 1 : 0),
    };

    /** Runs texts one after the other in one folder, and the teardown whatever happens. */
    async function within(
      one: StackRequest,
      work: (all: Texts, go: (text: string) => ReturnType<typeof run>, dir: string) => Promise<void>,
      cloud: Pick<Cloud, 'env' | 'adapt'> = engine,
    ): Promise<void> {
      const box = await sandbox();
      const all = await textsOf(one, cloud);
      const go = (text: string) => run(text, cloud, box.dir);
      try {
        await work(all, go, box.dir);
      } finally {
        const down = await go(all.destroy);
        await box.remove();
        expect(down.code, down.stderr).toBe(0);
      }
    }

    lives('docker', subjects, () => ({ ...engine, env: { ...engine.env, POSTGRES_PASSWORD: SECRET } }), few);

    it('gives a container what was asked for', async () => {
      const one = stack(KINDS.container?.resources ?? []);
      await within(one, async (all, go) => {
        expect((await go(all.create)).code).toBe(0);
        const [info] = JSON.parse(await engine.docker('inspect', 'app'));
        expect(info.Config.Env).toEqual(expect.arrayContaining(['MODE=it\'s $HOME `x` "y" %z', 'LEVEL=3']));
        expect(info.Config.Labels).toEqual({ plan: 'shop', name: 'app' });
        expect(info.Config.Cmd).toEqual(['sh', '-c', 'exec sleep 100000']);
        expect(info.HostConfig).toMatchObject({ Memory: 64 * 1024 * 1024, NanoCpus: 500_000_000, RestartPolicy: { Name: 'always' } });
        expect(
          info.Mounts.map((mount: { Type: string; Name?: string; Source: string; Destination: string; RW: boolean }) => [
            mount.Type,
            mount.Name ?? mount.Source,
            mount.Destination,
            mount.RW,
          ]).sort(),
        ).toEqual([
          ['bind', '/tmp', '/host', false],
          ['volume', 'data', '/data', true],
        ]);
        expect(Object.keys(info.NetworkSettings.Networks)).toEqual(['back']);
        expect(info.NetworkSettings.Networks.back.IPAddress).toMatch(/^10\.77\.0\./);
      });
    });

    it('gives the services of a project what was asked for', async () => {
      const one = stack(KINDS.compose?.resources ?? []);
      await within(one, async (all, go) => {
        expect((await go(all.create)).code).toBe(0);
        const [web] = JSON.parse(await engine.docker('inspect', 'shop--site-web-1'));
        expect(web.Config.Env).toEqual(expect.arrayContaining(['A=$HOME and ${B}', 'C=no', 'D=1e3', 'E=# not a comment: {x}']));
        const [db] = JSON.parse(await engine.docker('inspect', 'shop--site-db-1'));
        expect(db.HostConfig).toMatchObject({ Memory: 64 * 1024 * 1024, NanoCpus: 500_000_000, RestartPolicy: { Name: 'unless-stopped' } });
        expect(
          db.Mounts.map((mount: { Type: string; Name?: string; Destination: string; RW: boolean }) => [
            mount.Type,
            mount.Name,
            mount.Destination,
            mount.RW,
          ]).sort(),
        ).toEqual([
          ['bind', undefined, '/host', false],
          ['volume', 'data', '/data', true],
        ]);
      });
    });

    describe('all kinds, with ports that answer on loopback alone and a secret that no argument holds', async () => {
      const [port, second] = [await freePort(), await freePort()];
      const subject = whole(port, second);
      const secretly = (): Cloud => ({ ...engine, env: { ...engine.env, SHOP_PASSWORD: SECRET } });
      lives('docker', { 'a whole stack': subject }, secretly, few);

      it('answers, and keeps its secret', async () => {
        const one = subject.request;
        const cloud = secretly();
        await engine.forget();
        await within(
          one,
          async (all, go, dir) => {
            const { code, stdout, stderr } = await go(all.create);
            expect(code, stderr).toBe(0);
            expect(await answer(`http://127.0.0.1:${port}`)).toBe('it works\n');
            expect(await answer(`http://127.0.0.1:${second}`)).toBe('it works\n');
            for (const name of ['front', 'shop--site-web-1']) {
              const [info] = JSON.parse(await engine.docker('inspect', name));
              expect(info.NetworkSettings.Ports['80/tcp']).toEqual([{ HostIp: '127.0.0.1', HostPort: expect.any(String) }]);
            }
            // It reaches the containers, and nothing on the way there holds it.
            const [db] = JSON.parse(await engine.docker('inspect', 'db'));
            expect(db.Config.Env).toEqual(expect.arrayContaining([`POSTGRES_PASSWORD=${SECRET}`, `SHOP_PASSWORD=${SECRET}`]));
            const [web] = JSON.parse(await engine.docker('inspect', 'shop--site-web-1'));
            expect(web.Config.Env).toContain(`TOKEN=${SECRET}`);
            const calls = await engine.calls();
            expect(calls.length).toBeGreaterThan(10);
            for (const text of [...calls, stdout, stderr, all.create, await readFile(join(dir, 'shop--site.compose.yaml'), 'utf8')])
              expect(text).not.toContain('horse');
          },
          cloud,
        );
      });
    });

    it('asks for a secret before anything is made, and for none to tear down', async () => {
      const one = stack([{ ...APP, environment: { API_TOKEN: { env: 'API_TOKEN' } } }]);
      await within(one, async (all, go) => {
        const { code, stderr } = await go(all.create);
        expect(code).not.toBe(0);
        expect(stderr).toContain('API_TOKEN is not set');
      });
    });

    it('starts what was stopped', async () => {
      const one = stack([APP, { kind: 'compose', name: 'site', services: { web: { image: IMAGE } } }]);
      await within(one, async (all, go) => {
        expect((await go(all.create)).code).toBe(0);
        await engine.docker('stop', 'app', 'shop--site-web-1');
        const again = await go(all.create);
        expect(again.code, again.stderr).toBe(0);
        expect((await engine.state()).container).toEqual(['app running', 'shop--site-web-1 running']);
      });
    });

    it('goes on after a failure halfway: a port that is taken, an image that is missing', async () => {
      const port = await freePort();
      const one = stack([
        { ...APP, ports: `${port}:80` },
        { kind: 'compose', name: 'site', services: { web: { image: 'infra/late:1' }, other: { image: IMAGE } } },
      ]);
      const blocker = createServer();
      await new Promise<void>((resolve) => {
        blocker.listen(port, '127.0.0.1', resolve);
      });
      await within(one, async (all, go) => {
        const taken = await go(all.create);
        await new Promise((resolve) => {
          blocker.close(resolve);
        });
        expect(taken.code).not.toBe(0);
        expect(taken.stderr).toMatch(/address already in use/);
        expect(taken.stderr).toMatch(/Stopped \(exit \d+\) at \[1\/2\] container\.app:/);
        const missing = await go(all.create);
        expect(missing.code).not.toBe(0);
        expect(missing.stderr).toMatch(/Stopped \(exit \d+\) at \[2\/2\] compose\.site:/);
        expect((await engine.state()).container).toContain('app running');
        await engine.docker('tag', IMAGE, 'infra/late:1');
        const done = await go(all.create);
        expect(done.code, done.stderr).toBe(0);
        await engine.docker('rmi', 'infra/late:1');
        expect(await engine.state()).toEqual({
          container: ['app running', 'shop--site-other-1 running', 'shop--site-web-1 running'],
          network: ['shop--site_default'],
        });
      });
    });

    it('runs a compose file of the user, and keeps its volumes in a teardown', async () => {
      const one = stack([{ kind: 'compose', name: 'mine', file: './my stack.yaml' }]);
      await within(one, async (all, go, dir) => {
        await writeFile(
          join(dir, 'my stack.yaml'),
          `services:\n  web:\n    image: ${IMAGE}\n    volumes: [keep:/data]\nvolumes:\n  keep:\n`,
        );
        const { code, stderr } = await go(all.create);
        expect(code, stderr).toBe(0);
        expect(await engine.state()).toEqual({
          container: ['shop--mine-web-1 running'],
          network: ['shop--mine_default'],
          volume: ['shop--mine_keep'],
        });
      });
      expect(await engine.state()).toEqual({ volume: ['shop--mine_keep'] });
      await engine.docker('volume', 'rm', 'shop--mine_keep');
    });

    it('leaves alone what is not of the plan', async () => {
      await engine.docker('run', '--detach', '--name', 'other', '--label', 'plan=other', '--label', 'name=app', IMAGE);
      const one = stack([APP]);
      await within(one, async (all, go) => {
        expect((await go(all.create)).code).toBe(0);
        expect((await engine.state()).container).toEqual(['app running', 'other running']);
      });
      expect(await engine.state()).toEqual({ container: ['other running'] });
      await engine.docker('rm', '--force', 'other');
    });

    describe.skipIf(!hasCli('hcloud'))('on a server of a cloud', () => {
      it('lives on the engine of its server, through an SSH context', async () => {
        const hetzner = await hetznerCloud();
        const home = await sandbox();
        // In place of SSH: what would run on the server is run here. The first calls find a server that still boots.
        await engine.shim(
          'ssh',
          `echo "$*" >> "$LAB_SSH_LOG"\n[ "$(wc -l < "$LAB_SSH_LOG")" -gt 3 ] || { echo 'ssh: connect to host: Connection refused' >&2; exit 255; }\nexec env DOCKER_HOST='unix://${engine.socket}' docker system dial-stdio`,
        );
        const resources = [
          { kind: 'container', provider: 'docker', name: 'app', image: IMAGE, server: 'web1', network: 'back', volumes: 'data:/data' },
          { kind: 'compose', provider: 'docker', name: 'site', server: 'web1', services: { web: { image: IMAGE } } },
          { ...NET, provider: 'docker' },
          { ...DATA, provider: 'docker' },
          { kind: 'server', name: 'web1', size: 'cx23', docker: true, sshKeys: ['deploy'], firewalls: ['web'] },
          { kind: 'firewall', name: 'web', rules: [{ port: 22, from: '203.0.113.7' }] },
          { kind: 'ssh_key', name: 'deploy' },
        ];
        const one: StackRequest = { provider: 'hetzner', region: 'fsn1', plan: 'shop', resources };
        // The engine of this machine is dead: whatever does not name the context fails.
        const cloud: Cloud = {
          env: { ...engine.env, ...hetzner.env, DOCKER_HOST: 'unix:///nowhere', LAB_SSH_LOG: join(home.dir, 'ssh.log') },
          state: async () => ({ ...(await hetzner.state()), ...(await engine.state()) }),
          writes: () => [...(hetzner.writes?.() ?? []), ...(engine.writes?.() ?? [])],
          stop: () => hetzner.stop(),
        };
        try {
          const life = await live(one, cloud, { every: () => 4 });
          const state = {
            context: ['shop--web1'],
            container: ['app running', 'shop--site-web-1 running'],
            network: ['back', 'shop--site_default'],
            volume: ['data'],
            server: ['web1'],
            ssh_key: ['deploy'],
            firewall: ['web'],
            protected: ['web1 by web'],
            primary_ip: ['primary_ip-web1-ipv4', 'primary_ip-web1-ipv6'],
          };
          expect(life.problems).toEqual([]);
          expect(life.created).toEqual(state);
          const calls = (await engine.calls()).filter((call) => !/^context |^system dial-stdio/.test(call));
          expect(calls.length).toBeGreaterThan(20);
          expect(calls.filter((call) => !call.startsWith('--context shop--web1 '))).toEqual([]);
          // A server that was made anew has another address, and the context follows it.
          await within(
            one,
            async (all, go) => {
              expect((await go(all.create)).code).toBe(0);
              await engine.docker('context', 'update', 'shop--web1', '--docker', 'host=ssh://root@192.0.2.1');
              const again = await go(all.create);
              expect(again.code, again.stderr).toBe(0);
              const hosts = (await readFile(join(home.dir, 'ssh.log'), 'utf8')).trim().split('\n');
              expect(new Set(hosts.map((line) => line.replace(/-- \S+/, '-- ADDRESS')))).toEqual(
                new Set(['-l root -o ConnectTimeout=30 -T -- ADDRESS docker system dial-stdio']),
              );
              expect(hosts.some((line) => line.includes('192.0.2.1'))).toBe(false);
            },
            cloud,
          );
        } finally {
          await Promise.all([cloud.stop(), home.remove()]);
        }
      });
    });
  },
);
