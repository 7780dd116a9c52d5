/** A pair for a method to be looked at where the user names no model and no data: a tiny real model and its words. */
import { languageModel, loadLanguageModel, type LanguageModel } from "@tokenwise/core";
import { preferencesFrom, type PreferenceExample } from "@tokenwise/data";
import { tf, type DataRequest, type Method } from "@tokenwise/kit";
import { cloneModel } from "@tokenwise/model";
import { tinyFolder, tinyPairs, wantsOf } from "@tokenwise/testkit";

export interface ExamplePair {
  readonly policy: LanguageModel;
  readonly reference: LanguageModel;
  readonly data: readonly PreferenceExample[];
  dispose(): void;
}

/** The policy is the reference with every weight a little larger, so that log-ratios are not 0. */
export async function builtInPair(method: Method): Promise<ExamplePair> {
  const folder = await tinyFolder();
  const reference = await loadLanguageModel(folder.model);
  await folder.remove();
  const policy = languageModel(cloneModel(reference.model), reference.tokenizer);
  for (const variable of policy.model.parameters.values()) tf.tidy(() => variable.assign(tf.mul(variable, 1.1)));
  const { examples } = preferencesFrom(tinyPairs(1), { tokenizer: reference.tokenizer });
  return {
    policy,
    reference,
    data: examples.map((example) => withData(example, wantsOf(method).data)),
    dispose() {
      policy.dispose();
      reference.dispose();
    },
  };
}

/** Rewards that prefer the first candidate, and columns of made up numbers around ½. */
function withData(example: PreferenceExample, needs: readonly DataRequest[]): PreferenceExample {
  const columns = needs.flatMap(({ name, options, axes }): [string, Float32Array[]][] => {
    if (name !== "column") return [];
    const values = example.candidates.map((candidate, index) => {
      const length = axes === "B,T" ? (candidate?.ids.length ?? 0) : 1;
      return Float32Array.from({ length }, (_, token) => 0.5 + Math.sin(1 + token + 2 * index));
    });
    return [[(options as { readonly name: string }).name, values]];
  });
  const rewards = example.candidates.map((_, index) => (index === 0 ? 1 : 0));
  return { ...example, rewards, columns: Object.fromEntries(columns) };
}
