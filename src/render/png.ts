import { initWasm, Resvg } from '@resvg/resvg-wasm';
import wasm from '@resvg/resvg-wasm/index_bg.wasm';
import font from 'dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf';

/** Twice the drawing: sharp on a screen of two pixels to a point. */
const SCALE = 2;

let ready: Promise<void> | undefined;

/**
 * Draws an SVG into a PNG: what clients take as an image, while SVG is refused by them. All text is set in the one font that is
 * bundled (WebAssembly sees none of the machine's), so that the bytes are the same everywhere.
 */
export async function png(svg: string): Promise<Uint8Array> {
  ready ??= initWasm(wasm);
  await ready;
  const drawing = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: SCALE },
    font: { fontBuffers: [font], defaultFontFamily: 'DejaVu Sans' },
  });
  try {
    const image = drawing.render();
    try {
      return image.asPng();
    } finally {
      image.free();
    }
  } finally {
    drawing.free();
  }
}
