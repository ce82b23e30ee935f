import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from '../../src/core/parse.ts';
import type { StackRequest } from '../../src/planner/request.ts';
import type { ShellId } from '../../src/render/renderer.ts';
import { type GenerateInput, generateProvisionCommand as tool } from '../../src/tools/generate_provision_command.ts';
import { TODAY } from '../support/plans.ts';
import { commandWords, parsePowerShell, UNKNOWN } from './powershell.ts';

const PROGRAMS = ['hcloud', 'aws', 'doctl', 'docker'];
/** What stands in bash for a value that only a run knows: no argument holds it otherwise. */
const MARK = '\u0001';

/**
 * Runs every line of a text once, in the real bash, with stand-ins: each vendor's program notes its arguments and
 * prints a mark, every test holds, and the script's own helpers call what they are given.
 */
const STAND_INS = `
note() { printf '%s\\0' "$@" END >> "$OUT"; printf '%s' $'\\001'; }
${PROGRAMS.map((program) => `${program}() { note ${program} "$@"; }`).join('\n')}
function [ { return 0; }
function date { printf '%s' $'\\001'; }
function awk { command cat > /dev/null; printf '%s' $'\\001'; }
function sleep { :; }
function read { answer=; }
at() { :; }
stop() { :; }
some() { :; }
only() { :; }
pick() { shift 3; "$@"; }
pick_or() { shift 4; "$@"; }
retry() { shift; "$@"; }
settle() { if [[ $2 == is ]]; then shift; fi; shift 2; "$@"; }
`;

/** Each vendor command of a bash text, with its words as bash hands them over. */
export function bashWords(text: string, variables: readonly string[]): string[][] {
  const dir = mkdtempSync(join(tmpdir(), 'infra-parity-'));
  try {
    const out = join(dir, 'out');
    writeFileSync(out, '');
    const own = text.replaceAll(/^(at|stop|some|only|pick|pick_or|retry|settle|finish)\(\) /gm, 'unused_$1() ');
    const env = Object.fromEntries(variables.map((name) => [name, MARK]));
    const { status, stderr } = spawnSync('bash', ['-c', `${STAND_INS}\n${own.replaceAll('trap finish EXIT', '')}`], {
      cwd: dir,
      encoding: 'utf8',
      env: { PATH: '/usr/bin:/bin', OUT: out, ...env, HOME: MARK },
    });
    if (status !== 0) throw new Error(`bash: exit ${status}: ${stderr}`);
    const calls: string[][] = [[]];
    for (const word of readFileSync(out, 'utf8').split('\0').slice(0, -1)) {
      if (word === 'END') calls.push([]);
      else calls.at(-1)?.push(word.replaceAll(MARK, UNKNOWN));
    }
    return calls.slice(0, -1);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Everything that the tool gives out for a stack in one shell, by where it stands. */
async function textsIn(shell: ShellId, request: StackRequest): Promise<{ texts: Map<string, string>; env: string[] }> {
  const texts = new Map<string, string>();
  const env = new Set<string>();
  for (const action of ['create', 'destroy']) {
    for (const as of ['script', 'steps']) {
      const input = parse(tool.input, { ...request, shell, action, as, deleteBackups: true }) as GenerateInput;
      const { structured } = await tool.run(input, { today: TODAY });
      for (const { name } of structured.env as { name: string }[]) env.add(name);
      if (structured.script !== undefined) texts.set(`${action} script`, structured.script);
      const steps = structured.steps ?? [];
      if (as === 'script') continue;
      // In one go: a step uses what those before it have captured.
      texts.set(`${action} steps`, steps.map((step) => step.command).join('\n'));
      texts.set(`${action} steps and checks`, steps.map((step) => `${step.command}\n${step.verify}`).join('\n'));
      for (const step of steps) if (step.undo !== undefined) texts.set(`undo of ${step.id}`, step.undo);
    }
  }
  return { texts, env: [...env] };
}

/** Where PowerShell's commands differ from bash's, and what is no PowerShell. None: an empty list. */
export async function differences(request: StackRequest): Promise<{ readonly problems: string[]; readonly commands: number }> {
  const problems: string[] = [];
  let commands = 0;
  const bash = await textsIn('bash', request);
  const powershell = await textsIn('powershell', request);
  for (const [where, text] of powershell.texts) {
    const tree = await parsePowerShell(text);
    for (const error of tree.errors) problems.push(`${where}: ${error}`);
    const said = commandWords(tree, PROGRAMS);
    const wanted = bashWords(bash.texts.get(where) ?? '', bash.env);
    commands += wanted.length;
    const line = (words: readonly string[] | undefined): string => JSON.stringify(words);
    for (let i = 0; i < Math.max(said.length, wanted.length); i++)
      if (line(said[i]) !== line(wanted[i])) {
        problems.push(`${where}, command ${i + 1}: PowerShell has ${line(said[i])} and bash ${line(wanted[i])}`);
        break;
      }
  }
  return { problems, commands };
}
