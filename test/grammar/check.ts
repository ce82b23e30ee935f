/**
 * Checks a command that we wrote against what the vendor's CLI takes (the JSON files beside this one, see
 * scripts/grammar.ts). The CLIs themselves are no judges: hcloud and doctl exit 0 after an unknown sub-command, aws takes
 * any prefix of a flag, and none of them checks most closed lists.
 */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { closest } from 'fastest-levenshtein';
import { type Command, type Flags, type Grammar, parseSpec, type Spec } from '../../scripts/grammar/format.ts';
import { parseShorthand, type Value } from './shorthand.ts';

/** One argv word; unknown = its value is only known when the command runs (a captured id, an environment variable). `prefix`: what is known of its start. */
export type Word = string | { unknown: true; prefix?: string };

/** How many commands were checked per program in this process. */
export const checked: Record<string, number> = {};

const PROGRAMS = ['hcloud', 'doctl', 'docker', 'aws'];
const loaded = new Map<string, Grammar & { groupPaths: Set<string> }>();

function load(program: string): Grammar & { groupPaths: Set<string> } {
  let grammar = loaded.get(program);
  if (!grammar) {
    const text = readFileSync(new URL(`./${program}.json`, import.meta.url), 'utf8');
    const parsed = JSON.parse(text) as Grammar;
    const groupPaths = new Set<string>(['']);
    for (const path of Object.keys(parsed.commands))
      for (let at = path.indexOf(' '); at > 0; at = path.indexOf(' ', at + 1)) groupPaths.add(path.slice(0, at));
    grammar = { ...parsed, groupPaths };
    loaded.set(program, grammar);
  }
  return grammar;
}

/** Problems of one command against the vendor's grammar; empty = accepted. argv[0] is the program: hcloud, doctl, docker, aws. */
export function checkCommand(argv: readonly Word[]): string[] {
  const program = argv[0];
  if (typeof program !== 'string' || !PROGRAMS.includes(program))
    return [`no grammar for the program ${show(program)}; there are ${PROGRAMS.join(', ')}`];
  checked[program] = (checked[program] ?? 0) + 1;
  return new Check(program, argv.slice(1)).problems;
}

const show = (word: Word | undefined): string =>
  word === undefined ? '(nothing)' : typeof word === 'string' ? JSON.stringify(word) : `"${word.prefix ?? ''}…"`;

/** What is known of a word: all of it, or its start. */
const known = (word: Word): string => (typeof word === 'string' ? word : (word.prefix ?? ''));

const DURATION = /^-?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h))+)$/;
const isCidr = (text: string): boolean => {
  const [address = '', length = '', rest] = text.split('/');
  const version = isIP(address);
  return version > 0 && rest === undefined && /^\d{1,3}$/.test(length) && Number(length) <= (version === 4 ? 32 : 128);
};
const TYPES: Record<string, [name: string, test: (text: string) => boolean]> = {
  int: ['an integer', (text) => /^-?\d+$/.test(text)],
  integer: ['an integer', (text) => /^-?\d+$/.test(text)],
  long: ['an integer', (text) => /^-?\d+$/.test(text)],
  uint: ['a natural number', (text) => /^\d+$/.test(text)],
  uint16: ['a number of 16 bits', (text) => /^\d+$/.test(text) && Number(text) < 65_536],
  uint32: ['a number of 32 bits', (text) => /^\d+$/.test(text) && Number(text) < 2 ** 32],
  float: ['a number', (text) => /^-?\d+(\.\d+)?$/.test(text)],
  float32: ['a number', (text) => /^-?\d+(\.\d+)?$/.test(text)],
  float64: ['a number', (text) => /^-?\d+(\.\d+)?$/.test(text)],
  double: ['a number', (text) => /^-?\d+(\.\d+)?$/.test(text)],
  decimal: ['a number', (text) => /^\d+(\.\d+)?$/.test(text)],
  duration: ['a duration like 30s', (text) => DURATION.test(text)],
  ip: ['an IP address', (text) => isIP(text) > 0],
  ipSlice: ['an IP address', (text) => isIP(text) > 0],
  ipNet: ['a network like 10.0.0.0/16', isCidr],
  ipNetSlice: ['a network like 10.0.0.0/16', isCidr],
  bytes: ['a size like 512m', (text) => /^-?\d+(\.\d+)?\s?([kmgtp]i?)?b?$/i.test(text)],
  bool: ['true or false', (text) => /^(true|false)$/.test(text)],
  boolean: ['true or false', (text) => /^(true|false)$/.test(text)],
  stringToString: ['key=value', (text) => /^[^=]+=/.test(text)],
  scale: ['SERVICE=NUMBER', (text) => /^[^=]+=\d+$/.test(text)],
};
/** Types whose value is a comma-separated list of items. */
const COMMAS = new Set(['strings', 'ipSlice', 'ipNetSlice', 'stringToString']);

