/** Where TensorFlow's binding was found, what it computes on, and whether `auto` takes it. */
import { findTensorflow, tensorflowDevice, type TensorflowBinding } from "@tokenwise/model";

export interface TensorflowReport {
  /** null where there is none. */
  readonly binding: TensorflowBinding | null;
  /** undefined where it does not start. */
  readonly device?: "GPU" | "CPU";
}

/** @param works  whether the backend started in this process */
export function checkTensorflow(works: boolean): TensorflowReport {
  try {
    return { binding: findTensorflow() ?? null, ...(works && { device: tensorflowDevice() }) };
  } catch {
    // TOKENWISE_TFJS_NODE names something else; the backend's own row says so.
    return { binding: null };
  }
}

type Row = readonly [string, string];

export function rowsOfTensorflow({ binding, device }: TensorflowReport): readonly Row[] {
  if (binding === null)
    return [["tensorflow", "not chosen: npm run build:tfjs-node in Tokenwise's repository makes it"]];
  const { by, folder, version, libtensorflow } = binding;
  const versions = `tfjs-node ${version}${libtensorflow === undefined ? "" : `, libtensorflow ${libtensorflow}`}`;
  const found: Row = ["tensorflow", `${versions}, by ${by} in ${folder}`];
  if (device === undefined) return [found, ["", "not chosen: it does not start"]];
  return [
    found,
    ["", device === "GPU" ? "computes on the GPU" : "computes on the processor: it finds no GPU"],
    [
      "",
      "auto chooses it before all others, because it is only here by choice; a call costs the time above however small it is",
    ],
  ];
}
