/** The aws CLI's shorthand: `Key=a,Values=b,c,Inner={X=1},Many=[{Y=2},{Y=3}]`. Scalars stay strings. */
export type Value = string | number | boolean | null | Value[] | { [key: string]: Value };

/** The value, or what is wrong with the text. */
export function parseShorthand(text: string): { [key: string]: Value } | string {
  try {
    const reader = new Reader(text);
    const value = reader.pairs('');
    return value;
  } catch (error) {
    return error instanceof SyntaxError ? error.message : String(error);
  }
}

class Reader {
  private at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  private get next(): string {
    return this.text[this.at] ?? '';
  }

  private fail(expected: string): never {
    throw new SyntaxError(`expected ${expected} at ${this.text.slice(this.at, this.at + 12) || 'the end'}`);
  }

  private take(mark: string): boolean {
    if (this.next !== mark) return false;
    this.at += 1;
    return true;
  }

  private space(): void {
    while (/\s/.test(this.next)) this.at += 1;
  }

  /** key=value pairs, up to the end (or to the brace that closes them). */
  pairs(close: '' | '}'): { [key: string]: Value } {
    const out: { [key: string]: Value } = {};
    do {
      this.space();
      const key = /^[\w\-./#:]+/.exec(this.text.slice(this.at))?.[0];
      if (!key) this.fail('a key');
      this.at += key.length;
      this.space();
      // `key@=file://x` reads the value elsewhere.
      this.take('@');
      if (!this.take('=')) this.fail('=');
      if (Object.hasOwn(out, key)) throw new SyntaxError(`the key ${key} is given twice`);
      out[key] = this.values(close);
      this.space();
    } while (this.take(','));
    if (close ? !this.take(close) : this.at < this.text.length) this.fail(close || 'a comma');
    return out;
  }

  private values(close: '' | '}'): Value {
    this.space();
    if (this.take('{')) return this.pairs('}');
    if (this.take('[')) return this.list();
    const first = this.scalar(close ? ',}' : ',');
    // Inside of braces a comma begins the next key; outside it may also begin the next value.
    const all: Value[] = [first];
    while (!close && this.next === ',' && !/^,\s*[\w\-./#:]+\s*@?=/.test(this.text.slice(this.at))) {
      this.at += 1;
      if (this.at < this.text.length) all.push(this.scalar(','));
    }
    return all.length > 1 ? all : first;
  }

  private list(): Value[] {
    const out: Value[] = [];
    this.space();
    if (this.take(']')) return out;
    do {
      this.space();
      if (this.take('{')) out.push(this.pairs('}'));
      else if (this.take('[')) out.push(this.list());
      else out.push(this.scalar(',]'));
      this.space();
    } while (this.take(','));
    if (!this.take(']')) this.fail(']');
    return out;
  }

  private scalar(stops: string): string {
    this.space();
    const quote = this.next;
    let out = '';
    if (quote === '"' || quote === "'") {
      this.at += 1;
      while (this.next && this.next !== quote) {
        if (this.next === '\\') this.at += 1;
        out += this.next;
        this.at += 1;
      }
      if (!this.take(quote)) this.fail(quote);
      return out;
    }
    while (this.next && !stops.includes(this.next)) {
      if (this.next === '\\' && this.text[this.at + 1] === ',') this.at += 1;
      out += this.next;
      this.at += 1;
    }
    return out.trimEnd();
  }
}
