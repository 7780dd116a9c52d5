/** TIS-DPO: weights from two models that disagree. */
import type { LanguageModel } from "@tokenwise/core";
import { tisDpo } from "@tokenwise/plugin-tis-dpo";
import type { Effort } from "./cost.ts";
import { byToken, inspectTokens, type ByToken, type Inspected } from "./token-weights.ts";
import type { Materials, Weighter } from "./weighter.ts";

type Models = Readonly<Record<"positive" | "negative", LanguageModel>>;
type MethodOptions = NonNullable<Parameters<typeof tisDpo>[0]>;

interface Contrast {
  readonly name: string;
  readonly models: number;
  readonly effort: Effort;
  readonly texts?: readonly [positive: string, negative: string];
  readonly trained?: (materials: Materials) => Promise<Models>;
}

const instructions = [
  ["it is brilliant.", "it is awful."],
  ["although the trailer looks hollow,", "although the trailer looks charming,"],
] as const;

const contrasts: readonly Contrast[] = [
  ...instructions.map((texts): Contrast => ({
    name: `“${texts[0]}” / “${texts[1]}”`,
    models: 0,
    effort: { forward: 2 },
    texts,
  })),
  {
    name: "SFT on chosen / rejected",
    models: 2,
    effort: { trained: "sft", forward: 2 },
    trained: async ({ trained }) => ({
      positive: await trained.supervised("chosen"),
      negative: await trained.supervised("rejected"),
    }),
  },
  {
    name: "DPO / DPO swapped",
    models: 2,
    effort: { trained: "dpo", forward: 2 },
    trained: async ({ trained }) => ({
      positive: await trained.preferring({ swap: false }),
      negative: await trained.preferring({ swap: true }),
    }),
  },
];

function costsOf({ models, effort, trained }: Contrast): Pick<Weighter, "models" | "effort" | "labels"> {
  return { models, effort, labels: trained ? "the method's" : "none" };
}

export const contrastWeighters: readonly Weighter[] = contrasts.flatMap((contrast) => {
  const { name } = contrast;
  const common = { kind: "method", ...costsOf(contrast) } as const;
  return [
    {
      ...common,
      name: `TIS-DPO, ${name}`,
      weigh: async (materials) => ({ weights: byToken(await contrasted(contrast, materials), ({ weight }) => weight) }),
    },
    {
      ...common,
      name: `|log-ratio|, ${name}`,
      async weigh(materials) {
        const ratios = Object.values((await contrasted(contrast, materials)).columns)[0]!;
        return { weights: magnitudes(ratios), signed: forLabel(ratios) };
      },
    },
  ] satisfies Weighter[];
});

/** With k = 1 and the paper's clamp; `transform` for another. */
export async function contrasted(
  { texts: [positivePrompt, negativePrompt] = ["", ""], trained }: Pick<Contrast, "texts" | "trained">,
  materials: Materials,
  transform?: MethodOptions["transform"],
): Promise<Inspected> {
  const { reference, pairs } = materials;
  const method = tisDpo({ positivePrompt, negativePrompt, ...(transform && { transform }) });
  return inspectTokens({ reference, pairs, method, ...(trained && { models: await trained(materials) }) });
}

const supervised = contrasts.find(({ name }) => name.startsWith("SFT"))!;
/** TIS-DPO(S). */
export const supervisedContrast = { ...supervised, costs: costsOf(supervised) };

export const magnitudes = (values: ByToken): ByToken => values.map((of) => of.map(Math.abs));

/** The sign turned for rejected responses. */
export const forLabel = (values: ByToken): ByToken =>
  values.map((of, response) => of.map((value) => (response % 2 === 0 ? value : -value)));
