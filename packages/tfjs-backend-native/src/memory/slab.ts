/** A large piece of memory, cut into pieces that lie one after the other: some are free, the others somebody's. */

/** Addresses of pieces are multiples of this: a cache line, and the widest vector. */
export const alignment = 64;

/** `size` bytes of `buffer` from `offset`. Two neighbours are never both free. */
export interface Piece {
  readonly buffer: ArrayBuffer;
  readonly offset: number;
  size: number;
  free: boolean;
  /**
   * So many of its bytes the system has given memory for. Free pieces are used from their beginning, so they are taken to be the first ones;
   * where they are not, statistics are off by as much.
   */
  resident: number;
  /** When it became free, in the order of returns. */
  returned: number;
  before: Piece | undefined;
  after: Piece | undefined;
}

/** A slab that is one free piece. */
export const slabOf = (buffer: ArrayBuffer, offset: number): Piece => ({
  buffer,
  offset,
  size: Math.floor((buffer.byteLength - offset) / alignment) * alignment,
  free: true,
  resident: 0,
  returned: 0,
  before: undefined,
  after: undefined,
});

/** Nothing of its slab is in use. */
export const isWholeSlab = ({ free, before, after }: Piece): boolean =>
  free && before === undefined && after === undefined;

/** Shortens a free piece to `size` bytes. @returns the rest, free as well; undefined if there is none */
export function cut(piece: Piece, size: number): Piece | undefined {
  if (piece.size === size) return undefined;
  const rest: Piece = {
    ...piece,
    offset: piece.offset + size,
    size: piece.size - size,
    resident: Math.max(0, piece.resident - size),
    before: piece,
  };
  if (rest.after !== undefined) rest.after.before = rest;
  piece.after = rest;
  piece.size = size;
  piece.resident = Math.min(piece.resident, size);
  return rest;
}

/** One free piece of two neighbours: `first`, grown; `second` is no more. */
export function join(first: Piece, second: Piece): Piece {
  first.size += second.size;
  first.resident += second.resident;
  first.returned = Math.max(first.returned, second.returned);
  first.after = second.after;
  if (second.after !== undefined) second.after.before = first;
  return first;
}
