import { currentBackend } from "@tokenwise/model";
import { z } from "zod";
import { checkSubject } from "../check/check-subject.ts";
import { describeChecked, isSound } from "../check/describe-checked.ts";
import { subjectsOf } from "../check/subjects.ts";
import { exitCodes } from "../exit-codes.ts";
import { colorsOf } from "../output/colors.ts";
import { configFlags } from "../flags/config-flags.ts";
import { command } from "./command.ts";
import { backendKeys } from "../config/start-backend.ts";

export const check = command({
  name: "check",
  summary: "say within seconds whether a method is sound",
  details: `For each METHOD: what the trainer will do for it, the laws of the contract in small, and what it makes of every token of one
pair: w_t, ρ_t, s, β, ℓ, and ω where it is not 1. A METHOD is a module that exports a method, a part or a plugin, an installed plugin, a name, or
YAML such as '{ use: dpo, beta: 0.5 }'; without one it is the configured method. Exits with 1 if a law does not hold or the planner refuses it.
With a configuration the pair is seen by the trained model in its output folder, where there is one.
The whole contract is in @tokenwise/testkit, for the tests of a plugin.`,
  examples: [
    "tokenwise check ./my-method.ts",
    "tokenwise check dpo --model smollm2 --data pairs.jsonl --row 3",
    "tokenwise check --config tokenwise.yaml",
  ],
  operands: { name: "method", description: "modules, names or YAML; default: the configured method" },
  flags: configFlags(["model", "reference", "data", "method", "plugins", "read", ...backendKeys, "seed"]),
  own: z.strictObject({
    row: z.int().positive().default(1).describe("row of the data that is shown, from 1 in the order of those kept"),
    laws: z.boolean().default(false).describe("list the laws that hold too"),
    json: z.boolean().default(false).describe("print a JSON object for each method"),
  }),
  methodOptions: true,
  async run({ configure, own: { row, laws, json }, operands, io }) {
    const configured = await configure();
    const subjects = await subjectsOf(operands, configured);
    let sound = true;
    for (const subject of subjects) {
      const checked = await checkSubject(subject, configured, { row });
      sound &&= isSound(checked);
      if (json) {
        const { plan, refusal, ...rest } = checked;
        const parts = plan?.parts.map(({ id, slot }) => ({ id, slot }));
        const refused = refusal && { code: refusal.code, message: refusal.message };
        io.stdout.write(`${JSON.stringify({ ...rest, parts, refusal: refused, sound: isSound(checked) })}\n`);
      } else io.stdout.write(describeChecked(checked, { laws, colors: colorsOf(io), backend: currentBackend() ?? "" }));
    }
    return sound ? exitCodes.done : exitCodes.failed;
  },
});
