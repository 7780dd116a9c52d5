/** The backend under test, which the files of specs ask for when they are evaluated. */
import { setTestEnvs } from "@tensorflow/tfjs-core/dist/jasmine_util.js";
import { registerBackend, removeBackend } from "@tensorflow/tfjs-core";
import { NativeBackend } from "../../src/index.ts";
import { MemoryPool, type Block } from "../../src/memory-pool.ts";

/** Fills memory with NaN when it is handed out and when it is returned: a kernel that reads what is not there, or no more, fails its specs. */
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

export const backendName = process.argv[2] ?? "native";

removeBackend("native");
registerBackend("native", () => new NativeBackend({ pool: new PoisonedPool(), leastPooled: 0 }));
setTestEnvs([{ name: backendName, backendName, isDataSync: true }]);
