import { type ScaleLinear, scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import type { Curve, Mark, Place, Plot, Theme } from '../core/plot.ts';
import { at, CHARACTER, escaped, style, type Tone } from './colours.ts';

/*
 * A plot as SVG, from which png.ts makes the picture: on a ground of its own, as a picture cannot follow its reader's theme.
 */

const WIDTH = 680;
const HEIGHT = 400;
const AREA = { left: 68, right: WIDTH - 24, top: 92, bottom: HEIGHT - 52 } as const;
const text = (x: number, y: number, of: string, tone: Tone, more = ''): string =>
  `<text x="${at(x)}" y="${at(y)}" class="${tone}"${more}>${escaped(of)}</text>`;

/** Draws a plot; the same plot gives the same bytes. */
export function drawPlot(plot: Plot, theme: Theme = 'light'): string {
  const x = scaleLinear([0, plot.xMax], [AREA.left, AREA.right]).nice();
  const y = scaleLinear([0, plot.yMax], [AREA.bottom, AREA.top]).nice();
  const place = ([a, b]: Place): [number, number] => [x(a), y(b)];
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${escaped(plot.title).replaceAll('"', '&quot;')}">`,
    `<style>text{font-family:'DejaVu Sans',sans-serif;font-stretch:condensed;font-size:12px}text.title{font-size:15px}${style(theme)}</style>`,
    `<defs><clipPath id="area"><rect x="${AREA.left}" y="${AREA.top}" width="${AREA.right - AREA.left}" height="${AREA.bottom - AREA.top}"/></clipPath></defs>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" class="back"/>`,
    `<text x="20" y="30" class="ink title">${escaped(plot.title)}</text>`,
    ...legend(plot),
  ];
  for (const tick of y.ticks(5)) {
    parts.push(
      `<path d="M${AREA.left} ${at(y(tick))}H${AREA.right}" class="grid-line"/>`,
      text(AREA.left - 8, y(tick) + 4, tickLabels(y, 5)(tick), 'soft', ' text-anchor="end"'),
    );
  }
  for (const tick of x.ticks(8)) parts.push(text(x(tick), AREA.bottom + 18, tickLabels(x, 8)(tick), 'soft', ' text-anchor="middle"'));
  parts.push(
    `<path d="M${AREA.left} ${AREA.bottom}H${AREA.right}" class="soft-line"/>`,
    text((AREA.left + AREA.right) / 2, HEIGHT - 12, plot.x, 'ink', ' text-anchor="middle"'),
    text(20, AREA.top - 14, plot.y, 'ink'),
  );
  if (plot.line !== undefined) {
    const to = x(plot.line.at);
    const half = (plot.line.label.length * CHARACTER) / 2;
    // Beside the name of the other axis, which stands at the same height.
    const from = Math.max(20 + plot.y.length * CHARACTER + 16 + half, Math.min(to, AREA.right - half));
    parts.push(
      `<path d="M${at(to)} ${AREA.top}V${AREA.bottom}" class="soft-line" stroke-dasharray="2 4"/>`,
      text(from, AREA.top - 14, plot.line.label, 'soft', ' text-anchor="middle"'),
    );
  }
  const draw = line<Place>(
    (one) => Number(x(one[0]).toFixed(2)),
    (one) => Number(y(one[1]).toFixed(2)),
  );
  parts.push('<g clip-path="url(#area)" fill="none" stroke-width="2.5" stroke-linejoin="round">');
  for (const curve of plot.curves) parts.push(`<path d="${draw(curve.points)}" ${stroke(curve, plot.curves)}/>`);
  parts.push('</g>');
  for (const one of plot.points) {
    const [a, b] = place(one);
    parts.push(`<circle cx="${at(a)}" cy="${at(b)}" r="4" class="dot back-line" stroke-width="1.5"/>`);
  }
  parts.push(...marks(plot.marks, place, obstacles(plot, place)));
  return `${parts.join('\n')}\n</svg>\n`;
}

/** How ticks are labelled: a million is 1M, as its digits would run into the next label or out of the picture. */
const tickLabels = (scale: ScaleLinear<number, number>, count: number) =>
  scale.tickFormat(count, Math.max(...scale.domain()) < 1e6 ? undefined : '~s');

/** How a curve is drawn: the plain ones in two colours, in their order. */
function stroke(curve: Curve, all: readonly Curve[]): string {
  if (curve.is === 'ideal') return 'class="soft-line" stroke-width="1.5" stroke-dasharray="5 5"';
  if (curve.is === 'load') return 'class="now-line" stroke-width="1.5"';
  return `class="${all.filter(({ is }) => is === undefined).indexOf(curve) === 0 ? 'first' : 'second'}-line" stroke-width="2.5"`;
}

