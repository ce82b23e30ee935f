import type { Catalog } from '../catalog.ts';
import { program } from '../common.ts';
import type { Provider } from '../provider.ts';
import catalog from './catalog.json' with { type: 'json' };

export const digitalocean: Provider = {
  id: 'digitalocean',
  title: 'digitalocean',
  programs: [],
  signIn: [],
  access: program('docker')('version'),
  catalog: catalog as unknown as Catalog,
  defaultRegion: undefined,
  names: {},
  emit: {},
  instead: {},
};
