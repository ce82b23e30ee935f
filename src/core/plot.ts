/** A plot as data; src/render/plot.ts draws it. */
export interface Plot {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  /** At most two: they are told apart by colour and by their place in the legend. */
  readonly curves: readonly Curve[];
  /** What was measured. */
  readonly points: readonly Place[];
  /** Where one is now, and where one is to be. */
  readonly marks: readonly Mark[];
  /** A vertical line, with what is there. */
  readonly line?: { readonly at: number; readonly label: string };
  readonly xMax: number;
  readonly yMax: number;
}

export type Place = readonly [x: number, y: number];

export interface Curve {
  readonly label: string;
  readonly points: readonly Place[];
  /** ideal: what would be if nothing stood in the way, dashed. load: what is asked for now, in the colour of now. */
  readonly is?: 'ideal' | 'load';
}

export interface Mark {
  readonly at: Place;
  readonly label: string;
  readonly is: 'now' | 'next';
}

export type Theme = 'light' | 'dark';
