import { column, weighter, type Annotator, type TokenWeighter } from "@tokenwise/kit";

/** Token weights as they stand in a column of the data, for log-ratio and divergence alike. */
export const columnWeights = (name: string, annotators: readonly Annotator[] = []): TokenWeighter =>
  weighter({
    name: `column:${name}`,
    needs: { weights: column(name) },
    annotators,
    weigh: ({ read }) => ({ reward: read.weights, divergence: read.weights }),
  });
