/** Tensors of one number. */
import { util, type DataType } from "@tensorflow/tfjs-core";
import type { NativeBackend, NumericType } from "../../backend.ts";
import { isNumeric, partialKernel } from "../partial-kernel.ts";
import { copy } from "./copy.ts";

const one = { float32: new Float32Array(1), int32: new Int32Array(1), bool: new Uint8Array(1) };

function filled<T extends NumericType>(backend: NativeBackend, shape: readonly number[], dtype: T, value: number) {
  const { info, values } = backend.allocate(shape, dtype);
  one[dtype][0] = value;
  if (values.length > 0) copy(one[dtype], values, [{ size: values.length, from: 0, to: 1 }]);
  return { info, values };
}

interface Content {
  readonly shape: readonly number[];
  readonly value: string | number | boolean;
  readonly dtype?: DataType;
}

const fill = partialKernel<Content>("Fill", ({ attributes: { shape, value, dtype }, backend }) => {
  const type = dtype ?? util.inferDtype(value);
  const isKnown = type === "float32" || type === "int32" || type === "bool";
  return isKnown && typeof value !== "string" ? filled(backend, shape, type, Number(value)).info : undefined;
});

const like = (name: string, value: number) =>
  partialKernel(name, ({ inputs, backend }) => {
    const x = inputs.x!;
    return isNumeric(x) ? filled(backend, x.shape, x.dtype, value).info : undefined;
  });

interface Depth {
  readonly depth: number;
  readonly onValue: number;
  readonly offValue: number;
  readonly dtype: DataType;
}

const oneHot = partialKernel<Depth>(
  "OneHot",
  ({ inputs, attributes: { depth, onValue, offValue, dtype }, backend }) => {
    const indices = inputs.indices!;
    if (indices.dtype !== "int32" || (dtype !== "float32" && dtype !== "int32" && dtype !== "bool")) return undefined;
    const numbers = backend.intsOf(indices);
    const { info, values } = filled(backend, [...indices.shape, depth], dtype, offValue);
    numbers.forEach((index, row) => {
      if (index >= 0 && index < depth) values[row * depth + index] = onValue;
    });
    return info;
  },
);

export const fills = [fill, like("ZerosLike", 0), like("OnesLike", 1), oneHot];
