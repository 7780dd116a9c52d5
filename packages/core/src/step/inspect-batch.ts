/** What a method makes of each token of a few groups of responses, as plain numbers. */
import { overCandidates, requestKey, tf, tokenLogProb, type PerToken } from "@tokenwise/kit";
import type { PreferenceExample, Source, Tokenizer } from "@tokenwise/data";
import { assemble } from "./assemble.ts";
import { control, emphasize, lose, score, weigh } from "./call-parts.ts";
import { prepareScoring, type Prepared } from "./prepare.ts";
import { callFor } from "./run-step.ts";
import type { Moment, Runtime } from "./runtime.ts";
import { Tally } from "./tally.ts";

export interface InspectedToken {
  readonly id: number;
  /** What it adds to the text; an end token shows as the vocabulary writes it. */
  readonly text: string;
  /** Text of the response, not an end token. */
  readonly content: boolean;
  /** log π(y_t) of the policy, in nats. */
  readonly logProb: number;
  /** ρ_t = log π(y_t) − log π_ref(y_t), in nats; none if the method reads no reference. */
  readonly ratio?: number;
  /** w_t and v_t: what the log-ratio and the divergence weigh. */
  readonly weight: number;
  readonly divergenceWeight: number;
}

export interface InspectedCandidate {
  /** The probability that it is the preferred one. */
  readonly target: number;
  /** s of the first objective, and β times the reward that it logs. */
  readonly score: number;
  readonly reward: number;
  readonly tokens: readonly InspectedToken[];
}

/** A prompt with its candidates as a method sees them; a pair is [chosen, rejected]. */
export interface InspectedGroup {
  readonly source: Source;
  readonly prompt: string;
  readonly beta: number;
  /** ω: what the loss weighs among those of other prompts. */
  readonly emphasis: number;
  /** Σ weight · ℓ over the objectives, without ω. */
  readonly loss: number;
  /** Null for a missing one. */
  readonly candidates: readonly (InspectedCandidate | null)[];
}

interface InspectOptions {
  readonly moment: Moment;
  readonly tokenizer: Tokenizer;
}

/** Calls the method once for all examples, off the tape; parts that see a whole step see these. */
export function inspectBatch(
  runtime: Runtime,
  examples: readonly PreferenceExample[],
  { moment, tokenizer }: InspectOptions,
): readonly InspectedGroup[] {
  const prepared = prepareScoring(runtime, examples, moment);
  const { width, groupSize, ...values } = tf.tidy(() => callMethod(runtime, prepared, moment));
  return examples.map(({ source, prompt, candidates }, group): InspectedGroup => ({
    source,
    prompt: tokenizer.decode(prompt),
    beta: values.beta[group]!,
    emphasis: values.emphasis[group]!,
    loss: values.loss[group]!,
    candidates: candidates.map((candidate, index): InspectedCandidate | null => {
      if (!candidate) return null;
      const row = group * groupSize + index;
      const texts = tokenTexts(tokenizer, candidate.ids);
      const tokens = Array.from(candidate.ids, (id, token): InspectedToken => {
        const at = row * width + token;
        return {
          id,
          text: texts[token]!,
          content: token < candidate.content,
          logProb: values.logProb[at]!,
          ...(values.ratio && { ratio: values.ratio[at]! }),
          weight: values.weight[at]!,
          divergenceWeight: values.divergenceWeight[at]!,
        };
      });
      return { target: values.target[row]!, score: values.score[row]!, reward: values.reward[row]!, tokens };
    }),
  }));
}

/** Everything that is shown, flat: per token [B·T], per candidate [P·G], per prompt [P]. */
function callMethod(runtime: Runtime, prepared: Prepared, moment: Moment) {
  const { method } = runtime.plan;
  const call = callFor(runtime, prepared, assemble(prepared.examples), moment, new Tally());
  const weights = weigh(call);
  const scored = method.objectives.map((objective) => score(objective, weights, call));
  const [beta, emphasis] = [control(method.beta, call), emphasize(method.emphasis, call)];
  const losses = method.objectives.map((objective, index) =>
    tf.mul(objective.weight ?? 1, lose(objective, scored[index]!.score, beta, call)),
  );
  const loss = losses.reduce<tf.Tensor>((sum, each) => tf.add(sum, each), tf.zerosLike(beta));
  const policy = call.quantities.get(requestKey(tokenLogProb("policy"))) as PerToken;
  const reference = call.quantities.get(requestKey(tokenLogProb("reference"))) as PerToken | undefined;
  const [first] = scored;
  const scores = first?.score ?? tf.zerosLike(call.batch.candidateMask);
  const numbers = (tensor: tf.Tensor): Float32Array => tensor.dataSync<"float32">();
  return {
    width: call.batch.responseMask.shape[1]!,
    groupSize: call.batch.groupSize,
    beta: numbers(beta),
    emphasis: numbers(emphasis),
    loss: numbers(loss),
    target: numbers(call.targets),
    score: numbers(scores),
    reward: numbers(tf.mul(overCandidates(beta), first?.reward ?? scores)),
    logProb: numbers(policy),
    ratio: reference && numbers(tf.sub(policy, reference)),
    weight: numbers(weights.reward),
    divergenceWeight: numbers(weights.divergence),
  };
}

/** What each token adds to the text; of several tokens that write one character, the last one. */
function tokenTexts(tokenizer: Tokenizer, ids: Int32Array): readonly string[] {
  let written = "";
  return Array.from(ids, (_, last) => {
    const text = tokenizer.decode(ids.subarray(0, last + 1));
    if (text.endsWith("\ufffd") && last < ids.length - 1) return "";
    const added = text.slice(written.length);
    written = text;
    return added;
  });
}
