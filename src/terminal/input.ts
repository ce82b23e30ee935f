import { readFile } from 'node:fs/promises';
import { InputError } from '../core/errors.ts';

/** The longest file that is read, in bytes: what a client may send as well. */
const LONGEST = 16 * 1024 * 1024;

/** Reads a text as YAML, of which JSON is a part. @throws InputError that names the field and quotes nothing: the text may hold anything. */
export type ReadYaml = (text: string, field: string) => unknown;

/** YAML's reader, loaded when the terminal is used: version 1.2, in which `no` and `8080:80` are text. */
export async function yamlReader(): Promise<ReadYaml> {
  const { parseDocument } = await import('yaml');
  return (text, field) => {
    const document = parseDocument(text, { prettyErrors: false, uniqueKeys: true, logLevel: 'silent' });
    const [error] = document.errors;
    if (error !== undefined)
      throw new InputError({ field, message: `is neither YAML nor JSON: ${error.code} at character ${error.pos[0]}.` });
    try {
      return document.toJS({ maxAliasCount: 100 });
    } catch {
      throw new InputError({ field, message: 'has anchors that grow too large, or that are not there.' });
    }
  };
}

/** A stack file, or standard input for `-`: the tool's whole input as an object. @throws InputError */
export async function readInput(path: string, readYaml: ReadYaml): Promise<Record<string, unknown>> {
  const name = path === '-' ? 'standard input' : path;
  const value = readYaml(path === '-' ? await standardInput() : await file(path), name);
  if (value === null || typeof value !== 'object')
    throw new InputError({ field: name, message: 'holds no object like {"provider":"hetzner","resources":[...]}.' });
  // A list is what most people mean by a stack.
  return Array.isArray(value) ? { resources: value } : (value as Record<string, unknown>);
}

const tooLong = (name: string) => new InputError({ field: name, message: `is longer than ${LONGEST} bytes.` });

async function file(path: string): Promise<string> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    const why: Record<string, string> = { ENOENT: 'is not there', EISDIR: 'is a folder', EACCES: 'may not be read' };
    throw new InputError({ field: path, message: `${why[error.code ?? ''] ?? 'cannot be read'}.` });
  });
  if (bytes.length > LONGEST) throw tooLong(path);
  return bytes.toString('utf8').replace(/^\ufeff/, '');
}

async function standardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LONGEST) throw tooLong('standard input');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
