import { type CompletionShell, complete, SCRIPTS, SHELLS } from './completion.ts';
import { doctor } from './doctor.ts';
import { type ExitCode, runTool, type Terminal, toolLines, toolNamed, unknownCommand } from './run.ts';
import { stackSchema } from './stack_schema.ts';

export type { Terminal } from './run.ts';

const COMMANDS = ['completion', 'doctor', 'schema'];

/** The program as a command: `infrastructure-skill <tool> [file] [flags]`, derived from the tools' own schemas. */
export async function runCommand(args: readonly string[], terminal: Terminal, program: string): Promise<ExitCode> {
  const [word = '', ...rest] = args;
  const tool = toolNamed(word);
  if (tool !== undefined) return runTool(tool, rest, terminal);
  if (word === '__complete') {
    terminal.out((await complete(rest, COMMANDS)).map((line) => `${line}\n`).join(''));
    return 0;
  }
  if (word === 'doctor' && rest.length === 0) return doctor(terminal, program);
  if (word === 'schema' && rest.length === 0) {
    terminal.out(`${JSON.stringify(stackSchema(), null, 2)}\n`);
    return 0;
  }
  if (word === 'completion') {
    const shell = rest[0] as CompletionShell;
    if (rest.length === 1 && SHELLS.includes(shell)) {
      terminal.out(SCRIPTS[shell]);
      return 0;
    }
    terminal.err(`completion takes one of ${SHELLS.join(', ')}.\n`);
    return 2;
  }
  terminal.err(`${COMMANDS.includes(word) ? `${word} takes nothing else.` : unknownCommand(word, COMMANDS)}\n`);
  return 2;
}

/** The lines of the program's help that are about commands. */
export async function commandLines(): Promise<string[]> {
  return [
    ...(await toolLines()),
    '  infrastructure-skill doctor       which clients are on this machine, and what to paste into each',
    '  infrastructure-skill schema       the JSON Schema of a stack file, for editors',
    '  infrastructure-skill completion   bash, zsh, fish, powershell: source what it prints',
  ];
}
