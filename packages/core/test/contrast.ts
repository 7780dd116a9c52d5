/** An annotator that contrasts two models, and a method that reads its column. */
import {
  column,
  compose,
  constantBeta,
  implicitReward,
  logistic,
  tf,
  tokenLogProb,
  weighter,
  type Annotator,
  type Method,
} from "@tokenwise/kit";

export interface Texts {
  readonly positive: string;
  readonly negative: string;
}

/** log π⁺ − log π⁻ after two texts. */
export const contrast = ({ positive, negative }: Texts, change: Partial<Annotator> = {}): Annotator => ({
  name: "test.contrast",
  columns: ["ratio"],
  models: ["positive", "negative"],
  fingerprint: { positive, negative },
  async annotate({ prompt, responses }, { prepend, run }) {
    const ratios = responses.map(async ({ ids }) => {
      const { plus } = await run(
        { prompt: prepend("positive", positive, prompt), response: ids },
        { plus: tokenLogProb("positive") },
      );
      const { minus } = await run(
        { prompt: prepend("negative", negative, prompt), response: ids },
        { minus: tokenLogProb("negative") },
      );
      return plus.map((value, token) => value - minus[token]!);
    });
    return { columns: { ratio: await Promise.all(ratios) } };
  },
  ...change,
});

export const texts = { positive: "good and warm", negative: "bad" };
export const methodOf = (...annotators: readonly Annotator[]): Method =>
  compose({
    weighter: weighter({
      name: "by-ratio",
      needs: { ratio: column("ratio") },
      annotators,
      weigh: ({ read }) => ({ reward: tf.exp(read.ratio) }),
    }),
    beta: constantBeta({ beta: 0.1 }),
    scorer: implicitReward(),
    loss: logistic(),
  });