interface Given {
  spec: Spec;
  values: Word[];
}

class Check {
  readonly problems: string[] = [];
  private readonly grammar: ReturnType<typeof load>;
  private readonly words: readonly Word[];
  private readonly program: string;
  private path = '';
  private at = 0;

  constructor(program: string, words: readonly Word[]) {
    this.program = program;
    this.grammar = load(program);
    this.words = words;
    this.run();
  }

  private get name(): string {
    return `${this.program} ${this.path}`.trim();
  }

  private say(text: string): undefined {
    this.problems.push(`${this.name}: ${text}`);
  }

  private run(): undefined {
    // Docker takes the flags of a level only there: before its sub-command. The others take global flags anywhere.
    const anywhere = this.program !== 'docker';
    const { commands, globals, groupPaths } = this.grammar;
    const levels: Flags[] = [];
    const given = new Map<string, Given>();
    let command: Command | undefined;
    while (!command) {
      const flags = anywhere ? globals : this.path ? (commands[this.path]?.flags ?? {}) : globals;
      const level = new Map<string, Given>();
      while (this.at < this.words.length && known(this.words[this.at] ?? '').startsWith('-')) this.flag(flags, level);
      for (const [name, value] of level) given.set(anywhere ? name : `${levels.length} ${name}`, value);
      levels.push(flags);
      const word = this.words[this.at];
      if (word === undefined) return this.say(`a sub-command is missing, such as ${this.children().slice(0, 5).join(', ')}`);
      const next = `${this.path} ${typeof word === 'string' ? word : ''}`.trim();
      const isCommand = next !== this.path && next in commands && !groupPaths.has(next);
      if (typeof word !== 'string' || !(isCommand || groupPaths.has(next))) {
        const near = typeof word === 'string' ? nearest(word, this.children()) : '';
        return this.say(`unknown sub-command ${show(word)}${near}`);
      }
      this.path = next;
      this.at += 1;
      if (isCommand) command = commands[next];
    }
    this.arguments(command, anywhere ? globals : {}, given);
  }

  private children(): string[] {
    const start = this.path ? `${this.path} ` : '';
    const paths = Object.keys(this.grammar.commands).filter((path) => path.startsWith(start));
    return [...new Set(paths.map((path) => path.slice(start.length).split(' ')[0] ?? ''))].filter(Boolean);
  }

  private flagsOf(command: Command): Flags {
    const like = command.like ? this.grammar.commands[command.like] : undefined;
    const groups = [...(like?.use ?? []), ...(command.use ?? [])].map((name) => this.grammar.groups?.[name] ?? {});
    return Object.assign({}, like?.flags, command.flags, ...groups) as Flags;
  }

  private arguments(command: Command, globals: Flags, given: Map<string, Given>): undefined {
    const flags = this.flagsOf(command);
    const positional: Word[] = [];
    while (this.at < this.words.length) {
      const word = this.words[this.at];
      if (word === undefined) break;
      const text = known(word);
      if (text === '--' && typeof word === 'string') {
        positional.push(...this.words.slice(this.at + 1));
        break;
      }
      // A lone dash is standard input.
      if (text.startsWith('-') && text !== '-') this.flag({ ...globals, ...flags }, given);
      else if (command.stops) {
        positional.push(...this.words.slice(this.at));
        break;
      } else {
        positional.push(word);
        this.at += 1;
      }
    }
    this.count(command, positional);
    this.required(command, flags, given);
  }

