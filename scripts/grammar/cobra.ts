/**
 * What a cobra program says about itself: its help gives commands, flags and usage; parse errors give the types that the
 * help hides behind a placeholder; completion gives closed lists. Nothing is run: a flag that does not exist ends each
 * probe while it is being parsed.
 */
import { spawnSync } from 'node:child_process';
import { type Command, type Flags, formatSpec, type Grammar, parseSpec, type Spec } from './format.ts';

export interface Cobra {
  program: 'hcloud' | 'doctl' | 'docker';
  binary: string;
  /** An environment of its own: no context, no token, no address that leads anywhere. */
  env: Record<string, string>;
  cwd: string;
  version: string;
}

/** pflag's names, and docker's own: any other word in the type's place is a placeholder. */
const TYPES = new Set(
  `string strings stringArray stringToString int uint uint16 uint32 float float32 float64 duration ip ipNet ipNetSlice
  ipSlice list map bytes decimal mount network ulimit gpu-request filter scale config credential-spec command pref port
  secret pem-file external-ca node-addr`.split(/\s+/),
);
const REPEATABLE = new Set(
  `strings stringArray stringToString ipNetSlice ipSlice list map mount network ulimit gpu-request filter scale config
  pref port secret external-ca`.split(/\s+/),
);
const TEXT = new Set(['string', 'strings', 'stringArray', 'list']);
/**
 * Docker completes many flags with mere suggestions, and some with this machine's own names: these are closed lists.
 * A restart policy may be followed by a number of attempts.
 */
const DOCKER_CLOSED = new Set(
  `attach availability cgroupns log-level mode pull restart restart-condition role rollback-failure-action
  rollback-order type update-failure-action update-order`.split(/\s+/),
);

interface Help {
  text: string;
  usage: string;
}

