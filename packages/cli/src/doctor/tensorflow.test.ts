import { expect, it } from "vitest";
import { rowsOfTensorflow } from "./tensorflow.ts";

const binding = { by: "TOKENWISE_TFJS_NODE", folder: "/opt/tfjs-node", version: "4.22.0", libtensorflow: "2.15.1" };
const text = (...given: Parameters<typeof rowsOfTensorflow>): string =>
  rowsOfTensorflow(...given)
    .flat()
    .join("\n");

it("a binding that works is told with its place, its versions, its device, and that it is chosen", () => {
  const told = text({ binding, device: "GPU" });
  expect(told).toContain("tfjs-node 4.22.0, libtensorflow 2.15.1, by TOKENWISE_TFJS_NODE in /opt/tfjs-node");
  expect(told).toContain("computes on the GPU");
  expect(told).toContain("auto chooses it");
  expect(text({ binding, device: "CPU" })).toContain("it finds no GPU");
});

it("a binding that does not start, or is not there, is not chosen, and why is told", () => {
  expect(text({ binding })).toContain("not chosen: it does not start");
  expect(text({ binding: null })).toContain("not chosen: npm run build:tfjs-node");
});
