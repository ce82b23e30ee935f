import { type Flags, formatSpec, type Grammar, parseSpec } from './format.ts';

/** Closed lists that a CLI knows only in prose, or not at all. Each says where it was read. */
export interface Closed {
  program: string;
  commands: string[];
  flag?: string;
  /** The values of the flag, */
  values?: string[];
  /** or the name of the keys of its key:value,key:value list, given here or in an earlier entry. */
  shape?: string;
  keys?: Flags;
  /** Flags of which one must be there, where neither help nor usage says so. */
  oneOf?: string[];
  /** Positional arguments that the usage does not show: fewest, most. */
  args?: [number, number];
  source: string;
}

/** A closed list for a flag that is gone, or that the CLI now knows itself, is an error: the list here is stale. */
export function mergeClosed(grammar: Grammar, entries: Closed[]): void {
  for (const { program, commands, flag, values, shape, keys, oneOf, args } of entries) {
    if (program !== grammar.program) continue;
    if (shape && keys) grammar.shapes = { ...grammar.shapes, [shape]: keys };
    for (const name of commands) {
      const command = grammar.commands[name];
      for (const wanted of flag ? [flag] : (oneOf ?? []))
        if (!command?.flags?.[wanted]) throw new Error(`closed.json: ${program} ${name} has no --${wanted}`);
      if (args) {
        if (command === undefined || command.args)
          throw new Error(`closed.json: ${program} ${name} is gone, or shows its arguments itself`);
        command.args = args;
      }
      if (!command?.flags) continue;
      if (oneOf) command.oneOf = [...(command.oneOf ?? []), oneOf];
      const text = flag && command.flags[flag];
      if (!text) continue;
      const spec = parseSpec(text);
      if (spec.values) throw new Error(`closed.json: ${program} ${name} --${flag} has values of its own`);
      command.flags[flag] = formatSpec({
        ...spec,
        ...(values ? { values: [...values].sort() } : {}),
        ...(shape ? { shape } : {}),
      });
    }
  }
}
