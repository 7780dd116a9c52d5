import { methodContract } from "@tokenwise/testkit/vitest";
import { attentionPo, twDpo } from "../src/index.ts";
import { judged, toyPair } from "./toy-pair.ts";

const given = () => toyPair();
const worked = [
  {
    name: "the toy pair",
    given,
    expect: { loss: 0.691248, weights: { reward: judged }, rewards: [[0.003572, -0.000231]] },
  },
  { name: "the toy pair at β 0.1", options: { beta: 0.1 }, given, expect: { loss: 0.655841 } },
];
const ones = () => toyPair({ weights: [[1, 1, 1, 1], [1, 1, 1]] }); // prettier-ignore

methodContract(attentionPo, { worked });
methodContract(twDpo, {
  worked: [
    ...worked,
    { name: "ones are DPO", options: { beta: 0.1 }, given: ones, expect: { loss: 0.664295 } },
    { name: "of another column", options: { column: "attention-po.weights" }, given, expect: { loss: 0.691248 } },
  ],
});
