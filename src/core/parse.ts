import type * as z from 'zod';
import { InputError, nearest, notAllowed, type Problem, show } from './errors.ts';

/**
 * Checks a value against a schema.
 * @throws InputError whose problems name each field as the caller wrote it, what was given and what is allowed.
 */
export function parse<S extends z.ZodType>(schema: S, value: unknown, at = ''): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new InputError(result.error.issues.flatMap((issue) => toProblems(issue, value, at, schema)));
}

function toProblems(issue: z.core.$ZodIssue, root: unknown, at: string, schema: z.ZodType): Problem[] {
  // Where a careless value was put into shape first (one string for a list), its own place is the deepest there is.
  const { path, value: given } = locate(root, issue.path as (string | number)[]);
  const field = fieldName(at, path);
  switch (issue.code) {
    case 'invalid_value':
      return [
        notAllowed(field, given, given === undefined ? 'is missing' : 'is not one of the values allowed here', issue.values.map(String)),
      ];
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownField(fieldName(at, [...path, key]), key, fieldsAt(schema, path)));
    case 'invalid_union': {
      if (!issue.message.startsWith('Invalid input'))
        return [{ field, message: sentence(issue.message), ...(given === undefined ? {} : { given: show(given) }) }];
      // The branch that got furthest says best what was meant.
      const branches = [...issue.errors].sort((a, b) => a.length - b.length);
      const best = branches[0];
      if (best === undefined) return [{ field, message: sentence(issue.message), given: show(given) }];
      return best.flatMap((inner) => toProblems({ ...inner, path: [...issue.path, ...inner.path] } as z.core.$ZodIssue, root, at, schema));
    }
    case 'invalid_type':
      if (given === undefined) return [{ field, message: `is missing; ${expected(issue.expected)} is needed here.` }];
      return [
        {
          field,
          message: issue.message.startsWith('Invalid input') ? `should be ${expected(issue.expected)}.` : sentence(issue.message),
          given: show(given),
        },
      ];
    case 'invalid_key':
      return issue.issues.map((inner) => ({ field, message: sentence(`has a name that ${inner.message}`) }));
    case 'too_big':
    case 'too_small':
      if (/^Too (?:big|small)/.test(issue.message))
        return [{ field, message: issue.code === 'too_big' ? 'is too large.' : 'is too small.', given: show(given) }];
      return [{ field, message: sentence(issue.message), ...(given === undefined ? {} : { given: show(given) }) }];
    default:
      return [{ field, message: sentence(issue.message), ...(given === undefined ? {} : { given: show(given) }) }];
  }
}

/** `resources[2].rules[0].port` from a path. */
export function fieldName(at: string, path: readonly (string | number)[]): string {
  let name = at;
  for (const part of path) {
    if (typeof part === 'number') name += `[${part}]`;
    else name += name === '' ? shown(part) : `.${shown(part)}`;
  }
  return name === '' ? 'input' : name;
}

/** A name as it may be repeated: an ordinary one as it is, any other quoted, short and on one line. */
const shown = (name: string): string => (/^[\w$-]{1,60}$/.test(name) ? name : show(name));

const sentence = (message: string): string => (message.endsWith('.') ? message : `${message}.`);

function expected(type: string): string {
  const article = /^[aeio]/.test(type) ? 'an' : 'a';
  return type === 'array' ? 'a list' : type === 'record' ? 'an object' : `${article} ${type}`;
}

/** The value at a path of what was given, and how far that path leads in it. */
function locate(root: unknown, path: readonly (string | number)[]): { path: (string | number)[]; value: unknown } {
  let value = root;
  for (const [i, key] of path.entries()) {
    if (value !== undefined && (value === null || typeof value !== 'object')) return { path: path.slice(0, i), value };
    value = value === undefined || !Object.hasOwn(value, key) ? undefined : (value as Record<string | number, unknown>)[key];
  }
  return { path: [...path], value };
}

function unknownField(field: string, key: string, known: readonly string[]): Problem {
  const near = nearest(key, known);
  return {
    field,
    message: 'there is no such field.',
    ...(known.length === 0 ? {} : { allowed: known }),
    ...(near === undefined ? {} : { nearest: near }),
  };
}

/** The fields that an object at that path may have, as far as the schema tells; none where it branches. */
function fieldsAt(schema: z.ZodType, path: readonly (string | number)[]): string[] {
  let at: unknown = schema;
  const inner = (): Record<string, unknown> => (at as { def?: Record<string, unknown> })?.def ?? {};
  const unwrap = (): void => {
    for (let next = inner().innerType ?? inner().out; next !== undefined; next = inner().innerType ?? inner().out) at = next;
  };
  unwrap();
  for (const part of path) {
    at = typeof part === 'number' ? inner().element : (inner().shape as Record<string, unknown> | undefined)?.[part];
    unwrap();
  }
  return Object.keys((inner().shape as object | undefined) ?? {});
}
