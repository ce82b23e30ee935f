import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { type Cloud, hasCli, LAB } from '../harness.ts';

/**
 * A real Docker engine on a socket and in a folder of its own. Nothing can be pulled, so its images are made of
 * busybox, under the names that plans use.
 */

const exec = promisify(execFile);

const first = (...paths: string[]): string | undefined => paths.find((path) => existsSync(path));
const DAEMON = first(join(LAB, 'bin/dockerd'), '/usr/sbin/dockerd', '/usr/bin/dockerd', '/usr/local/bin/dockerd');
const BUSYBOX = first(join(LAB, 'sid/usr/bin/busybox'), join(LAB, 'sid/bin/busybox'), '/bin/busybox', '/usr/bin/busybox');
const COMPOSE = first(join(LAB, 'sid/usr/libexec/docker/cli-plugins/docker-compose'), '/usr/libexec/docker/cli-plugins/docker-compose');

/** Why no engine can be run here; undefined where one can. */
export const noEngine: string | undefined =
  process.getuid?.() !== 0
    ? 'an engine needs root'
    : DAEMON === undefined
      ? "dockerd is missing (Debian's docker.io)"
      : BUSYBOX === undefined
        ? 'busybox-static is missing'
        : COMPOSE === undefined || !hasCli('docker')
          ? 'the docker CLI or its compose plugin is missing (test/lab/setup)'
          : undefined;

export interface DockerEngine extends Cloud {
  readonly socket: string;
  /** Every call of the docker command since the last `forget`, with its arguments. */
  calls(): Promise<string[]>;
  forget(): Promise<void>;
  docker(...args: string[]): Promise<string>;
  /** Puts a program in front of all others on the scripts' path. */
  shim(name: string, text: string): Promise<void>;
}

/** Sub-commands that make or remove something. */
const WRITES = ['--rotate', 'connect', 'create', 'disconnect', 'down', 'init', 'leave', 'rename', 'rm', 'run', 'scale'];
/** Those that bring something to where it is to be, and do nothing where it is there: each run of a script sends them again. */
const SETTLES = ['deploy', 'start', 'up', 'update'];

/**
 * The docker command of the scripts. It keeps every call in `log`, and in `done` those that made, changed or removed something:
 * of a call that settles, what the engine has before and after it decides. Of its own accord an engine on loopback refuses
 * little, so where there is a file `refusal`, that is what such a call is answered with.
 */
const shimmed = (docker: string, socket: string, { log, done, refusal }: Record<'log' | 'done' | 'refusal', string>): string => {
  const any = (verbs: readonly string[]): string => verbs.map((verb) => `*' ${verb} '*`).join('|');
  return `docker() { DOCKER_HOST='unix://${socket}' '${docker}' "$@"; }
there() {
  docker ps --all --quiet --no-trunc | xargs -r env DOCKER_HOST='unix://${socket}' '${docker}' inspect --format '{{.Id}} {{.State.Status}} {{.State.StartedAt}} {{.HostConfig.NanoCpus}} {{.HostConfig.Memory}}'
  docker network ls --quiet
  docker volume ls --quiet
  docker context ls --format '{{.Name}} {{.DockerEndpoint}}'
}
printf '%s\\n' "$*" >> '${log}'
before=
case " $* " in
  ${any(SETTLES)}) before=$(there 2>/dev/null) ;;
  ${any(WRITES)}) ;;
  *) exec '${docker}' "$@" ;;
esac
if [ -e '${refusal}' ]; then cat '${refusal}' >&2; exit 1; fi
'${docker}' "$@" || exit
[ -n "$before" ] && [ "$before" = "$(there 2>/dev/null)" ] || printf '%s\\n' "$*" >> '${done}'`;
};

/**
 * Starts an engine with these images; `apart` in a network of its own, where the ports and the bridge of a swarm are nobody
 * else's, and what it publishes cannot be reached.
 */
