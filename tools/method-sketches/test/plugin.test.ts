import { plugin } from "@tokenwise/kit";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import * as sketches from "../src/index.ts";

const { importanceWeights, tisDpo } = sketches;
const all = plugin({
  name: "@tokenwise-tools/method-sketches",
  version: "0.0.0",
  spec: 1,
  provides: [importanceWeights, tisDpo],
});

describe("the named methods and parts", () => {
  it.each(all.provides)("$id: every option has a default or is optional, and a JSON schema", (factory) => {
    expect(factory()).toBeTypeOf("object");
    const schema = z.toJSONSchema(factory.options, { io: "input" });
    expect(schema.required ?? []).toEqual([]);
    expect(schema.additionalProperties).toBe(false);
  });
});
