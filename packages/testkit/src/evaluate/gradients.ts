import { callTensor, differentiate, partTitle, tf } from "@tokenwise/kit";
import { contextOf, lose, score, viewOf, weigh } from "./call.ts";
import { policyOutput, type Given } from "./given.ts";
import { countOf, type Objected } from "./losses.ts";
import type { Step } from "./step.ts";

export interface Gradients {
  /** By micro-batch, of the shape of what the policy gave. */
  readonly policy: tf.Tensor[];
  /** Over the step, by `part/path`. */
  readonly parameters: Record<string, tf.Tensor>;
}

/** Each micro-batch backward with its share of the step's loss, as the trainer does it. */
export function backward(step: Step, objected: readonly Objected[]): Gradients {
  const names = [...step.parameters.keys()];
  const shares = step.micro.map((given, index) => {
    const output = policyOutput(given);
    const inputs = [output.tensor, ...step.parameters.values()];
    const loss = () => shareOfLoss(step, objected, index, output.replaced(output.tensor));
    const { grads } = differentiate(loss, inputs);
    return inputs.map((input, at) => grads[at] ?? tf.zerosLike(input));
  });
  return {
    policy: shares.map(([first]) => first!),
    parameters: Object.fromEntries(
      names.map((name, at) => [name, shares.map((share) => share[at + 1]!).reduce((sum, each) => tf.add(sum, each))]),
    ),
  };
}

/** What a micro-batch contributes to the loss of the step; a coupled loss by its slopes at the scores. */
function shareOfLoss(step: Step, objected: readonly Objected[], index: number, given: Given): tf.Scalar {
  const { method, moment, parameters } = step;
  const context = contextOf(method, given, { moment, parameters, tell: () => undefined });
  const weights = weigh(method, context);
  const objectives = method.objectives.map((objective, at) => {
    const { scores } = score(objective, weights, context);
    const slopes = objected[at]?.slopes;
    if (slopes) return tf.div(tf.sum(tf.mul(slopes[index]!, scores)), step.prompts);
    const losses = tf.mul(step.emphasis[index]!, lose(objective, scores, step.beta[index]!, context));
    return tf.div(tf.mul(objective.weight ?? 1, tf.sum(losses)), step.prompts);
  });
  const auxiliaries = (method.auxiliaries ?? []).map((part) =>
    tf.mul(
      part.weight / countOf(part, step),
      callTensor(`${partTitle("auxiliary", part.name)}: sum`, "", () => part.sum(viewOf(part, context), weights)),
    ),
  );
  return [...objectives, ...auxiliaries].reduce<tf.Tensor>((sum, term) => tf.add(sum, term), tf.scalar(0)) as tf.Scalar;
}
