import type { Piece } from "./slab.ts";

/** Free pieces by size; among equals, the one added last comes last. */
export class FreePieces {
  private readonly pieces: Piece[] = [];

  get oldestFirst(): readonly Piece[] {
    return [...this.pieces].sort((a, b) => a.returned - b.returned);
  }

  add(piece: Piece): void {
    this.pieces.splice(this.firstAbove(piece.size), 0, piece);
  }

  remove(piece: Piece): void {
    this.pieces.splice(this.pieces.indexOf(piece, this.firstAbove(piece.size - 1)), 1);
  }

  /**
   * The smallest piece that is large enough and needs no fresh memory for `size` bytes, else the smallest; among equals, the one added last, which
   * the caches know best.
   */
  bestFor(size: number): Piece | undefined {
    const fits = this.pieces.slice(this.firstAbove(size - 1));
    const ready = fits.filter(({ resident }) => resident >= size);
    const [smallest] = ready.length > 0 ? ready : fits;
    return (ready.length > 0 ? ready : fits).findLast((piece) => piece.size === smallest!.size);
  }

  /** The first of a size above `size`. */
  private firstAbove(size: number): number {
    let low = 0;
    let high = this.pieces.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.pieces[middle]!.size > size) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
