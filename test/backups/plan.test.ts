import { test } from 'vitest';
import { definition } from '../../src/tools/definition.ts';
import { planBackups } from '../../src/tools/plan_backups.ts';
test('size', () => { const d = JSON.stringify(definition(planBackups as never)); console.log(d.length, d); });
