import type { Cannot } from '../provider.ts';

const SIZELESS = 'A volume of Docker is a folder of its host: it grows with what is in it, up to what the host has left.';
const MOUNTED =
  'What a container mounts is fixed when it is made: name the volume in its "volumes", remove the container (action destroy, with it alone; the volume stays), and create it again.';
const COPIED = 'Docker has no snapshots: use plan_backups with a source of engine "volumes".';
const COMMITTED =
  'What docker commit makes of a container lacks its volumes, and nobody can build it again: build an image for what it runs, keep what it writes in volumes, and back these up (plan_backups, source "volumes").';
const NAMED = 'Docker cannot rename it:';
const UNLOCKED = 'Docker has no lock against deletion, but it refuses to remove what a container still uses.';

export const cannot: Cannot = {
  resize: { volume: SIZELESS },
  attach: { volume: MOUNTED },
  snapshot: { volume: COPIED, container: COMMITTED },
  rename: {
    network: `${NAMED} make one of the new name, and the containers again in it.`,
    volume: `${NAMED} make one of the new name, and restore a backup of the old one into it (plan_backups, source "volumes").`,
  },
  protect: { network: UNLOCKED, volume: UNLOCKED },
};
