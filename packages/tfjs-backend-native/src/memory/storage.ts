/** Who may hold the numbers of a tensor: what decides whether memory is used again, and whether a kernel may write in place. */
import type { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import { DataStorage, type backend_util, type DataType, type TensorInfo } from "@tensorflow/tfjs-core";
import type { Block, MemoryPool } from "./memory-pool.ts";
import { copyOf } from "./unset-buffer.ts";

type TensorData = ReturnType<MathBackendCPU["data"]["get"]>;
type Values = backend_util.BackendValues;
type DataId = TensorInfo["dataId"];

/** An array that a kernel of this backend made for its output. `block` is the pool's memory under it, if it is large. */
export interface OwnArray {
  readonly values: Float32Array | Int32Array | Uint8Array;
  readonly block: Block | undefined;
  /** A copy of an array that somebody gave to make the tensor, who may count on the numbers. */
  readonly given?: boolean;
}

/**
 * What the CPU backend keeps of a tensor, and whether its numbers are still this backend's own.
 *
 * They are until somebody reads `values`, as the kernels of the CPU backend do: some of them (Real, Imag, Complex, Slice, …) put the array that
 * they found under a second tensor. What they find belongs to JavaScript's garbage collector and is not written any more; where it was
 * the pool's, the numbers move out of it. Kernels of this backend read `numbers`, and again after a kernel of the CPU backend.
 */
export class StoredTensor implements TensorData {
  refCount: number;
  readonly dtype: DataType;
  complexTensorInfos?: { real: TensorInfo; imag: TensorInfo };
  private own: OwnArray | undefined;
  private current: Values;

  constructor(
    numbers: Values,
    { refCount, dtype, complexTensorInfos }: TensorData,
    private readonly pool: MemoryPool,
    own?: OwnArray,
  ) {
    this.current = numbers;
    this.refCount = refCount;
    this.dtype = dtype;
    if (complexTensorInfos !== undefined) this.complexTensorInfos = complexTensorInfos;
    this.own = own;
  }

  get numbers(): Values {
    return this.current;
  }

  get values(): Values {
    if (this.own?.block !== undefined) {
      this.current = copyOf(this.own.values);
      this.pool.give(this.own.block);
    }
    this.own = undefined;
    return this.current;
  }

  /** The memory is the pool's, and nobody else has it. */
  get isPooled(): boolean {
    return this.own?.block !== undefined;
  }

  /** The array, if no other tensor and nobody outside can see a change of it. */
  get exclusive(): OwnArray["values"] | undefined {
    return this.own?.given ? undefined : this.consumable;
  }

  /** The array, if no other tensor has it. */
  get consumable(): OwnArray["values"] | undefined {
    return this.refCount === 1 ? this.own?.values : undefined;
  }

  /** The tensor is no more. */
  release(): void {
    if (this.own?.block !== undefined) this.pool.give(this.own.block);
    this.own = undefined;
  }
}

/** The tensors of the backend. */
export class TensorStorage extends DataStorage<TensorData> {
  private readonly pool: MemoryPool;

  constructor(backend: MathBackendCPU, mover: ConstructorParameters<typeof DataStorage>[1], pool: MemoryPool) {
    super(backend, mover);
    this.pool = pool;
  }

  override get(dataId: DataId): StoredTensor {
    return super.get(dataId) as StoredTensor;
  }

  /** Of numbers that somebody else may hold; a complex tensor has none of its own. */
  override set(dataId: DataId, data: TensorData): void {
    super.set(dataId, new StoredTensor(data.values ?? [], data, this.pool));
  }

  setOwn(dataId: DataId, dtype: DataType, own: OwnArray): void {
    super.set(dataId, new StoredTensor(own.values, { dtype, refCount: 1 }, this.pool, own));
  }

  override delete(dataId: DataId): boolean {
    if (this.has(dataId)) this.get(dataId).release();
    return super.delete(dataId);
  }
}
