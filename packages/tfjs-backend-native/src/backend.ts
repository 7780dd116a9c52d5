import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import type { TensorInfo } from "@tensorflow/tfjs-core";

/** An output being computed: what becomes the tensor, and its numbers, not yet set. */
export interface Output<Values> {
  readonly info: TensorInfo;
  readonly values: Values;
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, length) => size * length, 1);

/** TensorFlow.js's CPU backend, with kernels in C++ that work on the same typed arrays. */
export class NativeBackend extends MathBackendCPU {
  /** The numbers of a float32 tensor, for reading. */
  floatsOf({ dataId }: TensorInfo): Float32Array {
    const { values } = this.data.get(dataId);
    return values instanceof Float32Array ? values : Float32Array.from(values as ArrayLike<number>);
  }

  /** The numbers of an int32 tensor, for reading. */
  intsOf({ dataId }: TensorInfo): Int32Array {
    const { values } = this.data.get(dataId);
    return values instanceof Int32Array ? values : Int32Array.from(values as ArrayLike<number>);
  }

  /** A float32 tensor whose numbers are arbitrary until a kernel sets them. */
  allocate(shape: readonly number[]): Output<Float32Array> {
    const values = new Float32Array(sizeOf(shape));
    return { info: this.makeTensorInfo([...shape], "float32", values), values };
  }
}