  private count(command: Command, positional: Word[]): undefined {
    const [least, most] = command.args ?? [0, 0];
    const n = positional.length;
    if (n < least) this.say(`needs ${least} argument${least === 1 ? '' : 's'}, has ${n}`);
    else if (most !== null && n > most)
      this.say(`takes ${most || 'no'} argument${most === 1 ? '' : 's'}, has ${n}: ${positional.map(show).join(' ')}`);
  }

  private required(command: Command, flags: Flags, given: Map<string, Given>): undefined {
    // A document with the arguments stands in for them.
    if (given.has('cli-input-json') || given.has('cli-input-yaml') || given.has('generate-cli-skeleton')) return;
    for (const [name, text] of Object.entries(flags))
      if (parseSpec(text).required && !given.has(name)) this.say(`the required flag --${name} is missing`);
    for (const group of command.oneOf ?? []) {
      const holds = group.some((alternative) =>
        alternative.split(' ').every((word) => {
          const [name = '', values] = word.split('=');
          const value = given.get(name);
          return value && (!values || value.values.some((v) => typeof v !== 'string' || values.split('|').includes(v)));
        }),
      );
      if (!holds) this.say(`needs ${group.map(sayAlternative).join(', or ')}`);
    }
  }

  /** Reads the flag at the cursor, with its value. */
  private flag(flags: Flags, given: Map<string, Given>): undefined {
    const word = this.words[this.at] ?? '';
    this.at += 1;
    const text = known(word);
    if (!text.startsWith('--')) return this.short(word, flags, given);
    const equals = text.indexOf('=');
    if (typeof word !== 'string' && equals < 0) return this.say(`the flag ${show(word)} is not known in full`);
    const name = text.slice(2, equals < 0 ? undefined : equals);
    const spec = this.spec(name, flags);
    if (!spec) {
      const near = nearest(
        `--${name}`,
        Object.keys(flags).map((flag) => `--${flag}`),
      );
      this.say(`unknown flag --${name}${near}`);
      // Its value, if it has one, shall not be taken for an argument.
      if (equals < 0 && !known(this.words[this.at] ?? '-').startsWith('-') && this.program !== 'aws') this.at += 1;
      else while (this.program === 'aws' && equals < 0 && this.isValue()) this.at += 1;
      return;
    }
    const attached: Word | undefined =
      equals < 0 ? undefined : typeof word === 'string' ? text.slice(equals + 1) : { unknown: true, prefix: text.slice(equals + 1) };
    this.value(name, spec, given, attached);
  }

  /** -o VALUE, -oVALUE, and several booleans in one word: -it. */
  private short(word: Word, flags: Flags, given: Map<string, Given>): undefined {
    const text = known(word).slice(1);
    for (let i = 0; i < text.length; i += 1) {
      const entry = Object.entries(flags).find(([, spec]) => parseSpec(spec).shorthand === text[i]);
      if (!entry) return this.say(`unknown flag -${text[i]}`);
      const [name, spec] = [entry[0], parseSpec(entry[1])];
      const rest = text.slice(i + 1).replace(/^=/, '');
      if (spec.type === 'bool') this.value(name, spec, given, undefined);
      else return this.value(name, spec, given, rest ? (typeof word === 'string' ? rest : { unknown: true, prefix: rest }) : undefined);
    }
  }

  private spec(name: string, flags: Flags): Spec | undefined {
    const own = Object.hasOwn(flags, name) ? flags[name] : undefined;
    if (own) return parseSpec(own);
    const positive = /^no-(.+)$/.exec(name)?.[1];
    const spec = positive && Object.hasOwn(flags, positive) ? parseSpec(flags[positive] ?? '') : undefined;
    return spec?.negatable ? spec : undefined;
  }

  /** argparse takes a word that looks like a flag for a flag, pflag for the value. */
  private isValue(): boolean {
    const word = this.words[this.at];
    return word !== undefined && !(this.program === 'aws' && /^-(?!\d|$)/.test(known(word)));
  }

