/** The shape of a step: how many prompts, how long its responses, and what the numbers look like. */

export interface StepShape {
  readonly seed: number;
  readonly prompts: readonly PromptShape[];
  /** Size of the logits. Default 1.5. */
  readonly scale?: number;
  /** How far the policy is from the reference, as a share of `scale`. Default 0.7; 0: they are equal. */
  readonly apart?: number;
  /** Columns are positive. Default: of any sign. */
  readonly positive?: boolean;
  /** Every logit is ± `scale`, with signs of its own for each model. */
  readonly extreme?: boolean;
}

export interface PromptShape {
  /** Tokens of the prompt. */
  readonly length: number;
  /** By candidate; null: the candidate is missing. */
  readonly responses: readonly (ResponseShape | null)[];
}

export interface ResponseShape {
  readonly length: number;
  /** Leading tokens that are text. */
  readonly content: number;
}

export const prompts = (...groups: readonly (readonly (number | null)[])[]): PromptShape[] =>
  groups.map((lengths, index) => ({
    length: 2 + ((3 * index) % 5),
    responses: lengths.map((length) =>
      length === null ? null : { length, content: length > 1 ? length - 1 : (index + length) % 2 },
    ),
  }));

/** For messages. */
export const describeShape = ({ seed, prompts: groups, ...rest }: StepShape): string => {
  const lengths = groups.map(
    ({ responses }) => `[${responses.map((response) => response?.length ?? "missing").join(", ")}]`,
  );
  const more = Object.entries(rest).map(([name, value]) => `, ${name} ${value}`);
  return `responses of ${lengths.join(" ")} tokens, seed ${seed}${more.join("")}`;
};
