/** Combinations that are accepted, trained: a pairwise covering set, and with `npm run test:full` all of them. */
import { loadLanguageModel, type LanguageModel, type Run } from "@tokenwise/core";
import { useBackend } from "@tokenwise/model";
import { contractOf, tinyFolder, type TinyFolder } from "@tokenwise/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fromYaml, inCode, nameOf, type Combination } from "../src/combination.ts";
import { dataKinds, examplesFor } from "../src/data.ts";
import { allCombinations, coveringCombinations } from "../src/enumerate.ts";
import { partsByPlace, registryOfAll } from "../src/parts.ts";
import { twoSteps, twoStepsAndSave } from "../src/two-steps.ts";
import { accepted, judge } from "../src/verdict.ts";

const registry = await registryOfAll();
const parts = partsByPlace(registry);
const full = process.env.TOKENWISE_FULL !== undefined;

/** Those of the contract's laws that compare a step with a changed one. */
const metamorphic = /^(composition\/.*|padding|permutation|micro-batches|logits\/shift)$/;

let folder: TinyFolder;
let language: LanguageModel;
beforeAll(async () => {
  await useBackend("cpu");
  folder = await tinyFolder();
  language = await loadLanguageModel(folder.model);
});
afterAll(async () => {
  language.dispose();
  await folder.remove();
});

describe.each(dataKinds)("on %s, of tiny models", (kind) => {
  const verdictOf = judge(kind, registry);
  const isAccepted = (combination: Combination): boolean => accepted(verdictOf(combination));
  const covering = coveringCombinations(parts, isAccepted);
  const named = (combinations: readonly Combination[]) => combinations.map((each) => [nameOf(each), each] as const);

  it.each(named(covering))(
    "%s takes two finite steps with a gradient, and the second is the same after a save, composed in code",
    async (_, combination) => {
      const make = { first: () => fromYaml(combination, registry), resumed: () => inCode(combination, registry) };
      const examples = examplesFor(kind, make.first(), language.tokenizer);
      const { whole, resumed } = await twoStepsAndSave(make, examples, folder);
      expectSound(whole.history, combination);
      expect(resumed.history).toEqual(whole.history.slice(1));
      expect(resumed.states).toEqual(whole.states);
      expect(resumed.weights).toEqual(whole.weights);
    },
  );

  it.each(named(covering))("%s satisfies the metamorphic laws", (_, combination) => {
    const cases = contractOf(fromYaml(combination, registry), { effort: "small" });
    for (const { law, notApplicable, run } of cases) if (metamorphic.test(law) && notApplicable === undefined) run();
  });

  const names = new Set(covering.map(nameOf));
  const all = full ? [...allCombinations(parts)] : [];
  const rest = all.filter((each) => isAccepted(each) && !names.has(nameOf(each)));
  it.each(named(rest))("%s takes two finite steps with a gradient", async (_, combination) => {
    const method = fromYaml(combination, registry);
    const { history } = await twoSteps(method, examplesFor(kind, method, language.tokenizer), folder);
    expectSound(history, combination);
  });
});

/**
 * Every number is finite, and the model, and whatever parts train, got a gradient. An anchor that copies the policy after every
 * step makes it the reference of the next one: log-ratios and divergences are 0, and so is the gradient of what weighs them.
 */
function expectSound(history: Run["history"], { anchor }: Combination): void {
  expect(history).toHaveLength(2);
  for (const { metrics } of history)
    for (const [name, value] of Object.entries(metrics)) expect(value, name).toSatisfy(Number.isFinite);
  const trained = anchor?.endsWith("copy-every") ? ["grad_norm"] : ["grad_norm", "grad_norm/parts"];
  for (const name of trained) {
    const norms = history.flatMap(({ metrics }) => metrics[name] ?? []);
    if (norms.length > 0) expect(Math.max(...norms), name).toBeGreaterThan(0);
  }
}
