import type { Step } from '../../src/core/plan.ts';
import { providers } from '../../src/providers/index.ts';
import { plan } from './plans.ts';

const own = ({ files = [] }: Step) => files.filter(({ path }) => path.endsWith('cloud-init.yaml'));

/** The first-boot file of each provider's images, with Docker, with a user of its own, and with both. */
export async function firstBootFiles(): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const id of ['hetzner', 'aws', 'digitalocean'] as const) {
    const { catalog } = await providers[id]();
    const images = [...new Set(catalog.images.map((image) => image.os))].filter((os) => !os.startsWith('gpu-'));
    for (const image of images)
      for (const more of [{ docker: true }, { user: 'ops' }, { docker: true, user: 'ops' }]) {
        const made = await plan({
          provider: id,
          resources: [
            { kind: 'network', name: 'lan' },
            { kind: 'firewall', name: 'web', rules: [{ port: 443 }, { port: 53, protocol: 'udp', from: '10.0.0.0/16' }] },
            { kind: 'server', name: 'web', image, network: 'lan', ...more },
          ],
        });
        for (const step of made.steps) for (const file of own(step)) files[`${id} ${image} ${Object.keys(more).join(' and ')}`] = file.text;
      }
  }
  // Without a public address, behind a server that forwards.
  const inner = await plan({
    provider: 'hetzner',
    resources: [
      { kind: 'network', name: 'lan' },
      { kind: 'nat_gateway', name: 'out', network: 'lan' },
      { kind: 'server', name: 'inner', network: 'lan', publicIp: false },
      { kind: 'server', name: 'deep', network: 'lan', publicIp: false, docker: true, user: 'ops' },
    ],
  });
  for (const step of inner.steps) for (const file of own(step)) files[`hetzner ${file.path}`] = file.text;
  return files;
}
