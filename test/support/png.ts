import { inflateSync } from 'node:zlib';

export interface Decoded {
  readonly width: number;
  readonly height: number;
  /** How many pixels there are of each colour, as #rrggbbaa. */
  readonly colours: ReadonlyMap<string, number>;
  pixel(x: number, y: number): string;
}

/** Reads a PNG of eight bits a channel, red, green, blue and alpha, not interlaced; throws on any other. */
export function decodePng(png: Buffer): Decoded {
  if (png.toString('latin1', 0, 8) !== '\x89PNG\r\n\x1a\n') throw new Error('no PNG');
  const data: Buffer[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at))
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') data.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  if (png.toString('hex', 24, 29) !== '0806000000') throw new Error('not RGBA of eight bits');
  const row = width * 4;
  const raw = inflateSync(Buffer.concat(data));
  const out = Buffer.alloc(row * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (row + 1)] as number;
    for (let x = 0; x < row; x++) {
      const at = y * row + x;
      const a = x < 4 ? 0 : (out[at - 4] as number);
      const b = y === 0 ? 0 : (out[at - row] as number);
      const c = x < 4 || y === 0 ? 0 : (out[at - row - 4] as number);
      out[at] = (raw[y * (row + 1) + 1 + x] as number) + ([0, a, b, (a + b) >> 1, paeth(a, b, c)][filter] as number);
    }
  }
  const pixel = (x: number, y: number) => `#${out.toString('hex', y * row + x * 4, y * row + x * 4 + 4)}`;
  const colours = new Map<string, number>();
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) colours.set(pixel(x, y), (colours.get(pixel(x, y)) ?? 0) + 1);
  return { width, height, colours, pixel };
}

/** The neighbour that is nearest to left + above - above left (PNG, third edition, 9.4). */
function paeth(a: number, b: number, c: number): number {
  const [left, above, corner] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  if (left <= above && left <= corner) return a;
  return above <= corner ? b : c;
}