export function distil(cobra: Cobra): Grammar {
  const { program } = cobra;
  const run = (args: string[]): string => {
    const { stdout, stderr, error } = spawnSync(cobra.binary, args, {
      env: cobra.env,
      cwd: cobra.cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 1 << 24,
    });
    if (error) throw error;
    return `${stdout}\n${stderr}`;
  };

  const help = (path: string[]): Help | undefined => {
    const text = run([...path, '--help']);
    const usage = /^Usage: *\n? *(.*?)\s*$/m.exec(text)?.[1] ?? '';
    // An unknown sub-command gets its parent's help and exit code 0: the usage line tells.
    return `${usage} `.startsWith(`${[program, ...path].join(' ')} `) ? { text, usage } : undefined;
  };

  const commands: Record<string, Command> = {};
  let globals: Flags = {};

  const walk = (path: string[]): void => {
    const page = help(path);
    if (!page) return;
    const isGroup = /(\[command\]|COMMAND)$/.test(page.usage);
    const section = sections(page.text);
    const own = flagLines(section.filter(([title]) => /^(Flags|Options|Global Options):/.test(title)));
    const columns = columnNames(page.text);
    const key = path.join(' ');
    const flags: Flags = {};
    for (const line of own) flags[line.name] = formatSpec(describe(path, line, columns));
    if (!path.length) {
      globals = flags;
    } else if (!isGroup) {
      const { command, required } = positionals(program, page.usage, path);
      for (const [name, text] of Object.entries(flags)) {
        const spec = parseSpec(text);
        // Some help says "(required)" of a flag that has an alternative.
        const spare = command.oneOf?.some(
          (group) => group.some((x) => !names(x).includes(name)) && group.some((x) => names(x).includes(name)),
        );
        flags[name] = formatSpec({ ...spec, required: !spare && (spec.required || required.includes(name)) });
      }
      commands[key] = { ...command, ...(own.length ? { flags } : {}) };
    } else if (own.length) {
      commands[key] = { flags };
    }
    if (!isGroup) return;
    for (const [title, lines] of section) {
      if (/^(Flags|Global Flags|Options|Global Options|Aliases|Examples|Usage)/.test(title)) continue;
      for (const line of lines) {
        const name = /^ {2}([a-z0-9][\w-]*)\*? +\S/.exec(line)?.[1];
        if (name && (path.length || !['help', 'completion'].includes(name))) walk([...path, name]);
      }
    }
  };

  const describe = (path: string[], line: FlagLine, columns: string[]): Spec => {
    const { name, shorthand, description } = line;
    const spec: Spec = {
      type: line.type,
      required: description.includes('(required)'),
      repeatable: false,
      optionalValue: false,
      negatable: false,
      ...(shorthand ? { shorthand } : {}),
    };
    // A boolean has no type word; another word that is no type hides one.
    if (!line.type) spec.type = 'bool';
    else if (!TYPES.has(spec.type)) spec.type = probe(path, name);
    spec.repeatable = REPEATABLE.has(spec.type);
    const values = closed(path, line, spec, columns);
    if (values?.length) spec.values = values;
    return spec;
  };

  /** The type, from how the parser refuses a value that is wrong for all but plain text. */
  const probe = (path: string[], name: string): string => {
    const refuse = (value: string): string => run([...path, `--${name}=${value}`, '--no-such-flag']).slice(0, 2000);
    const wrong = refuse('@@');
    const parser = /strconv\.Parse(\w+)/.exec(wrong)?.[1];
    if (parser) return { Bool: 'bool', Int: 'int', Uint: 'uint', Float: 'float' }[parser] ?? 'string';
    if (wrong.includes('invalid duration')) return 'duration';
    if (wrong.includes('must be formatted as key=value')) return 'stringToString';
    return refuse('"').includes('parse error on line') ? 'strings' : 'string';
  };

  const closed = (path: string[], { name, description }: FlagLine, spec: Spec, columns: string[]): string[] | undefined => {
    if (!TEXT.has(spec.type)) return undefined;
    if (program === 'doctl') {
      if (name === 'output' && !path.length) return ['json', 'text'];
      return name === 'format' ? doctlColumns(description) : undefined;
    }
    if (program === 'hcloud' && name === 'output') {
      // `format` takes a Go template, `columns` some of the columns.
      return /output options: (\S+)/
        .exec(description)?.[1]
        ?.split('|')
        .map((x) => (x === 'columns=...' ? `columns=${columns.join(',')}` : x === 'format' ? 'format=' : x))
        .sort();
    }
    if (program === 'docker' && !DOCKER_CLOSED.has(name)) return undefined;
    const values = complete(path, name);
    return name === 'restart' ? [...values, 'on-failure:'].sort() : values;
  };

  const complete = (path: string[], name: string): string[] => {
    const lines = run(['__complete', ...path, `--${name}`, '']).split('\n');
    const directive = Number(lines.find((line) => /^:\d+$/.test(line))?.slice(1) ?? '1');
    // 1: an error. 8, 16: what was printed are file extensions or folders.
    if (directive & (1 | 8 | 16)) return [];
    const end = lines.findIndex((line) => /^:\d+$/.test(line));
    return lines
      .slice(0, end)
      .map((line) => line.split('\t')[0] ?? '')
      .filter((word) => word && !word.startsWith('_activeHelp_'))
      .sort();
  };

  walk([]);
  return { program, version: cobra.version, globals, commands };
}

/** A page's blocks after its prose: a title is a line without indent that ends in a colon. */
function sections(text: string): [string, string[]][] {
  const out: [string, string[]][] = [];
  for (const line of text.slice(text.search(/^Usage:/m)).split('\n')) {
    if (/^\S.*:\s*$|^Usage:/.test(line)) out.push([line, []]);
    else out.at(-1)?.[1].push(line);
  }
  return out;
}

/** hcloud's lists name their columns before the usage. */
const columnNames = (text: string): string[] =>
  [...text.slice(0, text.search(/^Usage:/m)).matchAll(/^ - (\w+)$/gm)].map(([, name = '']) => name).sort();

