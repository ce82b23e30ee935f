import { createRequire } from 'node:module';
import v8 from 'node:v8';
import { Language, type Node, Parser } from 'web-tree-sitter';

// Without this the grammar's optimised compilation keeps the process alive for seconds after the tests.
v8.setFlagsFromString('--liftoff-only');

const require = createRequire(import.meta.url);
let parser: Promise<Parser> | undefined;

async function load(): Promise<Parser> {
  await Parser.init();
  const made = new Parser();
  made.setLanguage(await Language.load(require.resolve('tree-sitter-powershell/tree-sitter-powershell.wasm')));
  return made;
}

export interface PowerShellTree {
  readonly root: Node;
  /** The text of each place that is no PowerShell. */
  readonly errors: readonly string[];
}

export async function parsePowerShell(text: string): Promise<PowerShellTree> {
  parser ??= load();
  const tree = (await parser).parse(text);
  if (tree === null) throw new Error('nothing parsed');
  const errors: string[] = [];
  const visit = (node: Node): void => {
    // The grammar ends a flag before its first digit, as in --without-ipv4; PowerShell reads the word as one.
    if (node.text === '' && /--?[a-z-]+$/.test(text.slice(0, node.startIndex)) && /^\d/.test(text.slice(node.startIndex))) return;
    if (node.isError || node.isMissing) errors.push(`line ${node.startPosition.row + 1}: ${node.text.slice(0, 80)}`);
    else if (node.hasError) for (const child of node.children) if (child !== null) visit(child);
  };
  visit(tree.rootNode);
  return { root: tree.rootNode, errors };
}

/** A word whose value is only known when the script runs stands as this. */
export const UNKNOWN = '\u0000';

/** Every call of one of the programs, as the words that PowerShell would hand to it. */
export function commandWords(tree: PowerShellTree, programs: readonly string[]): string[][] {
  const calls: string[][] = [];
  const visit = (node: Node): void => {
    // What stands within a word runs before the command that is given it.
    for (const child of node.namedChildren) if (child !== null) visit(child);
    if (node.type === 'command') {
      const [name, ...rest] = node.namedChildren.filter((child): child is Node => child !== null);
      if (name !== undefined && programs.includes(name.text)) {
        const elements = rest.flatMap((child) =>
          child.type === 'command_elements' ? child.namedChildren.filter((one): one is Node => one !== null) : [child],
        );
        const words: string[] = [];
        let end = -1;
        for (const one of elements.filter(({ type }) => !type.includes('argument_sep'))) {
          const said = decode(withoutCommands(one));
          // See above: --without-ipv4 comes in two.
          if (one.startIndex === end && words.at(-1)?.startsWith('-')) words[words.length - 1] += said;
          else words.push(said);
          end = one.endIndex;
        }
        calls.push([name.text, ...words]);
      }
    }
  };
  visit(tree.root);
  return calls;
}

/** The text of a word, in which what other commands print is not known. */
function withoutCommands(word: Node): string {
  const inner: Node[] = [];
  const visit = (node: Node): void => {
    if (node.type === 'sub_expression') inner.push(node);
    else for (const child of node.namedChildren) if (child !== null) visit(child);
  };
  visit(word);
  return inner.reduceRight(
    (text, { startIndex, endIndex }) => text.slice(0, startIndex - word.startIndex) + UNKNOWN + text.slice(endIndex - word.startIndex),
    word.text,
  );
}

/** What a word means: PowerShell's own quoting rules, undone. */
export function decode(word: string): string {
  if (/^['\u2018-\u201b]/.test(word)) return word.slice(1, -1).replaceAll(/(['\u2018-\u201b])\1/g, '$1');
  if (word.startsWith('"'))
    return word
      .slice(1, -1)
      .replaceAll(/\$\{[^}]*\}|\$HOME/g, UNKNOWN)
      .replaceAll(/`(.)/g, '$1');
  return word.startsWith('$') ? UNKNOWN : word;
}
