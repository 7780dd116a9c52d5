import { totalmem } from "node:os";
import { addon } from "../addon.ts";
import { NativeError } from "../native-error.ts";
import { FreePieces } from "./free-pieces.ts";
import { alignment, cut, isWholeSlab, join, slabOf, type Piece } from "./slab.ts";
import { unsetBuffer } from "./unset-buffer.ts";

/** Memory of the pool: `capacity` bytes of `buffer` from `offset`, a multiple of 64 in the address space. */
export interface Block {
  readonly buffer: ArrayBuffer;
  readonly offset: number;
  readonly capacity: number;
}

export interface PoolStatistics {
  /** Bytes kept for later. */
  readonly heldBytes: number;
  /** Bytes of live outputs, and the most that there ever were. */
  readonly usedBytes: number;
  readonly peakUsedBytes: number;
  /** What may be held. */
  readonly limitBytes: number;
  /** Requests answered with held memory, and with memory that is fresh, all or in part. */
  readonly hits: number;
  readonly misses: number;
}

/** Slabs take address space alone until they are used. */
const slabBytes = 128 * 2 ** 20;

/**
 * Held and used memory together stay below the most that was ever used at a time, and this much more: what a later phase of a step does
 * not fit into makes way, instead of adding up.
 */
const headroom = 1 / 16;
const alwaysAllowed = 64 * 2 ** 20;

/** A quarter of what the process may use. */
function defaultLimit(): number {
  const constrained = process.constrainedMemory();
  return Math.floor(Math.min(totalmem(), constrained > 0 ? constrained : Infinity) / 4);
}

/**
 * Keeps the memory of large outputs for the next ones. Fresh memory costs a page fault for each page, two to four times the time of writing to
 * memory that is there.
 *
 * Outputs are cut out of slabs, and neighbours that are free again are joined, so that a phase of many small outputs and one of few large ones
 * use the same memory. The slabs are JavaScript's own memory, on huge pages where the system has them.
 */
export class MemoryPool {
  private readonly free = new FreePieces();
  private readonly pieces = new WeakMap<Block, Piece>();
  private heldBytes = 0;
  private usedBytes = 0;
  private peakUsedBytes = 0;
  private limitBytes: number | undefined;
  private hits = 0;
  private misses = 0;
  private returns = 0;
  /** Tensors that were never disposed of. */
  private readonly collected = new FinalizationRegistry<Piece>((piece) => this.takeBack(piece));

  /** @param limitBytes  what may be held; without it, a quarter of what the process may use */
  constructor(limitBytes?: number) {
    this.limitBytes = limitBytes;
  }

  get statistics(): PoolStatistics {
    const { heldBytes, usedBytes, peakUsedBytes, hits, misses } = this;
    return { heldBytes, usedBytes, peakUsedBytes, limitBytes: this.limit, hits, misses };
  }

  get limit(): number {
    return (this.limitBytes ??= defaultLimit());
  }

  set limit(bytes: number) {
    this.limitBytes = bytes;
    this.evict(bytes);
  }

  /**
   * Memory whose contents are arbitrary, until it is given back or the block is garbage.
   *
   * @throws ERR_NATIVE_MEMORY
   */
  take(bytes: number): Block {
    const size = Math.max(1, Math.ceil(bytes / alignment)) * alignment;
    const piece = this.free.bestFor(size) ?? this.addSlab(size);
    this.withdraw(piece);
    const rest = cut(piece, size);
    if (rest !== undefined) this.offer(rest);
    if (piece.resident === size) this.hits++;
    else this.makeRoomFor(size);
    piece.free = false;
    this.usedBytes += size;
    this.peakUsedBytes = Math.max(this.peakUsedBytes, this.usedBytes);
    const block: Block = { buffer: piece.buffer, offset: piece.offset, capacity: size };
    this.pieces.set(block, piece);
    this.collected.register(block, piece, block);
    return block;
  }

  /** Nobody reads or writes the block any more. */
  give(block: Block): void {
    const piece = this.pieces.get(block);
    if (piece === undefined) throw new Error("the block is not of this pool, or was given before");
    this.pieces.delete(block);
    this.collected.unregister(block);
    this.takeBack(piece);
  }

  /** Gives everything that is held back to the system. */
  empty(): void {
    this.evict(0);
  }

  private takeBack(piece: Piece): void {
    this.usedBytes -= piece.size;
    piece.free = true;
    piece.resident = piece.size;
    piece.returned = this.returns++;
    let whole = piece;
    if (piece.after?.free) {
      this.withdraw(piece.after);
      whole = join(piece, piece.after);
    }
    if (piece.before?.free) {
      this.withdraw(piece.before);
      whole = join(piece.before, piece);
    }
    this.offer(whole);
    this.evict(this.limit);
  }

  private offer(piece: Piece): void {
    this.free.add(piece);
    this.heldBytes += piece.resident;
  }

  private withdraw(piece: Piece): void {
    this.free.remove(piece);
    this.heldBytes -= piece.resident;
  }

  /** `bytes` of fresh memory come to what is used. */
  private makeRoomFor(bytes: number): void {
    this.misses++;
    const together = Math.max(this.peakUsedBytes * (1 + headroom), alwaysAllowed);
    this.evict(Math.max(0, together - this.usedBytes - bytes));
  }

  private addSlab(size: number): Piece {
    const slab = this.tryToAddSlab(Math.max(size, slabBytes)) ?? this.tryToAddSlab(size);
    if (slab !== undefined) return slab;
    this.empty();
    const last = this.tryToAddSlab(size);
    if (last === undefined) throw new NativeError("ERR_NATIVE_MEMORY", `${size} bytes cannot be had`);
    return last;
  }

  private tryToAddSlab(bytes: number): Piece | undefined {
    try {
      const buffer = unsetBuffer(bytes + alignment);
      const slab = slabOf(buffer, addon().prepareMemory(buffer));
      this.free.add(slab);
      return slab;
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      return undefined;
    }
  }

  /** Gives memory back to the system, what was returned longest ago first, until no more than `most` bytes are held. */
  private evict(most: number): void {
    if (this.heldBytes <= most) return;
    for (const piece of this.free.oldestFirst) {
      if (this.heldBytes <= most) return;
      this.withdraw(piece);
      if (isWholeSlab(piece)) addon().releaseMemory(piece.buffer);
      else {
        piece.resident -= Math.min(piece.resident, addon().discardMemory(piece.buffer, piece.offset, piece.size));
        this.offer(piece);
      }
    }
  }
}

/** The pool of this JavaScript thread. */
export const memoryPool = new MemoryPool();

/** What the pool of this JavaScript thread holds, and how often it served. */
export const poolStatistics = (): PoolStatistics => memoryPool.statistics;

/** Gives what the pool holds back to the system, now. */
export const emptyPool = (): void => memoryPool.empty();
