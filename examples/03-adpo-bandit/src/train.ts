/** Trains policies by a method of Tokenwise. The loss and its slopes at the log-probabilities are the method's own. */
import { adamW, permutation, seedFrom } from "@tokenwise/core";
import { differentiate, rewards as rewardsRequest, tf, tokenLogProb } from "@tokenwise/kit";
import { batchOf, evaluate } from "@tokenwise/testkit";
import type { Contestant } from "./contestants.ts";
import { logProbs, type Policies } from "./policies.ts";
import { groupSize, type Items } from "./world.ts";

export interface Experience extends Items {
  /** log π of the anchor, [S, rows]. */
  readonly anchor: tf.Tensor2D;
}

export interface TrainOptions {
  readonly steps: number;
  /** Contexts a step. */
  readonly batch: number;
  readonly seed: number;
}

const learningRate = 5e-4;
const weightDecay = 0.01;

/** @returns the loss of each step, mean over the seeds. The policies change in place. */
export function train(
  policies: Policies,
  { method, group }: Contestant,
  { features, rewards, anchor }: Experience,
  { steps, batch, seed }: TrainOptions,
): number[] {
  const [seeds, rows] = rewards.shape;
  const optimizer = adamW();
  const nextRows = rowSampler(rows / groupSize, batch, seed);
  const candidate = { promptLength: 1, response: [0] };
  const groups = (seeds * batch * groupSize) / group;
  const tokens = batchOf(Array.from({ length: groups }, () => Array.from({ length: group }, () => candidate)));
  const losses = Array.from({ length: steps }, () =>
    tf.tidy(() => {
      const taken = tf.tensor1d(nextRows(), "int32");
      const seen: tf.Tensor3D = tf.gather(features, taken, 1);
      const asToken = (x: tf.Tensor): tf.Tensor => tf.reshape(x, [-1, 1]);
      const { loss, gradients } = evaluate(method, [
        {
          batch: tokens,
          values: [
            [tokenLogProb("policy"), asToken(logProbs(policies, seen))],
            [tokenLogProb("reference"), asToken(tf.gather(anchor, taken, 1))],
            [rewardsRequest, tf.reshape(tf.gather(rewards, taken, 1), [-1, group])],
          ],
        },
      ]);
      const slopes = gradients.policy[0]!;
      const along = () => tf.sum<tf.Scalar>(tf.mul(slopes, asToken(logProbs(policies, seen))));
      const { grads } = differentiate(along, policies);
      const updates = policies.map((variable, at) => {
        return { name: `${at}`, variable, gradient: grads[at]!, learningRate, weightDecay };
      });
      optimizer.apply(updates, seeds); // the loss is a mean over the seeds, whose policies have nothing in common
      return loss;
    }),
  );
  optimizer.dispose();
  tf.dispose(Object.values(tokens).filter((each) => typeof each !== "number"));
  return losses;
}

/** Rows of random contexts, every context once in a round, their items in a random order: so the pairs differ from round to round. */
function rowSampler(contexts: number, batch: number, seed: number): () => Int32Array {
  let [step, round] = [0, 0];
  const waiting: number[] = [];
  return () => {
    while (waiting.length < batch) waiting.push(...permutation(contexts, seedFrom("contexts", seed, round++)));
    const [taken, items] = [waiting.splice(0, batch), permutation(groupSize, seedFrom("items", seed, step++))];
    return Int32Array.from({ length: batch * groupSize }, (_, at) => {
      return taken[Math.floor(at / groupSize)]! * groupSize + items[at % groupSize]!;
    });
  };
}
