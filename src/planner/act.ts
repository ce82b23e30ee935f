import { references } from '../core/command.ts';
import { InputError, notAllowed, show } from '../core/errors.ts';
import { stepAtoms } from '../core/order.ts';
import { HURRY, inTurns, type Pace } from '../core/pace.ts';
import type { Plan, Step } from '../core/plan.ts';
import type { Catalog } from '../providers/catalog_types.ts';
import { whyNot } from '../providers/meant.ts';
import { type Act, type ActionName, actionNames, type Provider, type ProviderId, providerIds } from '../providers/provider.ts';
import { type AnySpec, type Kind, kindDef, type Spec } from '../resources/index.ts';
import { finish, load, planName } from './build.ts';
import { Builder, checkOutputs, referenced } from './builder.ts';
import { expand } from './expand.ts';
import { type Resource, readProvider, readResources, resolveKind, type StackRequest } from './request.ts';

/** A request to do something with resources that are there. */
export interface ActionRequest extends StackRequest {
  readonly action: ActionName;
  /** Of the resources, those that are meant: `server.web1`, or a name alone. All of them where it is left out. */
  readonly target?: readonly string[] | undefined;
  readonly newName?: string | undefined;
  readonly snapshots: boolean;
}

/**
 * The steps of an action on resources that are there, as a plan: looked up by the plan's label and their names, then
 * changed, each change after the one before it.
 * @throws InputError with every problem of the request that could be found.
 */
export async function buildAction(
  request: ActionRequest,
  today: string,
  fresh: (catalog: Catalog) => Catalog = (catalog) => catalog,
  pace: Pace = HURRY,
): Promise<Plan> {
  const name = planName(request.plan);
  const read = readResources(request);
  const loaded = await load(
    read.map((resource) => resource.provider),
    fresh,
  );
  const targets = pick(read, request.target);
  const given = expand(read, loaded);
  const all = withReferences(given, loaded);
  const builder = new Builder(name, today, request.region, all, loaded);
  const acts = targets.map((resource) => {
    builder.attempt(() => builder.checkSelf(resource));
    return { resource, act: builder.attempt(() => find(request.action, resource, loaded, resource.provider)) };
  });
  builder.stop();
  const wish = { newName: newName(request, targets, loaded), snapshots: request.snapshots };
  const there = lookUps(builder, new Set(all.slice(given.length)));
  const steps = new Map<string, Step>();
  await inTurns(pace, acts, 'planned', ({ resource, act }) =>
    builder.attempt(() => {
      const own = (act as Act<Kind>)(resource.spec as Spec<Kind>, builder.context(resource), wish);
      for (const step of chained(own, resource)) steps.set(step.id, step);
      const wanted = [resource.id, ...own.flatMap((step) => [...references(stepAtoms(step))].map(({ of }) => of))];
      for (const id of wanted) there(id, steps);
    }),
  );
  builder.stop();
  for (const step of steps.values()) checkOutputs(step, steps);
  const plan = await finish(builder, [...steps.values()]);
  const used = new Set(
    plan.steps.flatMap((step) => [...stepAtoms(step)]).map((atom) => (typeof atom === 'object' && 'env' in atom ? atom.env : '')),
  );
  const signIn = new Set(plan.access.flatMap((access) => access.variables));
  return { ...plan, env: plan.env.filter((variable) => used.has(variable.name) || signIn.has(variable.name)) };
}

/**
 * What shows all that a plan has made: a step for each list, whose `create` only reads. The resources say only which
 * providers are meant, and what is listed where not every account or engine has it.
 */
export async function buildInventory(request: StackRequest, today: string): Promise<Plan> {
  const name = planName(request.plan);
  const read = request.resources.length === 0 ? [] : readResources(request);
  const named = request.provider === undefined ? [] : [readProvider(request.provider, 'provider')];
  const loaded = await load([...named, ...read.map((resource) => resource.provider)]);
  if (loaded.size === 0) throw new InputError({ field: 'provider', message: 'is missing; say where to look.', allowed: providerIds });
  const builder = new Builder(name, today, request.region, read, loaded);
  const steps = [...loaded.values()].flatMap((provider) =>
    provider.inventory(name, builder.regionOf(provider), new Set(read.map(({ spec }) => spec.kind))).map(({ what, command }): Step => {
      const id = `${provider.id}.${what.replaceAll(' ', '-')}`;
      return {
        id,
        title: what,
        resource: id,
        provider: provider.id,
        find: { command },
        create: command,
        verify: { query: { command } },
        effects: [],
      };
    }),
  );
  return await finish(builder, steps);
}

/** The resources that are meant. @throws InputError where a target names none of them, or several kinds of one name */
function pick(read: readonly Resource[], target: readonly string[] | undefined): readonly Resource[] {
  if (target === undefined || target.length === 0) return read;
  return target.map((given, i) => {
    const field = `target[${i}]`;
    const dot = given.indexOf('.');
    const kind = resolveKind(given.slice(0, dot));
    const found = read.filter(({ spec }) => spec.name === given || (kind === spec.kind && spec.name === given.slice(dot + 1)));
    const known = read.map(({ spec }) => `${spec.kind}.${spec.name}`);
    if (found.length > 1)
      throw new InputError({
        field,
        message: 'is the name of several; say which, with its kind in front.',
        given: show(given),
        allowed: known,
      });
    if (found[0] === undefined) throw new InputError(notAllowed(field, given, 'is none of the resources', known));
    return found[0];
  });
}

