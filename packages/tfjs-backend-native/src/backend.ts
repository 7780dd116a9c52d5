import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import { engine, type backend_util, type DataType, type TensorInfo } from "@tensorflow/tfjs-core";
import { memoryPool, type MemoryPool } from "./memory/memory-pool.ts";
import { NativeError } from "./native-error.ts";
import { TensorStorage, type OwnArray } from "./memory/storage.ts";
import { copyOf } from "./memory/unset-buffer.ts";

/** The types that kernels compute, and their arrays. */
interface Arrays {
  float32: Float32Array;
  int32: Int32Array;
  bool: Uint8Array;
}
export type NumericType = keyof Arrays;

/** An output being computed: what becomes the tensor, and its numbers, not yet set. */
export interface Output<Values> {
  readonly info: TensorInfo;
  readonly values: Values;
}

const constructors = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };
const isNumeric = (dtype: DataType): dtype is NumericType => dtype in constructors;

export interface NativeBackendOptions {
  readonly pool?: MemoryPool;
  /** Bytes. Smaller outputs cost less to make than to look up. */
  readonly leastPooled?: number;
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, length) => size * length, 1);

/** TensorFlow.js's CPU backend, with kernels in C++ that work on the same typed arrays. */
export class NativeBackend extends MathBackendCPU {
  declare data: TensorStorage;
  private readonly pool: MemoryPool;
  private readonly leastPooled: number;
  private nextId = 0;

  constructor({ pool = memoryPool, leastPooled = 16 * 1024 }: NativeBackendOptions = {}) {
    super();
    this.pool = pool;
    this.leastPooled = leastPooled;
    this.data = new TensorStorage(this, engine(), pool);
  }

  /**
   * The numbers of a float32 tensor, for reading. Like those of `intsOf` and `boolsOf` they are valid until the tensor is disposed of: its
   * memory may be the next output's.
   */
  floatsOf({ dataId }: TensorInfo): Float32Array {
    const { numbers } = this.data.get(dataId);
    return numbers instanceof Float32Array ? numbers : Float32Array.from(numbers as ArrayLike<number>);
  }

  /** The numbers of an int32 tensor, for reading. */
  intsOf({ dataId }: TensorInfo): Int32Array {
    const { numbers } = this.data.get(dataId);
    return numbers instanceof Int32Array ? numbers : Int32Array.from(numbers as ArrayLike<number>);
  }

  /** The numbers of a bool tensor, 0 or 1, for reading. */
  boolsOf({ dataId }: TensorInfo): Uint8Array {
    const { numbers } = this.data.get(dataId);
    return numbers instanceof Uint8Array ? numbers : Uint8Array.from(numbers as ArrayLike<number>);
  }

  /**
   * The numbers of a tensor, for changing in place; undefined if another tensor shares them, a user may hold them, or a user gave them.
   * Then a kernel writes to a new output instead.
   */
  writable<T extends NumericType>({ dataId }: TensorInfo, dtype: T): Arrays[T] | undefined {
    const values = this.data.get(dataId).exclusive;
    return values instanceof constructors[dtype] ? (values as Arrays[T]) : undefined;
  }

  /** The same for kernels whose inputs are no more afterwards, whoever gave their numbers. */
  consumable<T extends NumericType>({ dataId }: TensorInfo, dtype: T): Arrays[T] | undefined {
    const values = this.data.get(dataId).consumable;
    return values instanceof constructors[dtype] ? (values as Arrays[T]) : undefined;
  }

  /**
   * A tensor whose numbers are arbitrary until a kernel sets them, all of them.
   *
   * @throws ERR_NATIVE_MEMORY
   */
  allocate(shape: readonly number[]): Output<Float32Array>;
  allocate<T extends NumericType>(shape: readonly number[], dtype: T): Output<Arrays[T]>;
  allocate(shape: readonly number[], dtype: NumericType = "float32"): Output<Arrays[NumericType]> {
    const own = this.makeArray(sizeOf(shape), dtype);
    const dataId = this.makeDataId();
    this.data.setOwn(dataId, dtype, own);
    return { info: { dataId, shape: [...shape], dtype }, values: own.values };
  }

  /** Calls `f` with memory whose contents are arbitrary, and which nobody has after it. @throws ERR_NATIVE_MEMORY */
  withScratch<T extends NumericType, R>(length: number, dtype: T, f: (scratch: Arrays[T]) => R): R {
    const { values, block } = this.makeArray(length, dtype);
    try {
      return f(values as Arrays[T]);
    } finally {
      if (block !== undefined) this.pool.give(block);
    }
  }

  /**
   * Large arrays are copied: the caller's stays his, its tensor's memory is the pool's, and a loader's array is garbage at once instead of
   * when the tensor is first written.
   */
  override write(values: backend_util.BackendValues, _shape: number[], dtype: DataType): TensorInfo["dataId"] {
    const dataId = this.makeDataId();
    if (isNumeric(dtype) && values instanceof constructors[dtype] && values.byteLength >= this.leastPooled) {
      const own = this.makeArray(values.length, dtype);
      own.values.set(values);
      this.data.setOwn(dataId, dtype, { ...own, given: true });
    } else this.data.set(dataId, { values, dtype, refCount: 1 });
    return dataId;
  }

  /**
   * A copy where the memory is the pool's: the reader may keep the array, hand its buffer to another thread, or take the buffer for the
   * tensor's bytes, of which the pool's has more. Leaving the block to the reader instead would cost the next output as much in page faults.
   */
  override readSync(dataId: TensorInfo["dataId"]): backend_util.BackendValues {
    const stored = this.data.get(dataId);
    if (stored.isPooled) return copyOf(stored.numbers as OwnArray["values"]);
    return super.readSync(dataId);
  }

  override dispose(): void {
    this.pool.empty();
  }

  private makeDataId(): TensorInfo["dataId"] {
    return { id: this.nextId++ };
  }

  private makeArray(length: number, dtype: NumericType): OwnArray {
    const { BYTES_PER_ELEMENT: bytes } = constructors[dtype];
    if (length * bytes >= this.leastPooled) {
      if (!Number.isSafeInteger(length * bytes))
        throw new NativeError("ERR_NATIVE_MEMORY", `${length} numbers are too many`);
      const block = this.pool.take(length * bytes);
      return { values: new constructors[dtype](block.buffer, block.offset, length), block };
    }
    return { values: new constructors[dtype](length), block: undefined };
  }
}
