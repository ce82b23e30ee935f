import { Transform, type TransformCallback } from 'node:stream';

/** How much of both ends of a line that is too long is kept, to find its id: clients write it first or last. */
const KEPT = 512;

/**
 * Passes whole lines on, and leaves out those that are too long without ever holding them: what a person pastes may be
 * hundreds of megabytes, and the requests that come after it are to be answered.
 */
export class Lines extends Transform {
  readonly #longest: number;
  readonly #tooLong: (bytes: number, id: string | number | undefined) => void;
  #pieces: Buffer[] = [];
  #length = 0;
  #ends: { head: Buffer; tail: Buffer } | undefined;

  /** `tooLong` is told how many bytes the line had, and the id of the request where it could be found. */
  constructor(longest: number, tooLong: (bytes: number, id: string | number | undefined) => void) {
    super();
    this.#longest = longest;
    this.#tooLong = tooLong;
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      this.#take(chunk.subarray(start, end + 1));
      this.#end();
      start = end + 1;
    }
    this.#take(chunk.subarray(start));
    done();
  }

  #take(piece: Buffer): void {
    this.#length += piece.length;
    if (this.#ends !== undefined) this.#ends.tail = last(Buffer.concat([this.#ends.tail, piece]));
    else {
      this.#pieces.push(piece);
      if (this.#length <= this.#longest) return;
      const all = Buffer.concat(this.#pieces);
      // Copied, because a part of a buffer keeps all of it.
      this.#ends = { head: Buffer.from(all.subarray(0, KEPT)), tail: last(all) };
      this.#pieces = [];
    }
  }

  #end(): void {
    if (this.#ends === undefined) this.push(Buffer.concat(this.#pieces));
    else this.#tooLong(this.#length, idOf(this.#ends.head.toString('latin1'), this.#ends.tail.toString('latin1')));
    this.#pieces = [];
    this.#length = 0;
    this.#ends = undefined;
  }
}

const last = (all: Buffer): Buffer => Buffer.from(all.subarray(Math.max(0, all.length - KEPT)));

const ID = String.raw`"id"\s*:\s*(-?\d{1,16}|"[\w-]{1,64}")`;
const VERSION = String.raw`"jsonrpc"\s*:\s*"2\.0"`;
/** Before anything that may nest, or at the very end with the one bracket that closes the message. */
const FIRST = new RegExp(String.raw`^\s*\{\s*(?:${VERSION}\s*,\s*)?${ID}\s*,`);
const LAST = new RegExp(String.raw`,\s*${ID}\s*(?:,\s*${VERSION}\s*)?\}\s*$`);

/** The id of the request, from the ends of its line. */
function idOf(head: string, tail: string): string | number | undefined {
  const found = FIRST.exec(head)?.[1] ?? LAST.exec(tail)?.[1];
  return found === undefined ? undefined : (JSON.parse(found) as string | number);
}