/** The function that does it. @throws InputError that says what can be done instead, and with what this can be done */
function find(action: ActionName, { spec, field }: Resource, loaded: ReadonlyMap<ProviderId, Provider>, provider: ProviderId): Act<Kind> {
  const one = loaded.get(provider) as Provider;
  const { title, actions } = one;
  const act = actions[spec.kind]?.[action];
  if (act !== undefined) return act as Act<Kind>;
  const here = actionNames.filter((name) => actions[spec.kind]?.[name] !== undefined);
  const kinds = (Object.keys(actions) as Kind[]).filter((kind) => actions[kind]?.[action] !== undefined);
  const can = here.length === 0 ? 'It can be created and destroyed.' : `It has: create, destroy, ${here.join(', ')}.`;
  const reason = whyNot(one, action, spec.kind);
  const why = reason === undefined ? '' : `${reason} `;
  const others =
    kinds.length === 0 ? '' : ` On ${title}, ${action} is for: ${kinds.join(', ')}; "target" says which of the resources are meant.`;
  throw new InputError({
    field: 'action',
    message: `${field}: a ${spec.kind} on ${title} has no ${action} here. ${why}${can}${others}`,
    given: show(action),
  });
}

/** Each step after the one before it, and the first after the look-up of the resource. */
function chained(own: readonly Step[], resource: Resource): Step[] {
  return own.map((step, i) =>
    step.id === resource.id ? step : { ...step, after: [...(step.after ?? []), i === 0 ? resource.id : (own[i - 1] as Step).id] },
  );
}

/**
 * Adds the look-up of a step that something refers to, and those that it needs itself. They are the steps that would
 * create these things, with everything taken out but how they are found.
 */
function lookUps(builder: Builder, guessed: ReadonlySet<Resource>): (id: string, into: Map<string, Step>) => void {
  const known = new Map<string, Step>();
  const refused = new Map<string, InputError>();
  for (const resource of builder.resources) {
    try {
      for (const step of builder.emitOne(resource)) if (!known.has(step.id)) known.set(step.id, step);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      refused.set(resource.id, guessed.has(resource) ? unguessed(resource, error) : error);
    }
  }
  // What was said on the way is about creating them.
  builder.forget();
  const add = (id: string, into: Map<string, Step>): void => {
    if (into.has(id)) return;
    const step = known.get(id);
    if (step === undefined) throw refused.get(id) ?? new Error(`${id} is referred to, and nothing makes it`);
    const { resource, provider, find, outputs } = step;
    // What find prints is the key, whether or not creating it would have printed it.
    const key = { find, create: find.command, there: true, captures: true, verify: { query: find }, effects: [] } as const;
    const look: Step = { id, title: id.replace('.', ' '), resource, provider, ...key, ...(outputs === undefined ? {} : { outputs }) };
    into.set(id, look);
    for (const { of } of references(stepAtoms(look))) if (of !== id) add(of, into);
  };
  return add;
}

/** What was refused of a resource that the request leaves out, said of the one that refers to it. */
const unguessed = ({ id, field }: Resource, { problems }: InputError): InputError =>
  new InputError(
    problems.map((problem) => ({
      ...problem,
      field,
      message: `refers to ${id}, which is not in the request and cannot be guessed: add it as it was made. Its "${problem.field.split('.').pop()}" ${problem.message}`,
    })),
  );

/**
 * The resources with those that they refer to and that the request leaves out, as they would be by default: an action on
 * a server should not ask for its firewall. One that cannot be guessed is missed only where the action needs it.
 */
function withReferences(read: readonly Resource[], loaded: ReadonlyMap<ProviderId, Provider>): Resource[] {
  const all = [...read];
  const ids = new Set(read.map(({ spec }) => `${spec.kind}.${spec.name}`));
  for (const { spec, provider, field } of read) {
    for (const [path, ref] of Object.entries(kindDef(spec.kind).refs)) {
      const kinds = ref.to.filter((kind) => loaded.get(provider)?.emit[kind as Kind] !== undefined) as Kind[];
      for (const [, name] of referenced(spec, path)) {
        if (ref.to.some((kind) => ids.has(`${kind}.${name}`))) continue;
        for (const kind of kinds) {
          const parsed = kindDef(kind).schema.safeParse({ kind, name, ...(spec.region === undefined ? {} : { region: spec.region }) });
          if (!parsed.success) continue;
          ids.add(`${kind}.${name}`);
          all.push({ spec: parsed.data as AnySpec, provider, id: `${kind}.${name}`, field });
          break;
        }
      }
    }
  }
  return all;
}

/** The new name, checked as a name. @throws InputError where it is missing, too many, or no name there */
function newName(request: ActionRequest, targets: readonly Resource[], loaded: ReadonlyMap<ProviderId, Provider>): string | undefined {
  const { action, newName: given } = request;
  if (action !== 'rename') {
    if (given !== undefined) throw new InputError({ field: 'newName', message: 'is for the action rename.', given: show(given) });
    return undefined;
  }
  const [target, ...more] = targets;
  if (given === undefined) throw new InputError({ field: 'newName', message: 'is missing; say what it is to be called.' });
  if (target === undefined || more.length > 0)
    throw new InputError({
      field: 'target',
      message: 'has to name one resource, which gets the new name.',
      allowed: targets.map(({ id }) => id),
    });
  const rule = loaded.get(target.provider)?.names[target.spec.kind];
  if (rule !== undefined && !rule.pattern.test(given))
    throw new InputError({ field: 'newName', message: `is no name for a ${target.spec.kind} there: ${rule.rule}.`, given: show(given) });
  if (given === target.spec.name) throw new InputError({ field: 'newName', message: 'is its name already.', given: show(given) });
  return given;
}
