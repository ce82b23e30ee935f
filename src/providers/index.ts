import type { Provider, ProviderId } from './provider.ts';

/** Every provider. A provider and its catalog are loaded when a plan first needs them. */
export const providers: Readonly<Record<ProviderId, () => Promise<Provider>>> = {
  hetzner: async () => (await import('./hetzner/index.ts')).hetzner,
  aws: async () => (await import('./aws/index.ts')).aws,
  digitalocean: async () => (await import('./digitalocean/index.ts')).digitalocean,
  docker: async () => (await import('./docker/index.ts')).docker,
};

export { type Provider, type ProviderId, providerIds } from './provider.ts';