function legend({ curves, points }: Plot): string[] {
  const parts: string[] = [];
  let left = 20;
  const entry = (label: string, sign: string): void => {
    parts.push(sign, text(left + 28, 56, label, 'ink'));
    left += 28 + label.length * CHARACTER + 18;
  };
  for (const curve of curves) entry(curve.label, `<path d="M${at(left)} 52H${at(left + 20)}" ${stroke(curve, curves)}/>`);
  if (points.length > 0) entry('measured', `<circle cx="${at(left + 10)}" cy="52" r="4" class="dot"/>`);
  return parts;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
}
/** A label's height, and how far it stands from its ring. */
const LINE = 16;
const GAP = 12;

/** Places in the picture that a label should not cover: a step along every curve, and the points. */
function obstacles(plot: Plot, place: (one: Place) => [number, number]): (readonly [number, number])[] {
  const all = plot.points.map(place);
  const upright = plot.line?.at;
  if (upright !== undefined) for (let y: number = AREA.top; y < AREA.bottom; y += 6) all.push([place([upright, 0])[0], y]);
  for (const { points } of plot.curves)
    for (const [i, point] of points.entries()) {
      const [x, y] = place(point);
      const [fromX, fromY] = place(points[Math.max(0, i - 1)] as Place);
      const steps = Math.min(200, Math.max(1, Math.ceil(Math.hypot(x - fromX, y - fromY) / 5)));
      for (let step = 1; step <= steps; step++) all.push([fromX + ((x - fromX) * step) / steps, fromY + ((y - fromY) * step) / steps]);
    }
  return all;
}

/** Rings with their labels, each where it covers least: beside its ring, above it or below. */
function marks(all: readonly Mark[], place: (one: Place) => [number, number], avoid: readonly (readonly [number, number])[]): string[] {
  const parts: string[] = [];
  const taken: Box[] = [];
  const rings = all.map((one) => place(one.at));
  const covered = ({ left, top, width }: Box): number => {
    const over = (x: number, y: number, by = 0): boolean =>
      x > left - 5 - by && x < left + width + 5 + by && y > top - 4 - by && y < top + LINE + 4 + by;
    return (
      avoid.filter(([x, y]) => over(x, y)).length +
      rings.filter(([x, y]) => over(x, y, 6)).length * 50 +
      taken.filter((one) => one.left < left + width + 8 && left < one.left + one.width + 8 && Math.abs(one.top - top) < LINE + 2).length *
        100
    );
  };
  for (const [i, { label, is }] of all.entries()) {
    const [x, y] = rings[i] as [number, number];
    const width = label.length * (CHARACTER + 0.5);
    const boxes = [
      [x + GAP, y - LINE / 2],
      [x + GAP, y - LINE - GAP],
      [x + GAP, y + GAP],
      [x - GAP - width, y - LINE / 2],
      [x - GAP - width, y - LINE - GAP],
      [x - GAP - width, y + GAP],
      [x - width / 2, y - LINE - GAP * 1.5],
      [x - width / 2, y + GAP * 1.5],
      [x + GAP, y + GAP * 3],
      [x + GAP, y - LINE - GAP * 3],
      [x - GAP - width, y + GAP * 3],
      [x - GAP - width, y - LINE - GAP * 3],
      [x + GAP * 3, y - LINE - GAP * 3],
      [x - GAP * 3 - width, y - LINE - GAP * 3],
      [x + GAP * 3, y - LINE - GAP],
      [x - GAP * 3 - width, y - LINE - GAP],
      [x - width / 2, y + GAP * 4],
      [x - width / 2, y - LINE - GAP * 4],
    ]
      .map(([left, top]): Box => ({ left: left as number, top: top as number, width }))
      .filter(({ left, top }) => left >= AREA.left + 4 && left + width <= AREA.right && top >= AREA.top && top + LINE <= AREA.bottom - 2);
    const box = boxes.reduce(
      (a, b) => (covered(b) < covered(a) ? b : a),
      boxes[0] ?? { left: Math.max(AREA.left + 4, Math.min(x, AREA.right - width)), top: AREA.top, width },
    );
    taken.push(box);
    parts.push(
      `<circle cx="${at(x)}" cy="${at(y)}" r="6.5" class="back ${is}-line" stroke-width="3"/>`,
      `<text x="${at(box.left)}" y="${at(box.top + 12)}" class="${is}">${escaped(label)}</text>`,
    );
  }
  return parts;
}
