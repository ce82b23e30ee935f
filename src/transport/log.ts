/** One line for the operator on standard error, never with a value from a request. */
export function log(message: string): void {
  process.stderr.write(`infrastructure-skill: ${message}\n`);
}

/** The longest request that is read, in bytes; a stack of ten thousand servers has two million. */
export const LONGEST = 16 * 1024 * 1024;
