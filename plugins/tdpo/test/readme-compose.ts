import { compose, constantBeta, listwise } from "@tokenwise/kit";
import { tdpoScore } from "../src/index.ts";

export const method = compose({
  beta: constantBeta({ beta: 0.1 }),
  scorer: tdpoScore({ alpha: 0.5 }),
  loss: listwise(), // of groups, not only of pairs
});
