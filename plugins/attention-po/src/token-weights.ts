import { column, part, responseLengths, sumTokens, tf, weighter, type Annotator } from "@tokenwise/kit";
import { judge, weightsColumn } from "./judge.ts";
import { columnOptions, judgeOptions } from "./options.ts";
import { paper } from "./paper.ts";

const weightsOf = (name: string, source: string, annotators: readonly Annotator[]) =>
  weighter({
    name,
    needs: { weights: column(source) },
    annotators,
    weigh({ batch, read: { weights } }) {
      const mean = tf.div(sumTokens(weights, batch), responseLengths(batch)); // [P, G]
      return { reward: weights, divergence: weights, metrics: { mean } };
    },
  });

/** Token weights [B, T] as a column of the data has them, for log-ratio and divergence alike; constants. Metric: `mean`, of a response. */
export const columnWeights = part({
  name: "column-weights",
  paper,
  options: columnOptions,
  create: (options) => weightsOf("column-weights", options.column, []),
});

/**
 * Token weights [B, T] from a judge's attention (see `judge`), of mean 1 over the tokens that are judged; constants. Metric: `mean`.
 *
 * @throws TW_E_OPTIONS  for options that the schema refuses.
 * @see https://arxiv.org/abs/2605.21883
 * Deviations: see the readme.
 */
export const attentionWeights = part({
  name: "attention-weights",
  paper,
  options: judgeOptions,
  create: (options) => weightsOf("attention-weights", weightsColumn, [judge(options)]),
});
