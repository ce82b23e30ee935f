/**
 * Script text as data: what this program wrote, and the values that a user gave. Only `render` makes them one, so a
 * value can never be forgotten among the text.
 */
type Piece = { readonly code: string } | { readonly value: string };
export type Script = readonly Piece[];

/** Turns a value into one word of the shell; src/render/bash.ts has it. */
export type Quote = (value: string) => string;

/**
 * A script. An interpolated text or number becomes one quoted word, an interpolated script is put in as it is, and
 * false or undefined is nothing. The text is raw: a backslash is the shell's own, save in `\${` and before a backtick.
 */
export function sh({ raw }: TemplateStringsArray, ...values: readonly (Script | Piece | string | number | undefined)[]): Script {
  return raw.flatMap((text, i) => {
    const code = { code: text.replace(/\\(\$\{|`)/g, '$1') };
    const value = values[i];
    if (value === undefined) return [code];
    return [
      code,
      ...(Array.isArray(value) ? (value as Script) : typeof value === 'object' ? [value as Piece] : [{ value: String(value) }]),
    ];
  });
}

/** Words with a space between them. */
export function words(...items: readonly string[]): Script {
  return items.flatMap((value, i) => (i === 0 ? [{ value }] : [{ code: ' ' }, { value }]));
}

export function render(script: Script, quote: Quote): string {
  return script.map((piece) => ('code' in piece ? piece.code : quote(piece.value))).join('');
}

/** A line of its own, or nothing. */
export function line(script: Script | false): Script {
  return script === false ? [] : [...script, { code: '\n' }];
}
