import { tf } from "@tokenwise/kit";
import { violated } from "../contract/compare.ts";
import type { Law } from "../contract/law.ts";
import { lengthsOf, parametersOf, shapeOf, tableFor, type Trial } from "../contract/trial.ts";
import { evaluate } from "../evaluate/index.ts";
import { dimensions } from "../tables/layout.ts";
import type { PromptShape, StepShape } from "../tables/shape.ts";

const draws: readonly Partial<StepShape>[] = [
  { positive: true, apart: 0.1, scale: 0.5 },
  { positive: true },
  { apart: 0.1, scale: 0.5 },
  {},
];
/** Responses as they are, and cut off, so that all of their tokens are text. */
const cut = ({ responses, ...prompt }: PromptShape): PromptShape => ({
  ...prompt,
  responses: responses.map((response) => response && { ...response, content: response.length }),
});
/** So often, with seeds and steps of their own: a prompt may be left out of some. */
const rounds = 6;

export const everyToken: Law = {
  id: "tokens",
  statement: "every token of text of every response can move the loss",
  notApplicable: ({ method: { weighter } }) => {
    if (weighter?.parameters) return "the token weights are trained, and may be 0";
    const fromModel = Object.values(weighter?.needs ?? {}).some((need) => need?.kind === "capture");
    return fromModel ? "the token weights come from inside of a model, and may be 0" : undefined;
  },
  check(trial) {
    const whole = lengthsOf(trial);
    for (const shapes of [whole, whole.map(cut)]) {
      const never = deadTokens(trial, shapes);
      const count = shapes.flatMap(({ responses }) => responses).reduce((sum, one) => sum + (one?.content ?? 0), 0);
      if (never.length > 0)
        violated(
          `the gradient is 0 in every draw at ${never.length} of ${count} tokens of text: ${never.slice(0, 3).join("; ")}`,
        );
    }
  },
};

/** The tokens of text at which no draw has a gradient. */
function deadTokens(trial: Trial, prompts: readonly PromptShape[]): readonly string[] {
  const dead = new Map<string, string>();
  const onlyPreferred = trial.method.objectives.length === 0;
  const missed = (): string[] => [...dead.values()].filter((place) => place !== "");
  for (let index = 0; index < draws.length * rounds; index++) {
    if (index >= draws.length && missed().length === 0) break;
    tf.tidy(() => {
      const given = tableFor(trial, shapeOf(trial, 71, { ...draws[index % draws.length]!, prompts }));
      const moment = { dimensions, seed: 5 + index, step: 1 + index, parameters: parametersOf(trial, 71) };
      const { gradients, targets } = evaluate(trial.method, [given], moment);
      const sizes = tf.max(tf.abs(gradients.policy[0]!), 2).arraySync() as number[][];
      prompts.forEach(({ responses }, prompt) =>
        responses.forEach((response, candidate) => {
          const isPreferred = targets[prompt]!.indexOf(Math.max(...targets[prompt]!)) === candidate;
          if (!response || (onlyPreferred && !isPreferred)) return;
          for (let token = 0; token < response.content; token++) {
            const key = `${prompt} ${candidate} ${token}`;
            const size = sizes[prompt * responses.length + candidate]![token]!;
            if (size > 0) dead.set(key, "");
            else if (!dead.has(key))
              dead.set(key, `token ${token} of ${response.content} of candidate ${candidate} of prompt ${prompt}`);
          }
        }),
      );
    });
  }
  return missed();
}
