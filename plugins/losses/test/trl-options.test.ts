/** TRL's options beside the goldens: each loss is the method of its own with the same options, or they are refused. */
import { dpo, sft, type Method } from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { difference, evaluate } from "@tokenwise/testkit";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import {
  aot,
  apo,
  bco,
  discopop,
  exo,
  fDpo,
  hinge,
  ipo,
  ldDpo,
  lengthNormalizedDpo,
  nca,
  robust,
  sppo,
  trlDpo,
  wpo,
} from "../src/index.ts";
import { rows } from "./trl.ts";

type Options = NonNullable<Parameters<typeof trlDpo>[0]>;
const [beta, labelSmoothing] = [0.7, 0.2];

const alone: readonly (readonly [Options, Method])[] = [
  [{ losses: ["sigmoid"], labelSmoothing }, dpo({ beta, labelSmoothing })],
  [{ losses: ["sigmoid_norm"], labelSmoothing }, lengthNormalizedDpo({ beta, labelSmoothing })],
  [{ losses: ["hinge"] }, hinge({ beta })],
  [{ losses: ["ipo"] }, ipo({ beta })],
  [{ losses: ["exo_pair"], labelSmoothing }, exo({ beta, labelSmoothing })],
  [{ losses: ["nca_pair"] }, nca({ beta })],
  [{ losses: ["robust"], labelSmoothing }, robust({ beta, labelSmoothing })],
  [{ losses: ["robust"] }, dpo({ beta })],
  [{ losses: ["bco_pair"] }, bco({ beta, shift: "none" })],
  [{ losses: ["sppo_hard"] }, sppo({ beta })],
  [{ losses: ["aot"], labelSmoothing }, aot({ beta, labelSmoothing })],
  [{ losses: ["aot_unpaired"], labelSmoothing }, aot({ beta, labelSmoothing, paired: false })],
  [{ losses: ["apo_zero"] }, apo({ beta })],
  [{ losses: ["apo_down"] }, apo({ beta, anchor: "down" })],
  [{ losses: ["discopop"] }, discopop({ beta })],
  [{ losses: ["discopop"], temperature: 0.4 }, discopop({ beta, temperature: 0.4 })],
  [{ losses: ["sft"] }, sft()],
  [{ divergence: "forward-kl" }, fDpo({ beta })],
  [
    { divergence: "alpha", alpha: 0.3, labelSmoothing },
    fDpo({ beta, divergence: "alpha", alpha: 0.3, labelSmoothing }),
  ],
  [{ divergence: "alpha" }, fDpo({ beta, divergence: "alpha" })],
  [{ lengthAlpha: 0 }, ldDpo({ beta, alpha: 0 })],
  [{ weighted: true, labelSmoothing }, wpo({ beta, labelSmoothing })],
];

afterAll(() => useBackend("cpu")); // for the files after this one, in the same process

describe.each(inject("backends"))("TRL's options, on %s", (backend) => {
  beforeAll(() => useBackend(backend));

  it.each(alone)("%j is the method of its own", (options, method) => {
    const [actual, expected] = [trlDpo({ beta, ...options }), method].map((each) => evaluate(each, [rows()]));
    expect(difference(actual!.losses, expected!.losses)).toBeLessThan(1e-5);
    expect(difference([actual!.loss], [expected!.loss])).toBeLessThan(1e-5);
    const flat = ({ gradients }: typeof actual & object) => [...gradients.policy[0]!.dataSync()];
    expect(difference(flat(actual!), flat(expected!))).toBeLessThan(1e-5);
  });
});

