import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { hasCli, run, sandbox } from './harness.ts';

/** What an attempt to reach an address comes to. The address is for documentation, and nobody's. */
function reach(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2000 });
    const end = (how: string): void => {
      socket.destroy();
      resolve(how);
    };
    socket.on('connect', () => end('connected'));
    socket.on('timeout', () => end('timeout'));
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}

describe.skipIf(process.env.LAB_ISOLATED !== '1')('in the network namespace', () => {
  it('there is loopback alone, and no way out', async () => {
    expect(Object.keys(networkInterfaces())).toEqual(['lo']);
    expect(await reach('192.0.2.1', 443)).toBe('ENETUNREACH');
    expect(await reach('2001:db8::1', 443)).toBe('ENETUNREACH');
  });
});

describe('a CLI that is not pointed at loopback gets nowhere', () => {
  it.skipIf(!hasCli('hcloud'))('hcloud', async () => {
    const box = await sandbox();
    const { code, stderr } = await run('hcloud server list', { env: { HCLOUD_TOKEN: 'lab0'.repeat(16) } }, box.dir);
    await box.remove();
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/127\.0\.0\.1:9: connect: connection refused/);
  });

  it.skipIf(!hasCli('doctl'))('doctl', async () => {
    const box = await sandbox();
    const env = { DIGITALOCEAN_ACCESS_TOKEN: 'dop_v1_lab', DIGITALOCEAN_HTTP_RETRY_MAX: '0' };
    const { code, stdout, stderr } = await run('doctl compute droplet list', { env }, box.dir);
    await box.remove();
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(/127\.0\.0\.1:9: connect: connection refused/);
  });
});
