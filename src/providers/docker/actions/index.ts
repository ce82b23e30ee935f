import type { Provider } from '../../provider.ts';
import { joining, renameContainer, resizeContainer } from './container.ts';
import { rotateSecret } from './secret.ts';
import { resizeService } from './service.ts';
import { rotateTokens } from './swarm.ts';

export const actions: Provider['actions'] = {
  network: { attach: joining(true), detach: joining(false) },
  container: { resize: resizeContainer, rename: renameContainer },
  container_service: { resize: resizeService },
  secret: { rotate: rotateSecret },
  swarm: { rotate: rotateTokens },
};