describe("TRL's options", () => {
  it("BCO runs no δ, as in TRL", () => {
    expect(trlDpo({ losses: ["bco_pair"] }).objectives[0]!.loss.state).toBeUndefined();
  });

  it("every loss weighs 1 by default, else its weight", () => {
    const weightsOf = (options: Options) => {
      const { objectives, auxiliaries = [] } = trlDpo(options);
      return [objectives.map(({ weight }) => weight), auxiliaries.map(({ weight }) => weight)];
    };
    expect(weightsOf({ losses: ["hinge", "sft", "ipo"] })).toEqual([[1, 1], [1]]);
    expect(weightsOf({ losses: ["hinge", "sft", "ipo"], weights: [0.5, 2, 3] })).toEqual([[0.5, 3], [2]]);
  });

  const smoothed = ["sigmoid", "sigmoid_norm", "exo_pair", "robust", "aot", "aot_unpaired"];
  const unsmoothed = ["hinge", "ipo", "nca_pair", "bco_pair", "sppo_hard", "apo_zero", "apo_down", "discopop", "sft"];
  const [ofLogRatios, ofDivergences] = [
    ["aot", "aot_unpaired", "apo_zero", "apo_down"],
    ["sigmoid", "sigmoid_norm", "exo_pair", "hinge", "ipo", "nca_pair", "bco_pair", "sppo_hard", "discopop"],
  ];
  const call = (options: object) => () => (trlDpo as (options: object) => Method)(options);
  const refused = expect.objectContaining({ code: "TW_E_OPTIONS" }) as Error;

  it.each(smoothed)("labelSmoothing is of %s, also beside what has none", (loss) => {
    expect(call({ losses: [loss], labelSmoothing: 0.3 })).not.toThrow();
    expect(call({ losses: ["hinge", loss], labelSmoothing: 0.3 })).not.toThrow();
  });

  it.each(unsmoothed)("labelSmoothing is refused where it changes nothing: %s", (loss) => {
    expect(call({ losses: [loss], labelSmoothing: 0.3 })).toThrow(refused);
    expect(call({ losses: [loss], labelSmoothing: 0 })).not.toThrow();
  });

  it.each(ofLogRatios)("another divergence is refused for %s, which is of log-ratios", (loss) => {
    expect(call({ losses: ["hinge", loss], divergence: "jensen-shannon" })).toThrow(refused);
    expect(call({ losses: [loss], divergence: "reverse-kl" })).not.toThrow();
  });

  it.each(ofDivergences)("any divergence goes with %s", (loss) => {
    expect(call({ losses: [loss, "sigmoid"], labelSmoothing: 0.1, divergence: "jensen-shannon" })).not.toThrow();
  });

  it.each<[object, string, string]>([
    [{ losses: ["hinge", "ipo"], weights: [1] }, "1 weights for 2 losses", "give each loss its weight, in their order"],
    [{ weights: [] }, "0 weights for 1 losses", "give each loss its weight"],
    [{ losses: ["hinge", "exo_pair"] }, "exo_pair without labelSmoothing is infinite", "set labelSmoothing"],
    [
      { losses: ["hinge", "robust"], labelSmoothing: 0.5 },
      "robust with labelSmoothing 0.5 divides by 0",
      "wrong half of the time say nothing",
    ],
    [
      { losses: ["hinge", "apo_zero"], labelSmoothing: 0.1 },
      "labelSmoothing changes nothing in hinge, apo_zero",
      "it is of sigmoid, sigmoid_norm, exo_pair, robust, aot, aot_unpaired",
    ],
    [{ losses: ["hinge", "ipo"], temperature: 0.1 }, "temperature changes nothing in hinge, ipo", "it is of discopop"],
    [
      { losses: ["hinge", "apo_down", "aot"], divergence: "alpha" },
      'apo_down is of log-ratios, not of divergence "alpha"',
      "leave divergence out",
    ],
    [{ losses: ["sigmoid", "sft"], weighted: true }, "sft with weighted: WPO weighs pairs", "leave one of them out"],
  ])("%j is refused: what is wrong, and what to do", (options, message, hint) => {
    const wrong = call(options);
    expect(wrong).toThrow(`trl-dpo: ${message}`);
    expect(wrong).toThrow(
      expect.objectContaining({ code: "TW_E_OPTIONS", hint: expect.stringContaining(hint) as string }),
    );
  });

  it("no loss at all is refused", () => {
    expect(call({ losses: [] })).toThrow(refused);
  });

  it.each<[string, object]>([
    ["labels that are wrong half of the time, without robust", { losses: ["sigmoid"], labelSmoothing: 0.5 }],
    ["a temperature beside losses that have none", { losses: ["sigmoid", "discopop"], temperature: 0.1 }],
    ["sft beside a loss that is not weighted", { losses: ["sigmoid", "sft"] }],
    ["a weight for each loss", { losses: ["sigmoid", "hinge"], weights: [1, 0] }],
  ])("%s is taken", (_, options) => {
    expect(call(options)).not.toThrow();
  });
});