  private value(name: string, spec: Spec, given: Map<string, Given>, attached: Word | undefined): undefined {
    const flag = `--${name}`;
    const before = given.get(name);
    if (before && !spec.repeatable) this.say(`${flag} is given twice`);
    const values: Word[] = [];
    const isBoolean = spec.type === 'bool' || spec.type === 'boolean';
    if (attached !== undefined) {
      if (spec.type === 'boolean') return this.say(`${flag} takes no value`);
      values.push(attached);
    } else if (isBoolean) {
      // Its presence is its value. A word `true` after it would become an argument.
      if (/^(true|false)$/.test(known(this.words[this.at] ?? ''))) {
        this.say(`${flag} takes no separate value${spec.type === 'bool' ? `: ${flag}=${known(this.words[this.at] ?? '')}` : ''}`);
        this.at += 1;
      }
    } else if (this.program === 'aws' && spec.type.startsWith('[')) {
      while (this.isValue()) {
        values.push(this.words[this.at] ?? '');
        this.at += 1;
      }
    } else if (this.isValue()) {
      values.push(this.words[this.at] ?? '');
      this.at += 1;
    }
    given.set(name, { spec, values: [...(before?.values ?? []), ...values] });
    if (!values.length && !isBoolean && !spec.optionalValue) return this.say(`${flag} needs a value`);
    if (this.program === 'aws') this.awsValues(flag, spec, values);
    else for (const value of values) this.cobraValue(flag, spec, value);
  }

  private cobraValue(flag: string, spec: Spec, word: Word): undefined {
    if (spec.shape) return this.rules(flag, spec.shape, word);
    const full = typeof word === 'string';
    const split = COMMAS.has(spec.type) || (spec.values && flag === '--format' && this.program === 'doctl');
    const items = split ? known(word).split(',') : [known(word)];
    for (const [i, item] of items.entries()) {
      const whole = full || i < items.length - 1;
      this.scalar(flag, spec.type, item, whole);
      if (spec.values) this.listed(flag, spec.values, item, whole);
    }
  }

  private scalar(flag: string, type: string, text: string, whole = true): undefined {
    const rule = TYPES[type];
    if (rule && whole && !rule[1](text)) this.say(`${flag} takes ${rule[0]}, not ${show(text)}`);
  }

  /** An item of the list; `x=a,b` in the list: x= and some of a, b; `x=` or `x:`: anything may follow. */
  private listed(flag: string, values: readonly string[], text: string, whole = true): undefined {
    const fits = values.some((value) => {
      const [, start, choices] = /^([\w-]+[=:])(.*)$/.exec(value) ?? [];
      if (!start) return whole ? value === text : value.startsWith(text);
      if (!text.startsWith(start)) return !whole && start.startsWith(text);
      const rest = text.slice(start.length);
      if (!choices) return !whole || rest !== '';
      return !whole || rest.split(',').every((x) => choices.split(',').includes(x));
    });
    if (fits) return;
    const near = values.length > 12 ? nearest(text, [...values]) : `: ${values.join(', ')}`;
    this.say(`${flag} ${show(text)} is not in the list${near}`);
  }

  /** doctl's key:value,key:value; a space begins the next rule. */
  private rules(flag: string, shape: string, word: Word): undefined {
    const keys = this.grammar.shapes?.[shape] ?? {};
    const rules = known(word).split(' ').filter(Boolean);
    if (!rules.length && typeof word === 'string') return this.say(`${flag} is empty`);
    for (const [i, rule] of rules.entries()) {
      const whole = typeof word === 'string' || i < rules.length - 1;
      const pairs = rule.split(',');
      const seen = new Set<string>();
      for (const [j, pair] of pairs.entries()) {
        const complete = whole || j < pairs.length - 1;
        const at = pair.indexOf(':');
        if (at < 0) {
          if (complete) this.say(`${flag} takes key:value, not ${show(pair)}`);
          continue;
        }
        const key = pair.slice(0, at);
        const text = Object.hasOwn(keys, key) ? keys[key] : undefined;
        if (!text) {
          this.say(`${flag} has no key ${show(key)}${nearest(key, Object.keys(keys))}`);
          continue;
        }
        const spec = parseSpec(text);
        if (seen.has(key) && !spec.repeatable) this.say(`${flag} has ${key} twice`);
        seen.add(key);
        const value = pair.slice(at + 1);
        this.scalar(`${flag} ${key}`, spec.type, value, complete);
        if (spec.values) this.listed(`${flag} ${key}`, spec.values, value, complete);
      }
      for (const [key, text] of Object.entries(keys))
        if (whole && parseSpec(text).required && !seen.has(key)) this.say(`${flag} needs the key ${key}`);
    }
  }

