/**
 * How long work is done: in turns, between which whoever waits for it is told how far it is and may call it off, and
 * others have their turn.
 */
export interface Pace {
  /** Says how far the work is: a share from 0 to 1, and what is being done. @throws whatever calls the work off */
  at(share: number, doing: string): Promise<void>;
}

/** For who waits for nothing. */
export const HURRY: Pace = { at: async () => {} };

/** The pace of a part of the work, which lies between two shares of the whole. */
export const within = (pace: Pace, from: number, to: number): Pace => ({
  at: (share, doing) => pace.at(from + share * (to - from), doing),
});

/** Items to a turn: of ten thousand servers, a turn takes some twenty milliseconds. */
export const TURN = 200;

/** Maps items in turns. Work of a single turn says nothing: it is over before anybody could look. */
export async function inTurns<T, R>(pace: Pace, items: readonly T[], doing: string, each: (item: T) => R): Promise<R[]> {
  const all: R[] = [];
  for (const [i, item] of items.entries()) {
    if (i > 0 && i % TURN === 0) await pace.at(i / items.length, `${doing} ${i} of ${items.length}`);
    all.push(each(item));
  }
  return all;
}
