import { type Arg, type Atom, atoms, type Command, type Pick, type Query } from '../core/command.ts';
import type { Plan } from '../core/plan.ts';
import { type Chapter, destroyEnv, type Names, type Statement } from './outline.ts';
import type { Renderer } from './renderer.ts';

/** Text for bash that zsh, dash and ksh read the same way. */

const BARE = /^[A-Za-z0-9_@+:,./-][A-Za-z0-9_@+:,./=-]*$/;
/** What stays itself between double quotes, even where history expansion is on. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these must not stand there
const CALM = /^[^"$`\\!\u0000-\u001f]*$/;

/** One literal as one shell word. */
export function quote(text: string): string {
  if (BARE.test(text)) return text;
  if (text.includes("'") && CALM.test(text)) return `"${text}"`;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

interface Style {
  readonly names: Names;
  /** In a pasted step an empty variable has to stop the command; in a script it was checked before. */
  readonly pasted: boolean;
}

function expansion(name: string, style: Style): string {
  return style.pasted ? `\${${name}:?}` : `\${${name}}`;
}

function atomText(atom: Exclude<Atom, string>, style: Style): string {
  if ('home' in atom) return '${HOME}';
  if ('now' in atom) return '$(date -u +%Y%m%d%H%M%S)';
  if ('env' in atom) return expansion(atom.env, style);
  if ('asked' in atom) return `$(${pipe(atom.asked, style)})`;
  const value = style.names.resolve(atom);
  // A literal never reaches this point: `word` resolves it first.
  return 'variable' in value ? expansion(value.variable, style) : value.text;
}

function word(arg: Arg, style: Style): string {
  const pieces: (string | Exclude<Atom, string>)[] = [];
  for (const atom of atoms(arg)) {
    let piece: string | Exclude<Atom, string> = atom;
    if (typeof atom === 'object' && 'of' in atom) {
      const value = style.names.resolve(atom);
      if ('text' in value) piece = value.text;
    }
    const last = pieces.at(-1);
    if (typeof piece === 'string' && typeof last === 'string') pieces[pieces.length - 1] = last + piece;
    else pieces.push(piece);
  }
  if (pieces.length === 0) return "''";
  if (pieces.every((piece) => typeof piece === 'string')) return quote(pieces.join(''));
  if (pieces.every((piece) => typeof piece !== 'string' || CALM.test(piece))) {
    const inner = pieces.map((piece) => (typeof piece === 'string' ? piece : atomText(piece, style)));
    const only = pieces.length === 1 ? pieces[0] : undefined;
    if (typeof only === 'object' && !style.pasted && ('of' in only || 'env' in only)) return `"$${inner[0]?.slice(2, -1)}"`;
    return `"${inner.join('')}"`;
  }
  return pieces.map((piece) => (typeof piece === 'string' ? quote(piece) : `"${atomText(piece, style)}"`)).join('');
}

export function commandText(command: Command, style: Style): string {
  const env = Object.entries(command.env ?? {}).map(([name, value]) => `${name}=${word(value, style)}`);
  return [...env, command.program, ...command.args.map((arg) => word(arg, style))].join(' ');
}

/** The query with its selection, as a pipe: what a person would write. */
function pipe(query: Query, style: Style): string {
  return query.pick ? `${commandText(query.command, style)} | ${awk(query.pick, style)}` : commandText(query.command, style);
}

function awk(pick: Pick, style: Style): string {
  // Through the environment, because awk would read escapes in a -v value; as text, because "010" is not "10".
  const columns = [pick.column].flat().map((column) => `$${column}`);
  const found = columns.join(' " " ');
  const other = pick.or === undefined ? '' : ` || ${found} "" == ENVIRON["OTHER"]`;
  const env = `NAME=${word(pick.equals, style)}${pick.or === undefined ? '' : ` OTHER=${word(pick.or, style)}`}`;
  return `${env} awk '${found} "" == ENVIRON["NAME"]${other} { print $${pick.print} }'`;
}

/**
 * The query through the script's own `pick`, which does not lose the program's exit code. `wrapper` is a helper
 * function in front of it; variables for this one call stand before all, since an argument of `env` would be on the
 * process list.
 */
function call(query: Query, style: Style, wrapper = ''): string {
  const { env, ...bare } = query.command;
  const assignments = Object.entries(env ?? {})
    .map(([name, value]) => `${name}=${word(value, style)} `)
    .join('');
  const pick = query.pick ? picking(query.pick, style) : '';
  return `${assignments}${wrapper}${pick}${commandText(bare, style)}`;
}

function picking({ column, equals, or, print }: Pick, style: Style): string {
  const columns = [column].flat().join(',');
  if (or === undefined) return `pick ${columns} ${word(equals, style)} ${print} `;
  return `pick_or ${columns} ${word(equals, style)} ${word(or, style)} ${print} `;
}

const indent = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ');

function heredoc(path: string, text: string): string {
  let mark = 'EOF';
  while (text.split('\n').includes(mark)) mark += '_';
  return `cat > ${quote(path)} <<'${mark}'\n${text}${text.endsWith('\n') ? '' : '\n'}${mark}`;
}

function want(check: { readonly expect?: Arg }, style: Style): string {
  return check.expect === undefined ? 'some' : `is ${word(check.expect, style)}`;
}

/** Statements of a script; they use the helper functions of the prelude. */
function scripted(statement: Statement, style: Style): string {
  switch (statement.do) {
    case 'at':
      return `at ${quote(statement.text)}${statement.hint === undefined ? '' : ` ${quote(statement.hint)}`}`;
    case 'look': {
      const look = `${statement.name}=$(${call(statement.query, style)})\nonly ${quote(statement.what)} "$${statement.name}"`;
      if (statement.given.length === 0) return look;
      return `${statement.name}=\nif ${statement.given.map((name) => `[ -n "$${name}" ]`).join(' && ')}; then\n${indent(look)}\nfi`;
    }
    case 'ask':
      return `${statement.name}=$(${call(statement.query, style)})\nsome ${quote(statement.what)} "$${statement.name}"`;
    case 'capture':
      return `${statement.name}=$(${commandText(statement.command, style)})\nsome ${quote(statement.what)} "$${statement.name}"`;
    case 'file':
      return heredoc(statement.file.path, statement.file.text);
    case 'run':
      return commandText(statement.command, style);
    case 'patient': {
      const { action } = statement;
      if (action.expect === undefined && action.pick === undefined) return call(action, style, `retry ${action.seconds} `);
      return call(action, style, `settle ${action.seconds} ${want(action, style)} `);
    }
    case 'when': {
      const test = `[ ${statement.is === 'empty' ? '-z' : '-n'} "$${statement.name}" ]`;
      const lines = statement.body.map((inner) => scripted(inner, style));
      // A heredoc's text and end mark must not be indented.
      return `if ${test}; then\n${statement.body.map((inner, i) => (inner.do === 'file' ? lines[i] : indent(lines[i] as string))).join('\n')}\nfi`;
    }
    case 'settle':
      return call(statement.check.query, style, `settle ${statement.seconds} ${want(statement.check, style)} `);
    case 'gone':
      return call(statement.query, style, `settle ${statement.seconds} none `);
    case 'stop':
      return `stop ${quote(statement.text)}`;
    case 'confirm':
      return [
        'if [ -t 0 ]; then',
        `  printf '%s' ${quote(statement.question)} >&2`,
        '  read -r answer',
        `  [ "$answer" = ${quote(statement.word)} ] || stop ${quote(statement.otherwise)}`,
        'fi',
      ].join('\n');
  }
}

/** Statements to paste: plain commands, no helper functions. */
function pasted(statement: Statement, style: Style): string {
  switch (statement.do) {
    case 'at':
    case 'confirm':
    case 'stop':
      return '';
    case 'look': {
      const look = `${statement.name}=$(${pipe(statement.query, style)})`;
      return statement.given.length === 0
        ? look
        : `${statement.name}=; ${statement.given.map((name) => `[ -n "$${name}" ]`).join(' && ')} && ${look}`;
    }
    case 'ask':
      return `${statement.name}=$(${pipe(statement.query, style)})`;
    case 'capture':
      return `${statement.name}=$(${commandText(statement.command, style)})`;
    case 'file':
      return heredoc(statement.file.path, statement.file.text);
    case 'run':
      return commandText(statement.command, style);
    case 'patient': {
      const { action } = statement;
      const tries = Math.max(1, Math.ceil(action.seconds / 5));
      const test =
        action.expect === undefined && action.pick === undefined
          ? pipe(action, style)
          : action.expect === undefined
            ? `[ -n "$(${pipe(action, style)})" ]`
            : `[ "$(${pipe(action, style)})" = ${word(action.expect, style)} ]`;
      // The last line of the loop fails after the last try, and so does the loop.
      return `for try in $(seq ${tries}); do ${test} && break; [ "$try" -lt ${tries} ] && sleep 5; done`;
    }
    case 'when': {
      const lines = statement.body.map((inner) => pasted(inner, style));
      return `if [ ${statement.is === 'empty' ? '-z' : '-n'} "$${statement.name}" ]; then\n${lines.map(indent).join('\n')}\nfi`;
    }
    case 'settle':
      return statement.check.expect === undefined
        ? `[ -n "$(${pipe(statement.check.query, style)})" ]`
        : `[ "$(${pipe(statement.check.query, style)})" = ${word(statement.check.expect, style)} ]`;
    case 'gone':
      return `[ -z "$(${pipe(statement.query, style)})" ]`;
  }
}

/** Helper functions by name; a script holds those that it uses. */
const HELPERS: Readonly<Record<string, string>> = {
  at: `current='before the first step' hint=
at() { current=$1 hint=\${2:-}; printf '%s\\n' "$1" >&2; }`,
  stop: `stop() { printf '%s\\n' "$*" >&2; exit 1; }`,
  some: `# some WHAT VALUE: stops where a value that is needed is empty
some() { case $2 in '' | None) stop "$1: the command succeeded but printed nothing; nothing further was run" ;; esac; }`,
  only: `# only WHAT VALUE: stops where a look-up found several of one name
only() { case $2 in *[[:space:]]*) stop "$1: several were found, and it is not known which is meant: $2" ;; esac; }`,
  pick: `# pick COLUMNS VALUE PRINT COMMAND...: of the lines whose COLUMNS (2, or 2,3) are VALUE, prints column PRINT
pick() {
  pick_column=$1 pick_value=$2 pick_print=$3
  shift 3
  pick_lines=$("$@") || return
  printf '%s\\n' "$pick_lines" | NAME=$pick_value awk -v c="$pick_column" -v p="$pick_print" '
    BEGIN { n = split(c, column, ",") }
    { value = $column[1]; for (i = 2; i <= n; i++) value = value " " $column[i] }
    value "" == ENVIRON["NAME"] { print $p }'
}`,
  pick_or: `# pick_or COLUMNS VALUE OTHER PRINT COMMAND...: pick, where the columns may be one of two values
pick_or() {
  or_column=$1 or_value=$2 or_other=$3 or_print=$4
  shift 4
  or_lines=$("$@") || return
  printf '%s\\n' "$or_lines" | NAME=$or_value OTHER=$or_other awk -v c="$or_column" -v p="$or_print" '
    BEGIN { n = split(c, column, ",") }
    { value = $column[1]; for (i = 2; i <= n; i++) value = value " " $column[i] }
    value "" == ENVIRON["NAME"] || value "" == ENVIRON["OTHER"] { print $p }'
}`,
  retry: `# retry SECONDS COMMAND...: repeats a command until it succeeds
retry() {
  retry_end=$(($(date +%s) + $1))
  shift
  until retry_said=$("$@" 2>&1); do
    [ "$(date +%s)" -lt "$retry_end" ] || stop "$retry_said"
    sleep "\${POLL_SECONDS:-5}"
  done
}`,
  settle: `# settle SECONDS is VALUE|some|none COMMAND...: repeats a look-up until it prints VALUE, anything, or nothing
settle() {
  settle_end=$(($(date +%s) + $1)) settle_want=$2 settle_value=
  shift 2
  if [ "$settle_want" = is ]; then settle_value=$1; shift; fi
  while :; do
    if settle_got=$("$@" 2>/dev/null); then
      case $settle_want in
        is) [ "$settle_got" != "$settle_value" ] || return 0 ;;
        some) [ -z "$settle_got" ] || return 0 ;;
        none) [ -n "$settle_got" ] || return 0 ;;
      esac
    fi
    [ "$(date +%s)" -lt "$settle_end" ] || break
    sleep "\${POLL_SECONDS:-5}"
  done
  "$@" >&2 || true
  stop "expected $settle_want $settle_value, and that did not come; the look-up above says what there is"
}`,
};

/** `at`, `stop` and what the body calls. A name counts where a command can stand: at a line's start, or after a space, `(` or `$(`. */
function helpers(body: string): string {
  return Object.entries(HELPERS)
    .filter(([name]) => name === 'at' || name === 'stop' || new RegExp(`(?:^|[ (])${name} `, 'm').test(body))
    .map(([, text]) => text)
    .join('\n');
}

function prelude(plan: Plan, heading: readonly string[], again: string, style: Style, body: string): string {
  const lines = ['#!/usr/bin/env bash', ...heading.map((line) => `# ${line}`), 'set -euo pipefail', '', helpers(body)];
  lines.push(
    'finish() {',
    '  code=$?',
    `  [ "$code" -eq 0 ] || printf '\\nStopped (exit %s) at %s\\n%s%s\\n' "$code" "$current" "\${hint:+$hint }" ${quote(again)} >&2`,
    '}',
    'trap finish EXIT',
    // Without it zsh ends at once, and bash takes an interrupted look-up for one that went well: neither says where.
    "trap 'exit 130' INT TERM",
    '',
  );
  for (const tool of plan.tools) {
    const install = `${tool.program} is not installed. macOS: ${tool.install.darwin}. Linux: ${tool.install.linux}.`;
    lines.push(`command -v ${tool.program} >/dev/null || stop ${quote(install)}`);
  }
  const signIn = new Set(plan.access.flatMap((access) => access.variables));
  for (const variable of plan.env) {
    if (!signIn.has(variable.name))
      lines.push(`[ -n "\${${variable.name}:-}" ] || stop ${quote(`${variable.name} is not set: ${variable.purpose}`)}`);
  }
  for (const access of plan.access) {
    lines.push(
      `${commandText(access.command, style)} >/dev/null || stop ${quote(`${access.provider} did not let you in; its message is above. ${access.hint === '' ? '' : `Sign in, or set ${access.hint}.`}`.trim())}`,
    );
  }
  return lines.join('\n');
}

export const bash: Renderer = {
  id: 'bash',
  fence: 'bash',

  paste(statements, names) {
    const style = { names, pasted: true };
    return statements
      .map((statement) => pasted(statement, style))
      .filter((line) => line !== '')
      .join('\n');
  },

  verify(statement, names) {
    return pasted(statement, { names, pasted: false });
  },

  createScript(plan, chapters, names, heading) {
    const style = { names, pasted: false };
    // Each look-up is an assignment of its own, so that a failing one stops the script with its own message.
    const checks = plan.preflight.map(({ title, check, fix, unless }) => {
      const test = check.expect === undefined ? '[ -n "$found" ]' : `[ "$found" = ${word(check.expect, style)} ]`;
      const ask = `found=$(${call(check.query, style)})\n${test} || stop ${quote(fix)}`;
      const lines = unless === undefined ? ask : `found=$(${call(unless, style)})\nif [ -z "$found" ]; then\n${indent(ask)}\nfi`;
      return `at ${quote(title)}\n${lines}`;
    });
    const again = 'Nothing after it was run. Mend the cause and run this script again: what is finished is found and left as it is.';
    const body = [...checks, ...chapters.map((chapter) => render(chapter, style)), "at 'done: everything is there'"].join('\n\n');
    return `${prelude(plan, heading, again, style, body)}\n\n${body}\n`;
  },

  destroyScript(plan, looks, chapters, names, heading) {
    const style = { names, pasted: false };
    const question = `This destroys what is listed above, for good. Type ${plan.name} to go on: `;
    const ask = scripted({ do: 'confirm', question, word: plan.name, otherwise: 'Nothing was destroyed.' }, style);
    const again = 'Nothing after it was run. Mend the cause and run this script again: what is gone already is passed over.';
    const found = ["at 'looking up what there is'", ...looks.map((look) => scripted(look, style))].join('\n');
    const list = chapters
      .map(({ step }) => `[ -z "$${names.variable(step.id)}" ] || printf '  %s\\n' ${quote(`${step.id} (${step.provider})`)} >&2`)
      .join('\n');
    const body = [found, list, ask, ...chapters.map((chapter) => render(chapter, style)), "at 'done: nothing of it is left'"].join('\n\n');
    return `${prelude({ ...plan, env: destroyEnv(plan) }, heading, again, style, body)}\n\n${body}\n`;
  },
};

function render(chapter: Chapter, style: Style): string {
  return chapter.statements.map((statement) => scripted(statement, style)).join('\n');
}
