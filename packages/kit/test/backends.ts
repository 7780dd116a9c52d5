import "@tensorflow/tfjs-backend-wasm";

/** Every gradient is tested on both. */
export const backends = ["cpu", "wasm"] as const;
