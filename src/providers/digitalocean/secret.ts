import { type Arg, path, query } from '../../core/command.ts';
import type { Spec } from '../../resources/index.ts';
import { cost } from '../common.ts';
import type { Context, Emit } from '../provider.ts';
import { doctl, ownName } from './cli.ts';

/** The value is read from a file of the user's by doctl itself: it is in no command. */
export const secret: Emit<'secret'> = (spec, cx) => {
  for (const field of ['key', 'swarm'] as const) if (spec[field] !== undefined) cx.fail(field, { message: 'is not for DigitalOcean.' });
  const value = valueFrom(spec, cx);
  const name = ownName(cx, spec.name);
  // One that is being deleted is listed for some time, with the day of that in the last of the six columns, whose name has
  // spaces: --format could not ask for it, because doctl takes them out.
  const found = query(doctl('secrets', 'list', '--no-header'), {
    column: [1, 2, 6],
    equals: `${name} ${cx.region} <nil>`,
    print: 1,
  });
  cx.warn(
    `secret ${name} is read by doctl secrets get ${name} --region ${cx.region} --key value --raw, by whoever may use the account's token`,
  );
  return [
    {
      id: cx.id,
      title: `secret ${spec.name}`,
      resource: cx.id,
      provider: 'digitalocean',
      find: found,
      create: doctl('secrets', 'create', name, '--region', cx.region, '--value', value),
      outputs: { name },
      verify: { query: found, expect: name },
      undo: [doctl('secrets', 'delete', name, '--region', cx.region, '--force')],
      hint: `The value is read from ${spec.file}. One of that name that was deleted lately is brought back by doctl secrets restore ${name} --region ${cx.region}.`,
      effects: [
        { kind: 'creates', what: `secret ${name} with the key "value", from ${spec.file}` },
        cost(cx, `secret ${name}`, undefined, undefined, undefined, 'https://www.digitalocean.com/pricing'),
      ],
    },
  ];
};

/** The key "value", read by doctl out of the file. */
export function valueFrom(spec: Spec<'secret'>, cx: Context): Arg {
  if (/[,"]/.test(spec.file)) cx.fail('file', { message: 'has a comma or a quotation mark, at which doctl would split it.' });
  return path(spec.file, 'value=@');
}
