#!/usr/bin/env node
import * as nodeModule from 'node:module';

// Has to come before the rest of the program is loaded: only what is loaded later is read from the cache. Node 22 and newer.
(nodeModule as { enableCompileCache?: () => unknown }).enableCompileCache?.();

const { main } = await import('./main.ts');
await main(process.argv.slice(2));
