import { type Arg, type Atom, atoms, type Command, type Pick, type Query } from '../core/command.ts';
import type { Plan } from '../core/plan.ts';
import { type Chapter, destroyEnv, type Names, type Statement } from './outline.ts';
import type { Renderer } from './renderer.ts';

/** Text for PowerShell 7.3 and newer: older ones mangle quotes on the way to native programs. */

/** A flag, or a word that no rule of PowerShell touches. A dot or a colon inside `-word` would split it. */
const BARE = /^(?:--?[A-Za-z][A-Za-z0-9-]*|[A-Za-z_][A-Za-z0-9_/-]*)$/;
/** Each of these ends a single-quoted string; doubled, it stands for itself. */
const SINGLE = /['\u2018\u2019\u201a\u201b]/g;
/** What has to be escaped between double quotes. */
const DOUBLE = /["\u201c\u201d\u201e`$]/g;

/** One literal as one PowerShell word. */
export function quote(text: string): string {
  return BARE.test(text) ? text : literal(text);
}

/** A string in single quotes, in which nothing expands. */
export function literal(text: string): string {
  return `'${text.replaceAll(SINGLE, '$&$&')}'`;
}

function expansion(atom: Exclude<Atom, string>, names: Names): string {
  if ('home' in atom) return '$HOME';
  if ('now' in atom) return "$([DateTime]::UtcNow.ToString('yyyyMMddHHmmss'))";
  if ('env' in atom) return `\${env:${atom.env}}`;
  if ('asked' in atom) return `$(${pipe(atom.asked, names)})`;
  const known = names.resolve(atom);
  return 'variable' in known ? `\${${known.variable}}` : known.text;
}

function word(arg: Arg, names: Names): string {
  const pieces = atoms(arg).map((atom) => {
    if (typeof atom === 'string') return { text: atom };
    if ('of' in atom) {
      const known = names.resolve(atom);
      if ('text' in known) return known;
    }
    return { code: expansion(atom, names) };
  });
  if (pieces.every((piece) => 'text' in piece)) return quote(pieces.map((piece) => piece.text).join(''));
  const first = pieces[0];
  if (pieces.length === 1 && first !== undefined && 'code' in first && /^\$\{[A-Za-z0-9_]+\}$/.test(first.code))
    return `$${first.code.slice(2, -1)}`;
  return `"${pieces.map((piece) => ('text' in piece ? (piece.text as string).replaceAll(DOUBLE, '`$&') : piece.code)).join('')}"`;
}

/** The same in an expression, where a bare word would be taken for a command. */
function value(arg: Arg, names: Names): string {
  const text = word(arg, names);
  return /^['"$]/.test(text) ? text : literal(text);
}

function bareCommand(command: Command, names: Names): string {
  return [command.program, ...command.args.map((arg) => word(arg, names))].join(' ');
}

export function commandText(command: Command, names: Names): string {
  const bare = bareCommand(command, names);
  const env = Object.entries(command.env ?? {});
  if (env.length === 0) return bare;
  // PowerShell has no variables for one call: they are set around it and put back whatever happens.
  const saved = env.map(([name], i) => `$saved${i} = \${env:${name}}`).join('; ');
  const set = env.map(([name, to]) => `\${env:${name}} = ${value(to, names)}`).join('; ');
  const back = env.map(([name], i) => `\${env:${name}} = $saved${i}`).join('; ');
  return `& { ${saved}; ${set}; try { ${bare} } finally { ${back} } }`;
}

function selection(pick: Pick, names: Names): string {
  const columns = [pick.column].flat();
  const found =
    columns.length === 1
      ? `$column[${(columns[0] as number) - 1}]`
      : `($column[${columns.map((column) => column - 1).join(',')}] -join ' ')`;
  // In strict mode a column that a line does not have is an error.
  const enough = `$column.Count -ge ${Math.max(...columns, pick.print)}`;
  const one = `${found} -ceq ${value(pick.equals, names)}`;
  const test = pick.or === undefined ? one : `(${one} -or ${found} -ceq ${value(pick.or, names)})`;
  return `ForEach-Object { $column = @(-split $_); if (${enough} -and ${test}) { $column[${pick.print - 1}] } }`;
}

function pipe(query: Query, names: Names): string {
  return query.pick ? `${commandText(query.command, names)} | ${selection(query.pick, names)}` : commandText(query.command, names);
}

const indent = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ');

/** A here-string ends at a line that begins with '@, so a text that has one is joined from quoted lines instead. */
function writeFile(path: string, text: string): string {
  const body = text.replace(/\n$/, '');
  const value = /^'@/m.test(body) ? `(@(${body.split('\n').map(literal).join(', ')}) -join "\`n")` : `@'\n${body}\n'@`;
  return `Set-Content -Path ${literal(path)} -Encoding utf8NoBOM -Value ${value}`;
}

function want(expect: Arg | undefined, names: Names): string {
  return expect === undefined ? 'some' : `is ${word(expect, names)}`;
}

function assertion(query: Query, expect: Arg | undefined, names: Names): string {
  return expect === undefined ? `[bool](${pipe(query, names)})` : `"$(${pipe(query, names)})" -ceq ${value(expect, names)}`;
}

function scripted(statement: Statement, names: Names): string {
  switch (statement.do) {
    case 'at':
      return `At ${literal(statement.text)}${statement.hint === undefined ? '' : ` ${literal(statement.hint)}`}`;
    case 'look': {
      const look = `$${statement.name} = Only ${literal(statement.what)} (${pipe(statement.query, names)})`;
      if (statement.given.length === 0) return look;
      return `$${statement.name} = ''\nif (${statement.given.map((name) => `$${name}`).join(' -and ')}) {\n${indent(look)}\n}`;
    }
    case 'ask':
      return `$${statement.name} = Some ${literal(statement.what)} (${pipe(statement.query, names)})`;
    case 'capture':
      return `$${statement.name} = Some ${literal(statement.what)} (${commandText(statement.command, names)})`;
    case 'file':
      return writeFile(statement.file.path, statement.file.text);
    case 'run':
      return commandText(statement.command, names);
    case 'patient': {
      const { action } = statement;
      if (action.expect === undefined && action.pick === undefined)
        return `Retry ${action.seconds} { ${commandText(action.command, names)} }`;
      return `Settle ${action.seconds} ${want(action.expect, names)} { ${pipe(action, names)} }`;
    }
    case 'when': {
      const lines = statement.body.map((inner) => scripted(inner, names));
      return `if (${statement.is === 'empty' ? '-not ' : ''}$${statement.name}) {\n${statement.body.map((inner, i) => (inner.do === 'file' ? lines[i] : indent(lines[i] as string))).join('\n')}\n}`;
    }
    case 'settle':
      return `Settle ${statement.seconds} ${want(statement.check.expect, names)} { ${pipe(statement.check.query, names)} }`;
    case 'gone':
      return `Settle ${statement.seconds} none { ${pipe(statement.query, names)} }`;
    case 'stop':
      return `throw ${literal(statement.text)}`;
    case 'confirm':
      return [
        'if (-not [Console]::IsInputRedirected) {',
        `  if ((Read-Host ${literal(statement.question.replace(/: $/, ''))}) -cne ${literal(statement.word)}) { throw ${literal(statement.otherwise)} }`,
        '}',
      ].join('\n');
  }
}

function pasted(statement: Statement, names: Names): string {
  switch (statement.do) {
    case 'at':
    case 'confirm':
    case 'stop':
      return '';
    case 'look': {
      const look = `$${statement.name} = ${pipe(statement.query, names)}`;
      return statement.given.length === 0
        ? look
        : `$${statement.name} = ''; if (${statement.given.map((name) => `$${name}`).join(' -and ')}) { ${look} }`;
    }
    case 'ask':
      return `$${statement.name} = ${pipe(statement.query, names)}`;
    case 'capture':
      return `$${statement.name} = ${commandText(statement.command, names)}`;
    case 'file':
      return writeFile(statement.file.path, statement.file.text);
    case 'run':
      return commandText(statement.command, names);
    case 'patient': {
      const { action } = statement;
      const tries = Math.max(1, Math.ceil(action.seconds / 5));
      if (action.expect === undefined && action.pick === undefined) {
        return `foreach ($try in 1..${tries}) { ${commandText(action.command, names)}; if ($LASTEXITCODE -eq 0) { break }; Start-Sleep 5 }`;
      }
      return `foreach ($try in 1..${tries}) { if (${assertion(action, action.expect, names)}) { break }; Start-Sleep 5 }`;
    }
    case 'when':
      return `if (${statement.is === 'empty' ? '-not ' : ''}$${statement.name}) {\n${statement.body.map((inner) => indent(pasted(inner, names))).join('\n')}\n}`;
    case 'settle':
      return assertion(statement.check.query, statement.check.expect, names);
    case 'gone':
      return `-not (${pipe(statement.query, names)})`;
  }
}

/** Helper functions by name; a script holds those that it uses. */
const HELPERS: Readonly<Record<string, string>> = {
  At: `$script:current = 'before the first step'
$script:hint = ''
function At($text, $hint = '') { $script:current = $text; $script:hint = $hint; [Console]::Error.WriteLine($text) }`,
  Some: `# Some: stops where a value that is needed is empty
function Some($what, $value) {
  if (-not $value -or "$value" -eq 'None') { throw "\${what}: the command succeeded but printed nothing; nothing further was run" }
  "$value"
}`,
  Only: `# Only: stops where a look-up found several of one name
function Only($what, $value) {
  if (@("$value" -split '\\s+' | Where-Object { $_ }).Count -gt 1) { throw "\${what}: several were found, and it is not known which is meant: $value" }
  "$value"
}`,
  'Pause-Poll': `function Pause-Poll { Start-Sleep -Seconds ($(if ($env:POLL_SECONDS) { $env:POLL_SECONDS } else { 5 })) }`,
  Retry: `# Retry: repeats a command until it succeeds
function Retry($seconds, [scriptblock]$run) {
  $end = [DateTime]::UtcNow.AddSeconds($seconds)
  while ($true) {
    try { & $run | Out-Null; return } catch { if ([DateTime]::UtcNow -ge $end) { throw } }
    Pause-Poll
  }
}`,
  Settle: `# Settle: repeats a look-up until it prints the value (is), anything (some), or nothing (none)
function Settle($seconds, $mode, $value, [scriptblock]$run) {
  if ($value -is [scriptblock]) { $run = $value; $value = '' }
  $end = [DateTime]::UtcNow.AddSeconds($seconds)
  while ($true) {
    $got = $null
    try {
      $got = "$(& $run)"
      if (($mode -eq 'is' -and $got -ceq $value) -or ($mode -eq 'some' -and $got) -or ($mode -eq 'none' -and -not $got)) { return }
    } catch { if ([DateTime]::UtcNow -ge $end) { throw } }
    if ([DateTime]::UtcNow -ge $end) { throw "expected $mode $value, and got: $got" }
    Pause-Poll
  }
}`,
};

function helpers(body: string): string {
  const called = (name: string): boolean => new RegExp(`(?:^|[ (])${name} `, 'm').test(body);
  return Object.entries(HELPERS)
    .filter(([name]) => name === 'At' || called(name) || (name === 'Pause-Poll' && (called('Retry') || called('Settle'))))
    .map(([, text]) => text)
    .join('\n');
}

function prelude(plan: Plan, heading: readonly string[], again: string, names: Names, body: string): string {
  const lines = [
    '#Requires -Version 7.3',
    ...heading.map((line) => `# ${line}`),
    'Set-StrictMode -Version Latest',
    "$ErrorActionPreference = 'Stop'",
    '$PSNativeCommandUseErrorActionPreference = $true',
    "$PSNativeCommandArgumentPassing = 'Standard'",
    '',
    helpers(body),
    `trap { [Console]::Error.WriteLine("\`nStopped at $script:current\`n$_\`n$script:hint\`n" + ${literal(again)}); exit 1 }`,
    '',
  ];
  for (const tool of plan.tools) {
    const install = `${tool.program} is not installed. Windows: ${tool.install.win32}. macOS: ${tool.install.darwin}. Linux: ${tool.install.linux}.`;
    lines.push(`if (-not (Get-Command ${tool.program} -ErrorAction Ignore)) { throw ${literal(install)} }`);
  }
  const signIn = new Set(plan.access.flatMap((access) => access.variables));
  for (const variable of plan.env) {
    if (!signIn.has(variable.name))
      lines.push(`if (-not \${env:${variable.name}}) { throw ${literal(`${variable.name} is not set: ${variable.purpose}`)} }`);
  }
  for (const access of plan.access) {
    const hint = `${access.provider} did not let you in. ${access.hint === '' ? '' : `Sign in, or set ${access.hint}.`}`.trim();
    lines.push(`try { ${commandText(access.command, names)} | Out-Null } catch { throw ${literal(hint)} }`);
  }
  return lines.join('\n');
}

export const powershell: Renderer = {
  id: 'powershell',
  fence: 'powershell',

  paste(statements, names) {
    return statements
      .map((statement) => pasted(statement, names))
      .filter((line) => line !== '')
      .join('\n');
  },

  verify(statement, names) {
    return pasted(statement, names);
  },

  createScript(plan, chapters, names, heading) {
    const checks = plan.preflight.map(({ title, check, fix, unless }) => {
      const there = unless === undefined ? '' : `-not (${pipe(unless, names)}) -and `;
      return `At ${literal(title)}\nif (${there}-not (${assertion(check.query, check.expect, names)})) { throw ${literal(fix)} }`;
    });
    const again = 'Nothing after it was run. Mend the cause and run this script again: what is finished is found and left as it is.';
    const body = [...checks, ...chapters.map((chapter) => render(chapter, names)), "At 'done: everything is there'"].join('\n\n');
    return `${prelude(plan, heading, again, names, body)}\n\n${body}\n`;
  },

  destroyScript(plan, looks, chapters, names, heading) {
    const question = `This destroys what is listed above, for good. Type ${plan.name} to go on: `;
    const ask = scripted({ do: 'confirm', question, word: plan.name, otherwise: 'Nothing was destroyed.' }, names);
    const again = 'Nothing after it was run. Mend the cause and run this script again: what is gone already is passed over.';
    const found = ["At 'looking up what there is'", ...looks.map((look) => scripted(look, names))].join('\n');
    const list = chapters
      .map(({ step }) => `if ($${names.variable(step.id)}) { [Console]::Error.WriteLine(${literal(`  ${step.id} (${step.provider})`)}) }`)
      .join('\n');
    const body = [found, list, ask, ...chapters.map((chapter) => render(chapter, names)), "At 'done: nothing of it is left'"].join('\n\n');
    return `${prelude({ ...plan, env: destroyEnv(plan) }, heading, again, names, body)}\n\n${body}\n`;
  },
};

function render(chapter: Chapter, names: Names): string {
  return chapter.statements.map((statement) => scripted(statement, names)).join('\n');
}
