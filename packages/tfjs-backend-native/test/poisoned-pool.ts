import { registerBackend, removeBackend } from "@tensorflow/tfjs-core";
import { NativeBackend } from "../src/index.ts";
import { MemoryPool, type Block } from "../src/memory/memory-pool.ts";

/** Fills memory with NaN when it is handed out and when it is returned: a kernel that reads what is not there, or no more, fails its tests. */
class PoisonedPool extends MemoryPool {
  override take(bytes: number): Block {
    return poison(super.take(bytes));
  }

  override give(block: Block): void {
    super.give(poison(block));
  }
}

function poison(block: Block): Block {
  new Uint8Array(block.buffer, block.offset, block.capacity).fill(0xff);
  return block;
}

/** From now on `native` takes every output from such a pool, however small. */
export function poisonMemory(): void {
  removeBackend("native");
  registerBackend("native", () => new NativeBackend({ pool: new PoisonedPool(), leastPooled: 0 }));
}
