import type { Arg, Atom, Command, Program, Query } from '../core/command.ts';
import type { Problem } from '../core/errors.ts';
import type { EnvVar, Preflight, Step } from '../core/plan.ts';
import type { AnySpec, Kind, Spec } from '../resources/index.ts';
import type { Catalog, ProviderId } from './catalog_types.ts';

export const providerIds = ['hetzner', 'aws', 'digitalocean', 'docker'] as const satisfies readonly ProviderId[];

/** What a provider accepts as a name for a kind. */
export interface NameRule {
  readonly pattern: RegExp;
  /** The rule in words, for the error. */
  readonly rule: string;
}

/** How one cloud's own CLI does it. A provider is pure: it turns a spec into steps and runs nothing. */
export interface Provider {
  readonly id: ProviderId;
  readonly title: string;
  /** The programs that its steps call. */
  readonly programs: readonly Program[];
  /** How the user signs in; checked by running `access`, not by looking for a variable, because profiles work too. */
  readonly signIn: readonly EnvVar[];
  /** How those variables go together, where not all of them are needed. */
  readonly signInHint?: string;
  readonly access: Command;
  readonly catalog: Catalog;
  /** Used where the request names no region; undefined for a provider that has none. */
  readonly defaultRegion: string | undefined;
  /** A region that the catalog lacks but that can exist (AWS has more than are priced here). */
  readonly regionPattern?: RegExp;
  readonly names: { readonly [K in Kind]?: NameRule };
  readonly emit: { readonly [K in Kind]?: (spec: Spec<K>, cx: Context) => readonly Step[] };
  /** Kinds that it makes of others: resources that are planned beside one, as if they had been asked for. */
  readonly parts: { readonly [K in Kind]?: (spec: Spec<K>) => readonly Record<string, unknown>[] };
  /** For a kind that it does not offer: what takes its place. */
  readonly instead: { readonly [K in Kind]?: string };
  /** What can be done with what is there already, besides removing it. */
  readonly actions: { readonly [K in Kind]?: { readonly [A in ActionName]?: Act<K> } };
  /** Why an action that a person would expect of a kind (meant.ts) is not there, and what to do in its place: whole sentences. */
  readonly cannot: Cannot;
  /**
   * Read-only commands that show all that a plan has made in a region, with and without its request: `kinds` are those of
   * the request, for what cannot be asked everywhere (an engine that is in no swarm).
   */
  readonly inventory: (plan: string, region: string, kinds: ReadonlySet<Kind>) => readonly Listing[];
}

/** What is done with a resource that is there. */
export const actionNames = ['resize', 'attach', 'detach', 'snapshot', 'restore', 'rename', 'protect', 'unprotect', 'rotate'] as const;
export type ActionName = (typeof actionNames)[number];

export type Cannot = { readonly [A in ActionName]?: { readonly [K in Kind]?: string } };

/** What an action is told besides the resource as it is to be. */
export interface Wish {
  /** With rename. */
  readonly newName: string | undefined;
  /** False where the user wants no snapshot before what interrupts or destroys. */
  readonly snapshots: boolean;
}

/**
 * The steps of an action, in their order: each comes after the one before it. The resource itself is looked up first, by
 * the steps that would create it, and so is everything else that is referred to by `cx.of`; a step with the resource's
 * own id takes the place of that look-up. `find` prints something where the step is done already. The action's steps
 * interrupt and destroy only what their effects say; a script then asks before each.
 */
export type Act<K extends Kind> = (spec: Spec<K>, cx: Context, wish: Wish) => readonly Step[];

export interface Listing {
  /** What it lists: `servers`. */
  readonly what: string;
  readonly command: Command;
}

/** What a provider's function may ask of the plan around the resource that it is turning into steps. */
export interface Context {
  /** The plan's name: the value of the label that everything in it carries. */
  readonly plan: string;
  /** The region of this resource: its own, or the plan's. Empty for a provider without regions. */
  readonly region: string;
  readonly catalog: Catalog;
  /** ISO date of today. */
  readonly today: string;
  /** Identity of this resource, `kind.name`; the id of its first step. */
  readonly id: string;
  /** The id of another step of this resource: `kind.name.part`. */
  part(part: string): string;
  /** The spec that a reference names. References were checked before. */
  spec<K extends Kind>(kind: K, name: string): Spec<K>;
  /** Finds which of the kinds a reference means, where a field may refer to several. */
  target(kinds: readonly Kind[], name: string): AnySpec;
  /** All resources of a kind that live on this provider, in the order of the request. */
  all<K extends Kind>(kind: K): readonly Spec<K>[];
  /** The region of another resource. */
  regionOf(spec: AnySpec): string;
  /** The provider of another resource. */
  providerOf(spec: AnySpec): ProviderId;
  /** An output of another resource's step: its id, an address. */
  of(kind: Kind, name: string, out?: string, part?: string): { readonly of: string; readonly out: string };
  /** Refers to an environment variable of the user's, which is then listed with the plan. */
  env(variable: EnvVar): { readonly env: string };
  /** Something that the user should know before saying yes. */
  warn(text: string): void;
  /** A default that was filled in for what the request left out. */
  assume(text: string): void;
  preflight(preflight: Preflight): void;
  /** The field of this resource as the user wrote it: `resources[2].size`. */
  field(name: string): string;
  /** Refuses this resource. The field is a name within it (`size`), or the whole resource where it is empty. */
  fail(field: string, problem: Omit<Problem, 'field'>): never;
}

export type Emit<K extends Kind> = (spec: Spec<K>, cx: Context) => readonly Step[];

export type { Arg, Atom, Command, ProviderId, Query };
