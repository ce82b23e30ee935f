import type { Cannot } from '../provider.ts';

export const cannot: Cannot = {};
