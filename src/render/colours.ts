import type { Theme } from '../core/plot.ts';

export type Tone = 'back' | 'ink' | 'soft' | 'grid' | 'first' | 'second' | 'dot' | 'now' | 'next' | 'panel' | 'card';

/** In both, text and lines stand out from the ground by 4.5 and more (WCAG 2.2, 1.4.3), the grid aside. */
export const COLOURS: Readonly<Record<Theme, Readonly<Record<Tone, string>>>> = {
  light: {
    back: '#ffffff',
    ink: '#1f2328',
    soft: '#59636e',
    grid: '#e2e6ea',
    first: '#0b62c4',
    second: '#157347',
    dot: '#1f2328',
    now: '#b54708',
    next: '#157347',
    panel: '#f4f6f8',
    card: '#ffffff',
  },
  dark: {
    back: '#151b23',
    ink: '#f0f6fc',
    soft: '#9198a1',
    grid: '#2f3742',
    first: '#6cb0ff',
    second: '#56d38f',
    dot: '#f0f6fc',
    now: '#ffa657',
    next: '#56d38f',
    panel: '#1b222c',
    card: '#212a35',
  },
};

/** What a character of 12 px takes in DejaVu Sans Condensed, on the safe side. */
export const CHARACTER = 6.7;

export const style = (theme: Theme): string =>
  Object.entries(COLOURS[theme])
    .map(([tone, colour]) => `.${tone}{fill:${colour}}.${tone}-line{stroke:${colour}}`)
    .join('');

export const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
/** Two decimals, so that it is the same bytes everywhere. */
export const at = (value: number): string => String(Number(value.toFixed(2)));