interface FlagLine {
  name: string;
  shorthand?: string;
  type: string;
  description: string;
}

function flagLines(blocks: [string, string[]][]): FlagLine[] {
  return blocks.flatMap(([, lines]) =>
    lines.flatMap((line) => {
      const match = /^ {2,6}(?:-(\w), )?--([\w.-]+)(?: (\S.*?))?(?: {3,}(.*))?$/.exec(line);
      if (!match?.[2] || match[2] === 'help') return [];
      const [, shorthand, name, type = '', description = ''] = match;
      return [{ name, ...(shorthand ? { shorthand } : {}), type, description }];
    }),
  );
}

function doctlColumns(description: string): string[] | undefined {
  const list = /Possible values: (.*?)\.?$/.exec(description)?.[1];
  const columns = list?.split(/, ?/).map((x) => x.replaceAll('`', ''));
  return columns?.every((x) => /^[\w ./-]+$/.test(x)) ? columns.sort() : undefined;
}

/** Positional arguments and alternatives, out of a usage line. */
function positionals(program: string, usage: string, path: string[]): { command: Command; required: string[] } {
  const command: Command = {};
  let rest = usage
    .slice([program, ...path].join(' ').length)
    .replace(/\[(?:options|OPTIONS?|flags|--[^\]]*)\]|^ *OPTIONS\b/g, ' ')
    // NAME[:TAG] is one argument, and so are <first> ... <last>.
    .replace(/\[[:/][^\]]*\]/g, '')
    .replace(/ \.\.\. <[^>]*>/g, '...')
    .replace(/\[([^[\]]*)\[[^\]]*\]\]/g, '[$1...]')
    .replace(/\s+\|\s+/g, '|');
  const oneOf: string[][] = [];
  rest = rest.replace(/\(([^()]*)\)(?:\.\.\.)?/g, (group: string, inside: string) => {
    if (!inside.includes('--')) return group;
    const alternatives = inside.split(/\|(?=--|<label>)/);
    // One of them is an argument: `(--all|<label>...)`.
    if (alternatives.some((x) => !x.startsWith('--'))) return '[ARG...]';
    oneOf.push(alternatives.map((x) => alternative(x)).sort());
    return ' ';
  });
  // What is named outside of brackets and alternatives is required, whether the parser insists or the service.
  const required: string[] = [];
  rest = rest.replace(/--([\w-]+)(?:[ =]<[^>]*>(?::<[^>]*>)?| [\w:]+)?(?:\.\.\.)?/g, (_, name: string) => {
    required.push(name);
    return ' ';
  });
  let least = 0;
  let most: number | null = 0;
  for (const [word] of rest.matchAll(/\[[^\]]*\](?:\.\.\.)?|<[^>]*>(?:\.\.\.)?|\([^)]*\)(?:\.\.\.)?|\S+/g)) {
    const optional = word.startsWith('[') || /\(optional\)|\(defaults to/.test(word);
    if (!optional) least += 1;
    if (/\.\.\.|OPTIONS|SERVICES/.test(word)) most = null;
    else if (most !== null) most += 1;
  }
  if (most !== 0) command.args = [least, most];
  if (oneOf.length) command.oneOf = oneOf;
  if (program === 'docker' && /\bCOMMAND\b.*\bARGS?\b|\[ps OPTIONS\]/.test(usage)) command.stops = true;
  return { command, required };
}

const names = (text: string): string[] => text.split(' ').map((word) => word.split('=')[0] ?? '');

/** `--direction in --source-ips <ips>` becomes `direction=in source-ips`; only named values are kept. */
function alternative(text: string): string {
  return [...text.matchAll(/--([\w-]+)(?: (<[^>]*>|[\w|]+))?/g)]
    .map(([, name = '', value = '']) => {
      const values = value.startsWith('<') ? (value.includes('|') ? value.slice(1, -1) : '') : value;
      return values ? `${name}=${values}` : name;
    })
    .join(' ');
}
