import { compose, constantBeta, implicitReward, logistic, method, plugin } from "@tokenwise/kit";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createRegistry } from "./registry.ts";
import { resolveMethod } from "./resolve-method.ts";

describe("a method of single responses with labels", () => {
  it.each(["kto", "KTO", "kto_pair", "kto-pair", "humanline-kto", "some-plugin/kto"])(
    "%s is refused with the reason and what to do, at its place in the configuration",
    (name) => {
      const call = () => resolveMethod({ use: name, beta: 0.1 }, createRegistry());
      expect(call).toThrow(expect.objectContaining({ code: "TW_E_UNPAIRED" }));
      expect(call).toThrow(`method.use: "${name}" learns from single responses, each with a label`);
      expect(call).toThrow("use dpo or another loss of pairs");
    },
  );

  it("other unknown names are unknown, and a plugin may have the name", () => {
    expect(() => resolveMethod("nekton", createRegistry())).toThrow(
      expect.objectContaining({ code: "TW_E_UNKNOWN_METHOD" }),
    );
    const own = plugin({
      name: "own",
      version: "1.0.0",
      spec: 1,
      provides: [
        method({
          name: "kto",
          options: z.object({}),
          create: () => compose({ beta: constantBeta(), scorer: implicitReward(), loss: logistic() }),
        }),
      ],
    });
    expect(resolveMethod("kto", createRegistry([own])).objectives).toHaveLength(1);
  });
});
