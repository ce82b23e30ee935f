import { text } from './fields.ts';
import { defineKind } from './kind.ts';

export const snapshot = defineKind(
  'snapshot',
  { server: text.optional(), volume: text.optional(), database: text.optional() },
  {
    summary: 'a copy of one server, volume or database as it is now',
    refs: { server: { to: ['server'] }, volume: { to: ['volume'] }, database: { to: ['database'] } },
    aliases: ['image', 'backup'],
  },
);
