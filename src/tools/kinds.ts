import * as z from 'zod';
import { resolveKind } from '../planner/request.ts';
import { type Provider, providers } from '../providers/index.ts';
import { type Kind, kindDef, kindNames } from '../resources/index.ts';

export { kindNames };

type Json = Record<string, unknown>;

/** What can be provisioned: every kind, and which provider offers it. */
export async function kindsMarkdown(): Promise<string> {
  const all = await loaded();
  const row = (kind: Kind): string => {
    const there = all.map((provider) => (provider.emit[kind] === undefined ? '' : ['yes', ...actionsOf(provider, kind)].join(', ')));
    return `| ${[`\`${kind}\``, kindDef(kind).summary, ...there].join(' | ')} |`;
  };
  return `# Kinds of resources

The fields of one: \`skill://infrastructure/kinds/{kind}\`. Behind "yes": its actions beyond create, destroy and list.

| kind | what it is | ${all.map((provider) => provider.title).join(' | ')} |
|---|---|${'---|'.repeat(all.length)}
${kindNames.map(row).join('\n')}
`;
}

/** The page of one kind: its fields with types, defaults and what they mean, and who offers it. Undefined where there is no such kind. */
export async function kindMarkdown(given: string): Promise<string | undefined> {
  const kind = resolveKind(given);
  if (kind === undefined) return undefined;
  const { schema, summary, aliases = [], refs } = kindDef(kind);
  const { properties, required = [] } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as {
    properties: Record<string, Json>;
    required?: string[];
  };
  const rows = Object.entries(properties)
    .filter(([name]) => name !== 'kind')
    .map(([name, field]) => {
      const needed = required.includes(name) && field.default === undefined && field.type !== 'array';
      const target = refs[name];
      const words = [field.description as string | undefined, target && `name of: ${target.to.join(', ')}`, COMMON[name]];
      return `| \`${name}\` | ${typeOf(field)} | ${needed ? 'required' : field.default === undefined ? '' : `\`${JSON.stringify(field.default)}\``} | ${words
        .filter((text) => text !== undefined)
        .join('; ')
        .replaceAll('|', '\\|')} |`;
    });
  const providers = (await loaded()).map(({ title, emit, instead, actions }) =>
    emit[kind] === undefined
      ? `- ${title}: no. ${instead[kind] ?? ''}`.trimEnd()
      : `- ${[`${title}: yes`, ...actionsOf({ actions }, kind)].join(', ')}`,
  );
  const others = aliases.length === 0 ? '' : ` Also called: ${aliases.join(', ')}.`;
  return `# ${kind}

${summary[0]?.toUpperCase()}${summary.slice(1)}.${others}

| field | type | default | what it is |
|---|---|---|---|
${rows.join('\n')}

${providers.join('\n')}
`;
}

/** What can be done with one that is there. */
const actionsOf = ({ actions }: Pick<Provider, 'actions'>, kind: Kind): string[] => Object.keys(actions[kind] ?? {});

/** What every kind has. */
const COMMON: Readonly<Record<string, string>> = {
  provider: "the request's own where it is left out",
  region: "the request's own where it is left out",
};

function loaded(): Promise<Provider[]> {
  return Promise.all(Object.values(providers).map((load) => load()));
}

/** A JSON schema as a reader says it: `whole number, 10 to 16000`; `"a" or "b"`; `list of text`. */
function typeOf(schema: Json): string {
  const { type, enum: values, items, anyOf, properties, minimum, maximum, additionalProperties } = schema;
  if (Array.isArray(values)) return values.map((value) => `\`${value}\``).join(', ');
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (Array.isArray(anyOf)) return anyOf.map((one) => typeOf(one as Json)).join(' or ');
  const bounds = ((maximum as number | undefined) ?? Infinity) < Number.MAX_SAFE_INTEGER ? `, ${minimum ?? 'above 0'} to ${maximum}` : '';
  switch (type) {
    case 'string':
      return 'text';
    case 'integer':
      return `whole number${bounds}`;
    case 'number':
      return `number${bounds}`;
    case 'boolean':
      return 'true or false';
    case 'array':
      return `list of ${typeOf(items as Json)}`;
    case 'object':
      if (properties === undefined) return `object of ${typeOf((additionalProperties ?? {}) as Json)} by name`;
      return `{${Object.entries(properties as Record<string, Json>)
        .map(([name, field]) => `${name}: ${typeOf(field)}`)
        .join('; ')}}`;
    default:
      return 'any';
  }
}
