import { z } from "zod";
import { method } from "../contract/factory.ts";
import { constantBeta } from "./constant-beta.ts";
import { supervised } from "./supervised.ts";

/** Supervised training on the first candidate of each row, the loss on its tokens only. */
export const sft = method({
  name: "sft",
  options: z.object({}),
  create: () => ({ beta: constantBeta(), objectives: [], auxiliaries: [supervised()] }),
});