  private awsValues(flag: string, spec: Spec, words: Word[]): undefined {
    const first = words[0];
    // paramfile: the CLI reads the value elsewhere.
    if (words.length === 1 && typeof first === 'string' && /^fileb?:\/\//.test(first)) return;
    const { type } = spec;
    const items = type.startsWith('[') ? words : words.slice(0, 1);
    const item = type.startsWith('[') ? type.slice(1) : type;
    for (const word of items) {
      if (spec.values) this.listed(flag, spec.values, known(word), typeof word === 'string');
      else if (typeof word !== 'string') {
        if (item.startsWith('%')) this.listed(flag, this.list(item), known(word), false);
      } else if (/^\s*[[{]/.test(word) && /^[[{$]/.test(type)) {
        const json = parseJson(word);
        if (json === undefined) this.say(`${flag} ${show(word)} is no JSON`);
        else this.typed(flag, Array.isArray(json) ? type : item, json as Value);
      } else if (/^[${]/.test(item)) {
        const members = item.startsWith('$') ? Object.keys(this.shape(item)) : [];
        // A list of structures with one member takes the bare values of that member.
        if (type.startsWith('[') && members.length === 1 && !word.includes('=')) continue;
        const parsed = parseShorthand(word);
        if (typeof parsed === 'string') this.say(`${flag} ${show(word)}: ${parsed}`);
        else this.typed(flag, item, parsed);
      } else this.typed(flag, item, word);
    }
  }

  private list = (type: string): string[] => this.grammar.lists?.[`${this.path.split(' ')[0]}.${type.slice(1)}`] ?? [];
  private shape = (type: string): Flags => this.grammar.shapes?.[`${this.path.split(' ')[0]}.${type.slice(1)}`] ?? {};

  /** A parsed value, JSON or shorthand (whose scalars are all strings), against a type expression. */
  private typed(where: string, type: string, value: Value): undefined {
    if (type.startsWith('[')) {
      // Shorthand writes a list of one as the one.
      for (const item of Array.isArray(value) ? value : [value]) this.typed(where, type.slice(1), item);
    } else if (/^[${]/.test(type)) {
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        return this.say(`${where} takes key=value pairs, not ${JSON.stringify(value)}`);
      const members = type.startsWith('$') ? this.shape(type) : undefined;
      for (const [key, inner] of Object.entries(value)) {
        const text = members ? (Object.hasOwn(members, key) ? members[key] : undefined) : type.slice(1);
        if (!text) this.say(`${where} has no key ${show(key)}${nearest(key, Object.keys(members ?? {}))}`);
        else this.typed(`${where} ${key}`, text.replace(/!$/, ''), inner);
      }
      for (const [key, text] of Object.entries(members ?? {}))
        if (text.endsWith('!') && !Object.hasOwn(value, key)) this.say(`${where} needs the key ${key}`);
    } else if (type === 'document') {
      return;
    } else if (typeof value === 'object') {
      this.say(`${where} takes one value, not ${JSON.stringify(value)}`);
    } else if (type.startsWith('%')) {
      this.listed(where, this.list(type), String(value));
    } else this.scalar(where, type, String(value));
  }
}

const sayAlternative = (text: string): string =>
  text.replace(/(\S+?)(?:=(\S+))?(?= |$)/g, (_, name: string, values?: string) => `--${name}${values ? ` ${values}` : ''}`);

const nearest = (word: string, among: string[]): string => (among.length ? `; the nearest is ${closest(word, among)}` : '');

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
