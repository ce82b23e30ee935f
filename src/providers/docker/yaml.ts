/** Text that is written into YAML as it stands, between double quotes: a variable for compose to fill in. */
export class Raw {
  constructor(readonly text: string) {}
}

export type Yaml = string | number | boolean | Raw | readonly Yaml[] | { readonly [key: string]: Yaml | undefined };

/** What every YAML reader takes for text without quotes: no number, date, word like `no`, or sign that means something. */
const PLAIN = /^(?!(?:true|false|null|yes|no|on|off|y|n)$)[A-Za-z_][A-Za-z0-9_./-]*$/i;

const quoted = (text: string): string => (PLAIN.test(text) ? text : JSON.stringify(text));

/**
 * Block YAML of plain data for a compose file. JSON's strings are YAML's double-quoted ones; a dollar sign is doubled,
 * because compose would take it for a variable.
 */
export function composeYaml(value: Yaml, indent = ''): string {
  if (value instanceof Raw) return ` "${value.text}"\n`;
  if (typeof value === 'string') return ` ${quoted(value.replaceAll('$', '$$$$'))}\n`;
  if (typeof value !== 'object') return ` ${value}\n`;
  if (Array.isArray(value)) {
    if (value.length === 0) return ' []\n';
    return `\n${value.map((item) => `${indent}-${inline(composeYaml(item, `${indent}  `), indent)}`).join('')}`;
  }
  const entries = Object.entries(value).filter((entry): entry is [string, Yaml] => entry[1] !== undefined);
  if (entries.length === 0) return ' {}\n';
  return `\n${entries.map(([key, item]) => `${indent}${quoted(key)}:${composeYaml(item, `${indent}  `)}`).join('')}`;
}

/** A mapping within a list begins on the line of its dash. */
function inline(text: string, indent: string): string {
  return text.startsWith(`\n${indent}  `) ? ` ${text.slice(indent.length + 3)}` : text;
}
