import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Runs the lab where nothing can leave the machine: as root on Linux in a network namespace that has loopback alone.
 * Elsewhere the CLIs' proxies are dead ends, which test/lab/harness.ts sees to. Arguments are vitest's.
 */
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const lab = [process.execPath, vitest, 'run', '--config', 'vitest.lab.config.ts', ...process.argv.slice(2)];

const UP = 'ip link set lo up && exec "$@"';
const namespace = ['unshare', '--net', 'sh', '-c', UP, 'sh'];
const canIsolate =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  spawnSync(namespace[0] as string, [...namespace.slice(1), 'true']).status === 0;
console.log(
  canIsolate
    ? 'lab: in a network namespace with loopback alone'
    : 'lab: no network namespace here (root on Linux has one); proxies are dead ends',
);

const [program = '', ...args] = canIsolate ? [...namespace, ...lab] : lab;
const { status } = spawnSync(program, args, { stdio: 'inherit', env: { ...process.env, ...(canIsolate ? { LAB_ISOLATED: '1' } : {}) } });
process.exitCode = status ?? 1;
