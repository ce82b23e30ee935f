import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LAB } from '../../harness.ts';

/**
 * The vendor's own aws, imported once and forked for each call (serve.py), which saves half a second of the half a second
 * that a call takes. Where the client of that server was not built, the aws in the folder is the plain one.
 */

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const PYTHON = join(LAB, 'bin', 'sid-python');
export const PLAIN = join(LAB, 'bin', 'aws');
export const CLIENT = join(LAB, 'bin', 'served-aws');

/** What most plans on AWS call; others are read by each call. */
export const SERVICES = ['ec2', 'elbv2', 'rds', 'route53', 'acm', 's3api', 'ssm', 'sts', 'secretsmanager'];

export interface Served {
  /** The folder in which the aws is. */
  readonly bin: string;
  /** What a script has to see to call it: a PATH with that folder at its front, and where its server listens. */
  readonly env: Readonly<Record<string, string>>;
  /** Why it is the plain one; undefined where it is served. */
  readonly plain: string | undefined;
  stop(): Promise<void>;
}

/** Starts it. `services` are those whose models are read beforehand. */
export async function servedAws(services: readonly string[] = SERVICES): Promise<Served> {
  const dir = await mkdtemp(join(tmpdir(), 'infra-aws-'));
  const bin = join(dir, 'bin');
  await mkdir(bin);
  await mkdir(join(dir, 'home'));
  const clean = () => rm(dir, { recursive: true, force: true });
  const env = { PATH: [bin, join(LAB, 'bin'), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter) };
  const reason = existsSync(PYTHON) && existsSync(CLIENT) ? undefined : `${CLIENT} is not there: test/lab/setup builds it`;
  if (reason !== undefined) {
    await symlink(PLAIN, join(bin, 'aws'));
    return { bin, env, plain: reason, stop: clean };
  }
  const socket = join(dir, 'socket');
  const server = spawn(PYTHON, [here('serve.py'), socket, PLAIN, ...services], {
    stdio: ['pipe', 'ignore', 'pipe'],
    cwd: dir,
    env: { PATH: '/usr/bin:/bin', HOME: join(dir, 'home'), LANG: 'C.UTF-8', AWS_CLI_SESSION_ID_DISABLED: 'true' },
  });
  let said = '';
  server.stderr.on('data', (data) => {
    said = `${said}${data}`.slice(-4000);
  });
  const ended = new Promise((resolve) => server.once('close', resolve));
  // It ends with its standard input.
  const stop = async (): Promise<void> => {
    server.stdin.end();
    await ended;
    await clean();
  };
  for (let tries = 0; !existsSync(socket); tries++) {
    if (tries > 1200 || server.exitCode !== null) {
      await stop();
      throw new Error(`the served aws does not come up: ${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await symlink(CLIENT, join(bin, 'aws'));
  return { bin, env: { ...env, LAB_AWS_SOCKET: socket, LAB_AWS_PLAIN: PLAIN }, plain: undefined, stop };
}
