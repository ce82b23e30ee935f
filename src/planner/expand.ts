import { InputError, show } from '../core/errors.ts';
import { parse } from '../core/parse.ts';
import type { Provider, ProviderId } from '../providers/provider.ts';
import { type AnySpec, type Kind, kindDef, type Spec } from '../resources/index.ts';
import type { Resource } from './request.ts';

/**
 * Adds the resources of which a provider makes another one: where a cloud sells no NAT gateway, it is a server of the
 * plan, and gets everything that a server gets.
 * @throws InputError where one of their names is taken
 */
export function expand(read: readonly Resource[], loaded: ReadonlyMap<ProviderId, Provider>): Resource[] {
  const all = [...read];
  const ids = new Set(read.map(({ id }) => id));
  for (const { spec, provider, field } of read) {
    const parts = loaded.get(provider)?.parts[spec.kind] as ((spec: Spec<Kind>) => readonly Record<string, unknown>[]) | undefined;
    for (const raw of parts?.(spec) ?? []) {
      const made = parse(kindDef(raw.kind as Kind).schema, {
        ...raw,
        ...(spec.region === undefined ? {} : { region: spec.region }),
      }) as AnySpec;
      const id = `${made.kind}.${made.name}`;
      if (ids.has(id))
        throw new InputError({
          field: `${field}.name`,
          message: `is made of a ${made.kind} of that name here, and there is another one; rename one of the two.`,
          given: show(made.name),
        });
      ids.add(id);
      all.push({ spec: made, provider, id, field });
    }
  }
  return all;
}
