import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, LAB, type Lab, SECRETS } from './lab.ts';

/** Servers of the lab that are not needed by every test: each with a folder of its own, ended with the lab by its pid. */

/** Debian sid's MySQL, unpacked: it has to be told where its own files are. */
const MYSQL = join(LAB, 'databases/usr');

/** MySQL; gives its socket. It runs as who runs this: the cache folder need not be open to another user. */
export async function mysql(lab: Lab, settings: readonly string[] = []): Promise<string> {
  const folder = join(lab.dir, 'mysql');
  mkdirSync(folder);
  const socket = join(folder, 's');
  const own = [
    '--no-defaults',
    ...(process.getuid?.() === 0 ? ['--user=root'] : []),
    `--datadir=${join(folder, 'data')}`,
    `--basedir=${MYSQL}`,
    `--lc-messages-dir=${join(MYSQL, 'share/mysql')}`,
    `--plugin-dir=${join(MYSQL, 'lib/mysql/plugin')}`,
    '--secure-file-priv=NULL',
  ];
  execFileSync('mysqld', [...own, '--initialize-insecure'], { env: lab.env, stdio: 'ignore' });
  lab.spawn(join(LAB, 'bin/mysqld'), [
    ...own,
    `--socket=${socket}`,
    `--port=${await freePort()}`,
    '--bind-address=127.0.0.1',
    '--mysqlx=OFF',
    `--pid-file=${join(folder, 'pid')}`,
    '--innodb-flush-log-at-trx-commit=0',
    ...settings,
  ]);
  await lab.until(() => lab.tool('mysqladmin', ['--no-defaults', `--socket=${socket}`, '-uroot', 'ping']).code === 0);
  return socket;
}

/** Redis or Valkey, with a password; gives its port, which the scripts find in REDIS_PORT. */
export async function cache(lab: Lab, engine: 'redis' | 'valkey', settings = ''): Promise<string> {
  const folder = join(lab.dir, engine);
  mkdirSync(folder);
  const port = String(await freePort());
  writeFileSync(
    join(folder, 'conf'),
    `port ${port}\nbind 127.0.0.1\nrequirepass ${SECRETS.REDISCLI_AUTH}\nsave ""\ndir ${folder}\n${settings}`,
  );
  lab.spawn(lab.path(`${engine}-server`), [join(folder, 'conf')]);
  Object.assign(lab.env, { REDIS_PORT: port, REDISCLI_AUTH: SECRETS.REDISCLI_AUTH });
  await lab.until(() => lab.tool(`${engine}-cli`, ['-p', port, 'PING']).out === 'PONG\n');
  return port;
}

/** An SSH server with SFTP, as a Storage Box is one; `ssh` of the scripts reads keys and known hosts of the lab alone. */
export interface Sftp {
  readonly port: string;
  /** The folder of the repositories; what it holds is the server's disk. */
  readonly folder: string;
  /** Makes it another machine: its host key changes. */
  anotherHostKey(): Promise<void>;
  /** Ends the sessions that are open. */
  hangUp(): void;
  /** Lets the key of the lab in, or not. */
  admit(yes: boolean): void;
}

export async function sftp(lab: Lab): Promise<Sftp> {
  const folder = join(lab.dir, 'sftp');
  const disk = join(folder, 'disk');
  mkdirSync(disk, { recursive: true });
  const port = String(await freePort());
  const at = (name: string): string => join(folder, name);
  const keygen = (name: string): void => void execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at(name)]);
  for (const name of ['host', 'other-host', 'key']) keygen(name);
  const admit = (yes: boolean): void => writeFileSync(at('admitted'), yes ? readFileSync(at('key.pub')) : '');
  admit(true);
  writeFileSync(at('known'), `[127.0.0.1]:${port} ${readFileSync(at('host.pub'), 'utf8')}`);
  writeFileSync(
    at('client'),
    `Host *\nIdentityFile ${at('key')}\nIdentitiesOnly yes\nUserKnownHostsFile ${at('known')}\nGlobalKnownHostsFile /dev/null\nStrictHostKeyChecking yes\nBatchMode yes\n`,
  );
  lab.shim('ssh', `exec /usr/bin/ssh -F '${at('client')}' "$@"`);
  const start = async (host: string): Promise<ReturnType<Lab['spawn']>> => {
    writeFileSync(
      at('server'),
      `Port ${port}\nListenAddress 127.0.0.1\nHostKey ${at(host)}\nPidFile ${at('pid')}\nAuthorizedKeysFile ${at('admitted')}\nPermitRootLogin prohibit-password\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nUsePAM no\nStrictModes no\nMaxStartups 100\nSubsystem sftp internal-sftp\n`,
    );
    // Its /run/sshd is made where nobody else sees it.
    const server = lab.spawn('unshare', [
      '-m',
      'sh',
      '-c',
      `mount -t tmpfs tmpfs /run && mkdir /run/sshd && exec /usr/sbin/sshd -D -f '${at('server')}'`,
    ]);
    await lab.until(() => lab.tool('bash', ['-c', `exec 3<>/dev/tcp/127.0.0.1/${port}`]).code === 0);
    return server;
  };
  let server = await start('host');
  const sessions = (): string[] =>
    lab
      .tool('pgrep', ['-P', String(server.pid)])
      .out.split('\n')
      .filter(Boolean);
  return {
    port,
    folder: disk,
    admit,
    hangUp: () => {
      for (const pid of sessions()) lab.tool('pkill', ['-KILL', '-P', pid]);
    },
    anotherHostKey: async () => {
      server.kill('SIGTERM');
      await new Promise((done) => server.once('exit', done));
      server = await start('other-host');
    },
  };
}
