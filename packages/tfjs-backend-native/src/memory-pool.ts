import { constants } from "node:buffer";
import { totalmem } from "node:os";
import { addon } from "./addon.ts";
import { NativeError } from "./native-error.ts";

/** Memory of the pool: `capacity` bytes of `buffer` from `offset`, a multiple of 64 in the address space. */
export interface Block {
  readonly buffer: ArrayBuffer;
  readonly offset: number;
  readonly capacity: number;
  /** Its place in the order of returns. */
  returned?: number;
}

export interface PoolStatistics {
  /** Bytes kept for later. */
  readonly heldBytes: number;
  /** Bytes of live outputs, and the most that there ever were. */
  readonly usedBytes: number;
  readonly peakUsedBytes: number;
  /** What may be held. */
  readonly limitBytes: number;
  /** Requests answered with held memory, and with fresh memory. */
  readonly hits: number;
  readonly misses: number;
}

const alignment = 64;

/** A request gets a held block that is at most this much larger: texts of different lengths find each other's memory. */
const slack = 1 / 8;

/**
 * Held and used memory together stay below the most that was ever used at a time, and this much more: what a later phase of a step does
 * not fit into makes way, instead of adding up.
 */
const headroom = 1 / 32;
const alwaysAllowed = 64 * 2 ** 20;

/** A quarter of what the process may use. */
function defaultLimit(): number {
  const constrained = process.constrainedMemory();
  return Math.floor(Math.min(totalmem(), constrained > 0 ? constrained : Infinity) / 4);
}

/**
 * Keeps the memory of large outputs for the next one. Fresh memory costs a page fault for each page, two to four times the time of writing to
 * memory that is there.
 *
 * The memory is JavaScript's own (so a block that leaves the pool is garbage like any other), aligned, and on huge pages where the system
 * has them. A block that is evicted is given back to the system at once.
 */
export class MemoryPool {
  /** By capacity; among equals, the one returned last comes last. */
  private readonly held: Block[] = [];
  private heldBytes = 0;
  private usedBytes = 0;
  private peakUsedBytes = 0;
  private limitBytes: number | undefined;
  private hits = 0;
  private misses = 0;
  private returns = 0;
  /** Tensors that were never disposed of take their blocks with them when they are collected. */
  private readonly collected = new FinalizationRegistry<number>((capacity) => (this.usedBytes -= capacity));

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
   * Memory whose contents are arbitrary.
   *
   * @throws ERR_NATIVE_MEMORY
   */
  take(bytes: number): Block {
    const block = this.takeHeld(bytes) ?? this.makeFresh(bytes);
    this.usedBytes += block.capacity;
    this.peakUsedBytes = Math.max(this.peakUsedBytes, this.usedBytes);
    return block;
  }

  /** Nobody reads or writes the block any more. */
  give(block: Block): void {
    this.usedBytes -= block.capacity;
    if (block.capacity > this.limit) {
      this.free(block);
      return;
    }
    this.evict(this.limit - block.capacity);
    block.returned = this.returns++;
    this.held.splice(this.firstAbove(block.capacity), 0, block);
    this.heldBytes += block.capacity;
  }

  /** Somebody may hold the block for ever: it will never be given. */
  leave(block: Block): void {
    this.usedBytes -= block.capacity;
    this.collected.unregister(block);
  }

  /** Gives everything that is held back to the system. */
  empty(): void {
    for (const block of this.held.splice(0)) this.free(block);
    this.heldBytes = 0;
  }

  private takeHeld(bytes: number): Block | undefined {
    const smallest = this.held[this.firstAbove(bytes - 1)];
    if (smallest === undefined || smallest.capacity > bytes * (1 + slack) + alignment) return undefined;
    const [block] = this.held.splice(this.firstAbove(smallest.capacity) - 1, 1);
    if (block === undefined) return undefined;
    this.heldBytes -= block.capacity;
    this.hits++;
    return block;
  }

  private makeFresh(bytes: number): Block {
    this.misses++;
    const together = Math.max(this.peakUsedBytes * (1 + headroom), alwaysAllowed);
    this.evict(Math.max(0, together - this.usedBytes - bytes));
    const block = this.allocate(bytes);
    this.collected.register(block, block.capacity, block);
    return block;
  }

  private allocate(bytes: number): Block {
    const capacity = Math.ceil(bytes / alignment) * alignment;
    try {
      const buffer = allocateUnset(capacity + alignment);
      return { buffer, offset: addon().prepareMemory(buffer), capacity };
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      if (this.held.length > 0) {
        this.empty();
        return this.allocate(bytes);
      }
      throw new NativeError("ERR_NATIVE_MEMORY", `${bytes} bytes cannot be had`, { cause });
    }
  }

  /** Frees those that have waited longest, until no more than `most` bytes are held. */
  private evict(most: number): void {
    while (this.heldBytes > most) {
      const oldest = this.held.reduce((a, b) => ((b.returned ?? 0) < (a.returned ?? 0) ? b : a));
      this.held.splice(this.held.indexOf(oldest), 1);
      this.heldBytes -= oldest.capacity;
      this.free(oldest);
    }
  }

  private free(block: Block): void {
    this.collected.unregister(block);
    addon().releaseMemory(block.buffer);
  }

  /** The first of `held` with a capacity above `capacity`. */
  private firstAbove(capacity: number): number {
    let low = 0;
    let high = this.held.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.held[middle]?.capacity ?? Infinity) > capacity) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** An ArrayBuffer that is not filled with zeros, where Node can make one of that size. */
function allocateUnset(bytes: number): ArrayBuffer {
  return bytes <= constants.MAX_LENGTH ? Buffer.allocUnsafeSlow(bytes).buffer : new ArrayBuffer(bytes);
}

/** The numbers in memory of their own, nothing before or after them. */
export function copyOf<T extends Float32Array | Int32Array | Uint8Array>(numbers: T): T {
  const buffer = allocateUnset(numbers.byteLength);
  addon().prepareMemory(buffer);
  const copy = new (numbers.constructor as new (buffer: ArrayBuffer) => T)(buffer);
  copy.set(numbers);
  return copy;
}

/** The pool of this JavaScript thread. */
export const memoryPool = new MemoryPool();

/** What the pool of this JavaScript thread holds, and how often it served. */
export const poolStatistics = (): PoolStatistics => memoryPool.statistics;

/** Gives what the pool holds back to the system, now. */
export const emptyPool = (): void => memoryPool.empty();
