import type { Command, Query, StepId } from '../core/command.ts';
import type { Effect, Step } from '../core/plan.ts';
import type { Spec } from '../resources/index.ts';
import { rateCost } from './common.ts';
import type { Act, Context, Emit, ProviderId } from './provider.ts';

/* What the actions of the clouds share: a change of something that is there, and those that are the same everywhere. */

export type Change = (
  cx: Context,
  part: string,
  title: string,
  /** Prints something once it is as it is to be, before the step as after it. */
  done: Query,
  create: Command,
  effects: readonly Effect[],
  more?: Partial<Pick<Step, 'wait' | 'undo' | 'hint' | 'outputs' | 'patience' | 'captures' | 'keep'>>,
) => Step;

/** How a provider's actions make their steps. */
export const changesOf =
  (provider: ProviderId): Change =>
  (cx, part, title, done, create, effects, more = {}) => ({
    id: cx.part(part),
    title,
    resource: cx.id,
    provider,
    find: done,
    create,
    verify: { query: done },
    effects,
    ...more,
  });

/** Something that is looked up before anything is changed: that has to be there, or may have another name by now. */
export const lookUpsOf =
  (provider: ProviderId) =>
  (cx: Context, id: StepId, title: string, found: Query, outputs?: Step['outputs']): Step => ({
    id,
    title,
    resource: cx.id,
    provider,
    there: true,
    find: found,
    create: found.command,
    captures: true,
    verify: { query: found },
    effects: [],
    ...(outputs === undefined ? {} : { outputs }),
  });

/** A plan knows what it made by its name: one that still says the former would make it again. */
export const renamed = (cx: Context, from: string, to: string): void =>
  cx.warn(`in your stack, too, ${from} is now ${to}: a plan that still says ${from} would make a new one`);

/** Protects something from being deleted, or lifts that: `call` does either, and undoes the other. */
export function protection(
  change: Change,
  cx: Context,
  name: string,
  on: boolean,
  what: string,
  done: Query,
  call: (on: boolean) => Command,
): Step[] {
  const verb = on ? 'protect' : 'unprotect';
  return [change(cx, verb, `${verb} ${name}`, done, call(on), [{ kind: 'changes', what }], { undo: [call(!on)] })];
}

/** Attaches a volume: of what creates it attached, all but its own making. */
export const attachment =
  (volume: Emit<'volume'>): Act<'volume'> =>
  (spec, cx) => {
    if (spec.server === undefined) return cx.fail('server', { message: 'is missing; say which server it is to be attached to.' });
    return volume(spec, cx).filter((step) => step.id !== cx.id);
  };

/** What a larger volume is to be called, does and costs; and, as a warning, what is left to do on its server. */
export function grownVolume(spec: Spec<'volume'>, cx: Context): { readonly title: string; readonly effects: readonly Effect[] } {
  cx.warn(
    `volume ${spec.name} grows, its file system does not: afterwards, on its server, sudo resize2fs (ext4) or sudo xfs_growfs (xfs) with the device that findmnt shows; nothing has to be unmounted`,
  );
  return {
    title: `make ${spec.name} ${spec.sizeGb} GB large`,
    effects: [
      { kind: 'changes', what: `volume ${spec.name} has ${spec.sizeGb} GB, for good: it cannot shrink. Nothing is interrupted` },
      rateCost(cx, `volume ${spec.name} (${spec.sizeGb} GB)`, 'volume', spec.sizeGb, 'in place of its former price'),
    ],
  };
}
