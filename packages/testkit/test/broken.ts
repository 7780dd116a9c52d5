/** For the laws that no mutant breaks: the smallest method that does, beside its sound twin. */
import { constantBeta, logRatio, logistic, scorer, sequenceSum, sft, supervised, tf, type Json } from "@tokenwise/kit";
import { z } from "zod";
import type { Subject } from "../src/index.ts";
import {
  dpoWith,
  lossTimes,
  columnWeights,
  gapBeta,
  scoredBy,
  stateful,
  half,
  halving,
  anchored,
  keeping,
  counted,
  betaOption,
} from "./breakable.ts";

export interface Broken {
  readonly law: string;
  readonly why: string;
  readonly broken: Subject;
  readonly sound: Subject;
}

export const table: readonly Broken[] = [
  {
    law: "direction/step",
    why: "supervised training away from the preferred response",
    broken: () => ({ beta: constantBeta(), objectives: [], auxiliaries: [supervised({ weight: -1 })] }),
    sound: sft,
  },
  {
    law: "permutation",
    why: "a loss by the prompt's place",
    broken: dpoWith({ loss: lossTimes((losses) => tf.range(1, 1 + losses.size)) }),
    sound: dpoWith({ loss: lossTimes(() => 2) }),
  },
  {
    law: "vocabulary",
    why: "a reduction that does not read a model of its declaration",
    broken: scoredBy("unread"),
    sound: scoredBy("alone"),
  },
  {
    law: "vocabulary",
    why: "a reduction over the rows of a chunk",
    broken: scoredBy("together"),
    sound: scoredBy("alone"),
  },
  {
    law: "vocabulary",
    why: "a closed form of another reduction",
    broken: scoredBy("otherwise"),
    sound: scoredBy("alone"),
  },
  {
    law: "vocabulary",
    why: "a closed form of a model that is not declared",
    broken: scoredBy("undeclared"),
    sound: scoredBy("alone"),
  },
  {
    law: "state/json",
    why: "a map in a state",
    broken: stateful({ seen: new Map() } as unknown as Json, (state) => state, () => 0.1), // prettier-ignore
    sound: halving,
  },
  {
    law: "state/interruption",
    why: "steps counted outside of the state",
    broken: () => {
      let steps = 1;
      return stateful(half, () => ({ beta: 0.1 / 2 ** steps++ }), ({ beta }) => beta); // prettier-ignore
    },
    sound: halving,
  },
  {
    law: "state/evaluation",
    why: "evaluations counted",
    broken: () => {
      let evaluations = 0;
      return stateful(half, (state) => state, ({ beta }, training) => (training ? beta + evaluations : (evaluations += 1))); // prettier-ignore
    },
    sound: halving,
  },
  {
    law: "state/evaluation",
    why: "a part that writes to its state",
    broken: () => stateful({ ...half }, (state) => state, (state) => (state.beta /= 2)), // prettier-ignore
    sound: halving,
  },
  { law: "use/samples", why: "a sample that is not read", broken: anchored(false), sound: anchored(true) },
  {
    law: "use/weights",
    why: "a scorer without weights",
    broken: dpoWith({
      weighter: columnWeights(),
      scorer: scorer({
        name: "plain",
        needs: { ratio: sequenceSum(logRatio) },
        score: ({ read }) => ({ score: read.ratio }),
      }),
    }),
    sound: dpoWith({ weighter: columnWeights() }),
  },
  {
    law: "options/schema",
    why: "an option without a default",
    broken: betaOption(z.number()),
    sound: betaOption(z.number().default(0.1)),
  },
  {
    law: "options/schema",
    why: "a default that is not what its schema says",
    broken: betaOption(z.number().default(0.1).transform((beta) => 2 * beta)), // prettier-ignore
    sound: betaOption(z.number().default(0.2)),
  },
  {
    law: "tensors/failure",
    why: "a kept tensor that is freed at the end alone",
    broken: keeping("last"),
    sound: keeping("finally"),
  },
  {
    law: "composition/unit-weights",
    why: "a weighter that scales the loss past its weights",
    broken: () => {
      let mean = 1;
      return dpoWith({ weighter: columnWeights((of) => (mean = of)), loss: lossTimes(() => mean) });
    },
    sound: dpoWith({ weighter: columnWeights(), loss: lossTimes(() => 2) }),
  },
  {
    law: "composition/constant-controller",
    why: "a controller that scales the loss past its β",
    broken: () => {
      let gap = 1;
      return dpoWith({ beta: gapBeta((of) => ((gap = of), 0.1)), loss: lossTimes(() => gap) });
    },
    sound: () => dpoWith({ beta: gapBeta((gap) => gap), loss: lossTimes(() => 2) }),
  },
  {
    law: "composition/beta-times-score",
    why: "a logistic loss with β in it once more",
    broken: dpoWith({ loss: { ...lossTimes(() => 1), name: "logistic", loss: (view, given) => ({ loss: tf.mul(given.beta, logistic().loss(view, given).loss) }) } }), // prettier-ignore
    sound: dpoWith({}),
  },
  {
    law: "composition/shared-out",
    why: "every other call scores higher",
    broken: counted((calls) => 1 + 0.1 * (calls % 2)),
    sound: counted(() => 1),
  },
];