export async function dockerEngine(images: readonly string[], { apart = false } = {}): Promise<DockerEngine> {
  const dir = await mkdtemp(join(tmpdir(), 'infra-docker-'));
  const socket = join(dir, 'docker.sock');
  const config = join(dir, 'config');
  const bin = join(dir, 'bin');
  const log = join(dir, 'calls');
  const done = join(dir, 'writes');
  const refusal = join(dir, 'refusal');
  for (const folder of [join(config, 'cli-plugins'), bin, join(dir, 'image/bin'), join(dir, 'image/www')])
    await mkdir(folder, { recursive: true });
  await symlink(COMPOSE as string, join(config, 'cli-plugins/docker-compose'));
  const alone = ['--net', 'sh', '-c', 'ip link set lo up && exec "$0" "$@"', DAEMON as string];
  const daemon = spawn(
    apart ? 'unshare' : (DAEMON as string),
    [
      ...(apart ? alone : []),
      '--data-root',
      join(dir, 'data'),
      '--exec-root',
      join(dir, 'exec'),
      '--host',
      `unix://${socket}`,
      '--pidfile',
      join(dir, 'pid'),
      '--iptables=false',
      '--ip6tables=false',
      '--storage-driver=vfs',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, PATH: `${join(LAB, 'bin')}:/usr/sbin:/usr/bin:/sbin:/bin` } },
  );
  // Should the tests end before it does.
  const orphan = (): boolean => daemon.kill('SIGTERM');
  process.once('exit', orphan);
  let said = '';
  daemon.stderr.on('data', (data) => {
    said = `${said}${data}`.slice(-4000);
  });
  const ended = new Promise<void>((resolve) => {
    daemon.on('exit', () => resolve());
  });

  const env = { DOCKER_HOST: `unix://${socket}`, DOCKER_CONFIG: config };
  const docker = async (...args: string[]): Promise<string> =>
    (await exec(join(LAB, 'bin/docker'), args, { env: { PATH: process.env.PATH, ...env } })).stdout.trim();
  const lines = async (...args: string[]): Promise<string[]> =>
    (await docker(...args))
      .split('\n')
      .filter((line) => line !== '')
      .sort();

  const stop = async (): Promise<void> => {
    const ids = await lines('ps', '--all', '--quiet').catch(() => []);
    if (ids.length > 0) await docker('rm', '--force', ...ids).catch(() => '');
    daemon.kill('SIGTERM');
    const hard = setTimeout(() => daemon.kill('SIGKILL'), 20_000);
    await ended;
    clearTimeout(hard);
    process.off('exit', orphan);
    await rm(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  };

  const shim = async (name: string, text: string): Promise<void> => {
    await writeFile(join(bin, name), `#!/bin/sh\n${text}\n`);
    await chmod(join(bin, name), 0o755);
  };

  try {
    for (let tries = 0; ; tries++) {
      if (daemon.exitCode !== null || tries > 300) throw new Error(`dockerd did not start:\n${said}`);
      try {
        await docker('version', '--format', '{{.Server.Version}}');
        break;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
    await copyFile(BUSYBOX as string, join(dir, 'image/bin/busybox'));
    for (const applet of ['sh', 'sleep', 'httpd', 'cat', 'env']) await symlink('busybox', join(dir, 'image/bin', applet));
    await writeFile(join(dir, 'image/www/index.html'), 'it works\n');
    await exec('tar', ['-C', join(dir, 'image'), '-cf', join(dir, 'image.tar'), '.']);
    // A first process without a handler is deaf to SIGTERM, and stopping it would take ten seconds.
    const entry = JSON.stringify(['sh', '-c', `trap 'exit 0' TERM; "$@" & wait`, 'sh']);
    const [made, ...others] = images;
    if (made !== undefined)
      await docker('import', '--change', 'CMD ["sleep","100000"]', '--change', `ENTRYPOINT ${entry}`, join(dir, 'image.tar'), made);
    for (const other of others) await docker('tag', made as string, other);
    await shim('docker', shimmed(join(LAB, 'bin/docker'), socket, { log, done, refusal }));
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    socket,
    env: { ...env, PATH: [bin, join(LAB, 'bin'), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter) },
    docker,
    shim,
    calls: async () => (existsSync(log) ? (await readFile(log, 'utf8')).split('\n').filter((line) => line !== '') : []),
    forget: async () => {
      for (const file of [log, done]) await rm(file, { force: true });
    },
    writes: () => (existsSync(done) ? readFileSync(done, 'utf8').trimEnd().split('\n') : []),
    refuseWrites(how) {
      const message = `Error response from daemon: ${how}, says the lab`;
      writeFileSync(refusal, `${message}\n`);
      return { message, end: () => rmSync(refusal, { force: true }) };
    },
    async state() {
      const [swarm, containers, networks, volumes, contexts] = await Promise.all([
        docker('info', '--format', '{{.Swarm.ControlAvailable}}'),
        lines('ps', '--all', '--format', '{{.Names}} {{.State}}'),
        lines('network', 'ls', '--format', '{{.Name}}'),
        lines('volume', 'ls', '--format', '{{.Name}}'),
        lines('context', 'ls', '--format', '{{.Name}}'),
      ]);
      const found: Record<string, string[]> = {
        // A task's container has a number and an id behind its service's name.
        container: containers.map((one) => one.replace(/\.\d+\.[a-z0-9]{25} /, ' ')),
        network: networks.filter((name) => !['bridge', 'host', 'none'].includes(name)),
        volume: volumes,
        context: contexts.filter((name) => name !== 'default'),
        ...(swarm === 'true'
          ? {
              swarm: await lines('node', 'ls', '--format', '{{lower .Status}} {{lower .ManagerStatus}}'),
              service: await lines('service', 'ls', '--format', '{{.Name}} {{.Replicas}}'),
              secret: await lines('secret', 'ls', '--format', '{{.Name}}'),
            }
          : {}),
      };
      return Object.fromEntries(Object.entries(found).filter(([, names]) => names.length > 0));
    },
    stop,
  };
}
