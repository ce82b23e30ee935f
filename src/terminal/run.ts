import { savedPlanPage } from '../app/index.ts';
import { InputError, nearest } from '../core/errors.ts';
import type { Pace } from '../core/pace.ts';
import { callTool, problemsOf, trace } from '../tools/call.ts';
import { definition } from '../tools/definition.ts';
import { findTool, type ToolName, toolNames } from '../tools/index.ts';
import type { Tool } from '../tools/tool.ts';
import { EXAMPLES } from './examples.ts';
import { type Flag, flagsOf, readFlags } from './flags.ts';
import { readInput, yamlReader } from './input.ts';
import { paint } from './paint.ts';

/** What the program was started with, and where its output goes. */
export interface Terminal {
  readonly version: string;
  readonly today: string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Shows how far long work is in place of what it showed before; '' clears it. Only where a person sees it. */
  readonly progress?: (text: string) => void;
  /** Whether standard output is a terminal that shows colours. */
  readonly colours: boolean;
  /** Writes a file that the user named. */
  readonly write: (path: string, text: string) => Promise<void>;
}

export const PROGRAM = 'infrastructure-skill';

/** 0 = answered; 1 = a defect of the program; 2 = the input is at fault, and what was printed says how to mend it. */
export type ExitCode = 0 | 1 | 2;

/** The flags that every tool has here, besides those of its input. */
const OWN: readonly Flag[] = [
  { name: 'json', field: 'json', takes: 'nothing', values: [], description: 'the whole answer as JSON' },
  { name: 'help', field: 'help', takes: 'nothing', values: [], description: 'this' },
];
/** For tools that can answer with one script. */
const SCRIPT: Flag = {
  name: 'script',
  field: 'script',
  takes: 'nothing',
  values: [],
  description: 'only the script, on standard output: --script > up.sh',
};

/** For tools whose answer has a page to look at. */
const HTML: Flag = {
  name: 'html',
  field: 'html',
  takes: 'text',
  values: [],
  description: 'a file for the page of the plan: --html plan.html',
};

/** The tool that a word means: its name, or a part of it that no other has. `provision`, `backups`. */
export function toolNamed(word: string): ToolName | undefined {
  const wanted = word.toLowerCase().replaceAll('-', '_');
  if (toolNames.includes(wanted as ToolName)) return wanted as ToolName;
  const having = toolNames.filter((name) => name.split('_').includes(wanted));
  return having.length === 1 ? having[0] : undefined;
}

/** The word of a tool's name by which it is called here: one that no other tool has. */
export function shortName(name: ToolName): string {
  const words = name.split('_').filter((word) => toolNamed(word) === name);
  return SHORT.find((word) => words.includes(word)) ?? words[0] ?? name;
}
const SHORT = ['recommend', 'provision', 'backups', 'capacity', 'cost'];

export async function flagsFor(tool: Tool): Promise<Flag[]> {
  const flags = flagsOf(definition(tool));
  return [
    ...flags,
    ...(flags.some(({ field, values }) => field === 'as' && values.includes('script')) ? [SCRIPT] : []),
    ...(tool.page === undefined ? [] : [HTML]),
    ...OWN,
  ];
}

/** `infrastructure-skill <tool> [file] [flags]` */
export async function runTool(name: ToolName, args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const tool = (await findTool(name)) as Tool;
  const flags = await flagsFor(tool);
  try {
    const readYaml = await yamlReader();
    const { fields, rest } = readFlags(flags, args, readYaml);
    const { json, help, script, html, ...given } = fields;
    if (help === true) {
      terminal.out(await helpOf(name));
      return 0;
    }
    if (rest.length > 1) throw new InputError({ field: 'arguments', message: 'one file, or - for standard input, is enough.' });
    const file = rest[0] === undefined ? {} : await readInput(rest[0], readYaml);
    const input = { ...file, ...given, ...(script === true ? { as: 'script' } : {}) };
    const context = { today: terminal.today, pace: paceFor(terminal) };
    if (typeof html === 'string') {
      const way = async (action: string) => (await callTool(tool, { ...input, action, as: 'steps' }, context)).structured;
      await terminal.write(html, savedPlanPage({ create: await way('create'), destroy: await way('destroy') }));
      terminal.progress?.('');
      terminal.err(`wrote ${html}\n`);
      return 0;
    }
    const { structured, markdown } = await callTool(tool, input, context);
    terminal.progress?.('');
    const answer = structured as Record<string, unknown>;
    if (json === true) terminal.out(`${JSON.stringify(answer, null, 2)}\n`);
    else if (script === true) {
      terminal.err(paint(aside(answer), false));
      terminal.out(answer.script as string);
    } else terminal.out(paint(markdown, terminal.colours));
    return 0;
  } catch (error) {
    terminal.progress?.('');
    if (error instanceof InputError) {
      terminal.err(`${problemsOf(error)}\n${PROGRAM} ${shortName(name)} --help lists the flags.\n`);
      return 2;
    }
    terminal.err(`internal error in ${name}, version ${terminal.version}. Please report it, with this:\n${trace(error)}\n`);
    return 1;
  }
}

/** Shows on the terminal how far long work is. */
function paceFor({ progress }: Terminal): Pace {
  let last = 0;
  return {
    async at(share, doing) {
      const percent = Math.max(last, Math.floor(share * 100));
      if (percent > last) progress?.(`${percent} %: ${doing}`);
      last = percent;
    },
  };
}

/** What a person has to know before running a script, beside the script. */
function aside({ confirm, warnings, assumptions }: Record<string, unknown>): string {
  const notes = [
    ...((warnings as string[] | undefined) ?? []).map((text) => `- ${text}`),
    ...((assumptions as string[] | undefined) ?? []).map((text) => `- assumed: ${text}`),
  ];
  return [confirm, ...notes].join('\n');
}

async function helpOf(name: ToolName): Promise<string> {
  const tool = (await findTool(name)) as Tool;
  const flags = (await flagsFor(tool)).map(({ name: flag, takes, values, description }) => {
    const left = `  --${flag}${takes === 'nothing' ? '' : values.length > 0 && values.length <= 6 ? ` ${values.join('|')}` : takes === 'text' ? ' TEXT' : ' VALUE'}`;
    return left.length > 34 && description !== ''
      ? `${left}\n${' '.repeat(36)}${description}`
      : `${left.padEnd(36)}${description}`.trimEnd();
  });
  return [
    `${PROGRAM} ${shortName(name)} [FILE] [flags]`,
    '',
    tool.description,
    '',
    'FILE holds the same fields in YAML or JSON (- = standard input); flags go before it. VALUE is YAML or JSON: 50, [a, b], {kind: server}.',
    '',
    ...flags,
    '',
    'Examples:',
    ...EXAMPLES[name].map((example) => `  ${PROGRAM} ${example}`),
    '',
  ].join('\n');
}

/** One line per tool, for the program's own help. */
export async function toolLines(): Promise<string[]> {
  const all = await Promise.all(toolNames.map(async (name) => [shortName(name), (await findTool(name)) as Tool] as const));
  return all.map(([short, tool]) => `  ${PROGRAM} ${short.padEnd(12)} ${tool.title}`);
}

/** What is said of a word that is no command here. */
export function unknownCommand(word: string, commands: readonly string[]): string {
  const all = [...toolNames.map(shortName), ...commands];
  const near = nearest(word, all);
  return `there is no such command.${near === undefined ? '' : ` Nearest: ${near}.`} There are: ${all.join(', ')}.`;
}
