import { CHOICES } from '../tools/choices.ts';
import { findTool, toolNames } from '../tools/index.ts';
import type { Tool } from '../tools/tool.ts';
import { flagsFor, PROGRAM, shortName, toolNamed } from './run.ts';

export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type CompletionShell = (typeof SHELLS)[number];

/**
 * What can stand at the end of a command line. The last word is the one that is being typed, possibly empty; the first
 * is the one behind the program's name.
 */
export async function complete(words: readonly string[], commands: readonly string[]): Promise<string[]> {
  const typed = words.at(-1) ?? '';
  const fits = (all: readonly string[]) => [...new Set(all)].filter((one) => one.startsWith(typed));
  if (words.length <= 1) return fits([...toolNames.map(shortName), ...commands]);
  const [first = ''] = words;
  if (first === 'completion') return words.length === 2 ? fits(SHELLS) : [];
  const name = toolNamed(first);
  if (name === undefined) return [];
  const flags = await flagsFor((await findTool(name)) as Tool);
  const before = flags.find((flag) => `--${flag.name}` === words.at(-2));
  if (before !== undefined && before.takes !== 'nothing') {
    const given = Object.fromEntries(
      words.flatMap((word, i) => (word.startsWith('--') && words[i + 1] !== undefined ? [[word.slice(2), words[i + 1] as string]] : [])),
    );
    return fits(before.values.length > 0 ? before.values : await ((await CHOICES[before.field]?.(given)) ?? []));
  }
  return fits(flags.map((flag) => `--${flag.name}`));
}

/** A shell's script, which asks the program itself what fits: it cannot fall behind. To be sourced. */
export const SCRIPTS: Readonly<Record<CompletionShell, string>> = {
  bash: `_infrastructure_skill() {
  local IFS=$'\\n'
  COMPREPLY=($(${PROGRAM} __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
  [ "\${#COMPREPLY[@]}" -gt 0 ] || COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o filenames -F _infrastructure_skill ${PROGRAM}
`,
  zsh: `_infrastructure_skill() {
  local -a found
  found=("\${(@f)$(${PROGRAM} __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "$found[1]" ]]; then compadd -- "\${found[@]}"; else _files; fi
}
compdef _infrastructure_skill ${PROGRAM}
`,
  fish: `function __infrastructure_skill
  set -l words (commandline -opc) (commandline -ct)
  ${PROGRAM} __complete $words[2..-1] 2>/dev/null
end
complete -c ${PROGRAM} -a '(__infrastructure_skill)'
`,
  powershell: `Register-ArgumentCompleter -Native -CommandName ${PROGRAM} -ScriptBlock {
  param($word, $line, $at)
  $words = @($line.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  if ($word -eq '') { $words += '' }
  ${PROGRAM} __complete @words 2>$null | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
}
`,
};
