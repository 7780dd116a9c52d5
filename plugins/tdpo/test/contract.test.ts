/** The contract of the method and of its score, with the authors' numbers as worked examples. */
import { dpo, tf } from "@tokenwise/kit";
import { givenPairs, pairOrder, type Given, type GoldenPairs, type WorkedExample } from "@tokenwise/testkit";
import { methodContract } from "@tokenwise/testkit/vitest";
import { tdpo, tdpoScore, type Options } from "../src/index.ts";
import file from "./goldens/authors.json" with { type: "json" };
import { toyPair } from "./toy-pair.ts";

interface Case {
  readonly name: string;
  readonly input: string;
  readonly options: {
    readonly variant: "tdpo1" | "tdpo2";
    readonly beta: number;
    readonly alpha: number | null;
    readonly tokenReduction: "sum" | "mean";
  };
  readonly authors_code: {
    readonly losses: readonly number[];
    readonly loss: number;
    readonly rewardsChosen: readonly number[];
    readonly rewardsRejected: readonly number[];
    readonly klSum: readonly number[];
    readonly gradient: { readonly at: readonly (readonly number[])[] };
  };
}
const inputs: Readonly<Record<string, GoldenPairs>> = file.inputs;
const cases = (file.cases as unknown as readonly Case[]).filter(({ name }) => name !== "underflow_S1");

function workedOf({ name, input, options, authors_code: theirs }: Case): WorkedExample {
  const table = inputs[input]!;
  const order = pairOrder(table.pairs);
  const { variant, beta, alpha, tokenReduction: length } = options;
  const given: Options = { variant, beta, length, ...(alpha !== null && { alpha }) };
  const [chosen, rejected] = [theirs.klSum.slice(0, table.pairs), theirs.klSum.slice(table.pairs)];
  return {
    name: `${name}, as the released trainer`,
    options: given,
    given: () => givenPairs(table),
    expect: {
      loss: theirs.loss,
      losses: theirs.losses,
      rewards: theirs.rewardsChosen.map((reward, pair) => [reward, theirs.rewardsRejected[pair]!]),
      metrics: {
        "tdpo-score/kl-chosen": chosen,
        "tdpo-score/kl-rejected": rejected,
        "tdpo-score/kl-margin": rejected.map((kl, pair) => kl - chosen[pair]!),
      },
      gradient: theirs.gradient.at.map(([row = 0, position = 0, id = 0, value = 0]) => ({
        row: order.indexOf(row),
        token: position - (table.rows[row]!.prompt.length - 1),
        id,
        value,
      })),
    },
  };
}

/** The score of the reference is 0, so that it is the difference of nothing. */
function equalPolicies(): Given {
  const { batch, logits } = toyPair();
  return { batch, logits: { policy: tf.clone(logits!.reference), reference: logits!.reference } };
}

methodContract(tdpo, {
  options: [{ variant: "tdpo1" }, { alpha: 2, length: "mean" }],
  worked: [
    ...cases.map(workedOf),
    {
      name: "equal policies: no divergence, and the loss of a coin",
      given: equalPolicies,
      expect: {
        losses: [Math.LN2],
        scores: [[0, 0]],
        metrics: { "tdpo-score/kl-chosen": [0], "tdpo-score/kl-rejected": [0] },
      },
    },
  ],
  neutral: [
    { options: { alpha: 0, labelSmoothing: 0.1 }, equals: dpo({ beta: 0.1, labelSmoothing: 0.1 }), tolerance: 1e-6 },
  ],
});

methodContract(tdpoScore, { options: [{ variant: "tdpo1" }] });
