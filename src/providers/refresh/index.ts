import { InputError, type Problem } from '../../core/errors.ts';
import type { Catalog, ProviderId } from '../catalog_types.ts';
import { aws } from './aws.ts';
import { digitalocean, sizeTable } from './digitalocean.ts';
import { hetzner } from './hetzner.ts';
import { isObject, type Reading } from './reading.ts';

/** The output of a read-only command that a user ran, and when. */
export interface Paste {
  readonly command?: string | undefined;
  /** Text, or the JSON itself. */
  readonly output: unknown;
  readonly date?: string | undefined;
}

/** Figures that a user read today, in place of the catalogs'. */
export interface Fresh {
  /** A provider's catalog with them. */
  readonly apply: (catalog: Catalog) => Catalog;
  readonly providers: ReadonlySet<ProviderId>;
  /** What was taken, for the reader. */
  readonly notes: readonly string[];
}

/** The longest output that is read, in characters; AWS's whole list of EC2 has 440 million. */
export const LONGEST_PASTE = 2_000_000;

const RECOGNISERS = [...hetzner, ...digitalocean, ...aws];

const READABLE =
  'hcloud server-type list -o json; hcloud load-balancer-type list -o json; https://api.hetzner.cloud/v1/pricing; doctl compute size list -o json; doctl compute region list -o json; aws pricing get-products --output json; aws ec2 describe-instance-type-offerings --output json'.split(
    '; ',
  );

/** No figures: later pastes win over earlier ones. @throws InputError for each paste that cannot be used. Nothing of it is repeated. */
export function readPastes(pastes: readonly Paste[], today: string, field = 'prices'): Fresh {
  const problems: Problem[] = [];
  const readings = pastes.flatMap((paste, i) => {
    try {
      return [read(paste, today, `${field}[${i}]`)];
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
  if (problems.length > 0) throw new InputError(problems);
  return {
    apply: (catalog) => {
      let current = catalog;
      for (const [i, { reading, date }] of readings.entries()) {
        if (reading.provider !== catalog.provider) continue;
        const source = `pasted-${i + 1}`;
        const sources = { ...current.sources, [source]: { title: `output of ${reading.command}, pasted`, asOf: date } };
        current = reading.apply({ ...current, sources }, { source, asOf: date });
      }
      return current;
    },
    providers: new Set(readings.map(({ reading }) => reading.provider)),
    notes: readings.map(
      ({ reading, date, assumed }) =>
        `${reading.rows} figures of ${reading.what} are from the pasted output, seen ${date}${assumed ? ' (today, as no date was given)' : ''}`,
    ),
  };
}

function read(paste: Paste, today: string, field: string): { reading: Reading; date: string; assumed: boolean } {
  const date = dateOf(paste.date, today, `${field}.date`);
  const reading = recognise(paste.output, `${field}.output`);
  const program = /^\s*(?:\$ )?(hcloud|doctl|aws)\s/.exec(paste.command ?? '')?.[1];
  const own = { hetzner: 'hcloud', digitalocean: 'doctl', aws: 'aws', docker: 'docker' }[reading.provider];
  if (program !== undefined && program !== own)
    throw new InputError({
      field: `${field}.output`,
      message: `is ${reading.what}, and the command beside it is one of ${program}: one of the two is another's.`,
    });
  if (reading.rows === 0)
    throw new InputError({ field: `${field}.output`, message: `is ${reading.what} by its shape, but has no figure that can be used.` });
  return { reading, date, assumed: paste.date === undefined };
}

function dateOf(given: string | undefined, today: string, field: string): string {
  if (given === undefined) return today;
  const day = /^\d{4}-\d{2}-\d{2}(?=$|T)/.exec(given)?.[0];
  if (day === undefined || Number.isNaN(Date.parse(day)) || new Date(day).toISOString().slice(0, 10) !== day)
    throw new InputError({ field, message: 'is no date like 2026-11-23.' });
  if (day > today) throw new InputError({ field, message: `is after today (${today}): the day on which the command was run is meant.` });
  return day;
}

function recognise(output: unknown, field: string): Reading {
  const fail = (message: string, allowed: readonly string[] = READABLE): never => {
    throw new InputError({ field, message, allowed });
  };
  if (typeof output !== 'string' && (output === null || typeof output !== 'object'))
    return fail('should be the output of a command, as text or as JSON.');
  const length = typeof output === 'string' ? output.length : JSON.stringify(output).length;
  if (length > LONGEST_PASTE)
    return fail(
      `has ${(length / 1e6).toFixed(1)} million characters; at most ${LONGEST_PASTE / 1e6} million are read. Ask the command for less: aws pricing get-products with --filters for one type and region, never the whole offer file.`,
    );
  const text = typeof output === 'string' ? stripped(output) : undefined;
  const table = text === undefined ? undefined : sizeTable(text);
  if (table !== undefined) return table;
  const json = text === undefined ? output : parsed(text, fail);
  const reading = RECOGNISERS.map((recogniser) => recogniser(json)).find((one) => one !== undefined);
  return (
    reading ??
    fail(`is JSON, but none that has prices and is known here${isObject(json) || Array.isArray(json) ? '' : ': a single value'}.`)
  );
}

/** Without what comes along when a terminal is copied: the prompt's line, a fence, a byte order mark. */
function stripped(output: string): string {
  return output
    .replace(/^\uFEFF/, '')
    .trim()
    .replace(/^```[a-z]*\r?\n/i, '')
    .replace(/\r?\n```$/, '')
    .replace(/^(?:\$|#|%|>|PS [^\r\n>]{0,200}>) ?[^\r\n]{0,2000}\r?\n/, '')
    .trim();
}

function parsed(text: string, fail: (message: string) => never): unknown {
  if (text === '') return fail('is empty.');
  try {
    return JSON.parse(text);
  } catch {
    if (/^[[{]/.test(text))
      return fail(
        endsEarly(text)
          ? 'is cut off: the JSON has no end. Paste all of it.'
          : 'is no JSON that can be read: something is missing or was put in between.',
      );
    if (/^\s*(?:usage:|error|an error occurred|unable to)/i.test(text))
      return fail("is the command's error message, not its answer. Run it again and paste what it prints when it works.");
    return fail('is no JSON. Run the command with -o json (aws: --output json), and paste all that it prints.');
  }
}

/** Whether brackets stay open, or a string does: then the end is missing. */
function endsEarly(text: string): boolean {
  let depth = 0;
  let inText = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (inText) {
      if (c === '\\') i++;
      else if (c === '"') inText = false;
    } else if (c === '"') inText = true;
    else if (c === '{' || c === '[') depth++;
    else if (c === '}' || c === ']') depth--;
  }
  return inText || depth > 0;
}
