/** Sessions on the tiny formula Llama, for tests. */
import type { PreferenceExample } from "@tokenwise/data";
import type { Method } from "@tokenwise/kit";
import type { CausalModel } from "@tokenwise/model";
import { Session, type SessionOptions } from "../src/loop/session.ts";
import { parseSettings, type SettingsInput } from "../src/loop/settings.ts";
import { describeDataset } from "../src/plan/dataset.ts";
import { planMethod } from "../src/plan/plan.ts";
import { formulaLlama, goldenPairs, type FormulaModel } from "./formula-llama.ts";
import goldens from "./goldens/trajectories.json" with { type: "json" };

export const tinyLlama = (role: "policy" | "reference"): CausalModel =>
  formulaLlama(goldens.model as unknown as FormulaModel, role);

export const tinyPairs = (weights?: readonly (readonly number[])[]): PreferenceExample[] =>
  goldenPairs(goldens.rows, weights);

export const limits = { vocabulary: 16, positions: 64 } as const;

/** A session with a live reference; the golden optimizer unless settings say otherwise. */
export function tinySession(
  method: Method,
  examples: readonly PreferenceExample[],
  overrides: SettingsInput = {},
  { sampling = {} }: Pick<SessionOptions, "sampling"> = {},
) {
  const [policy, reference] = [tinyLlama("policy"), tinyLlama("reference")];
  const settings = parseSettings({
    learningRate: 0.01,
    weightDecay: 0.01,
    weightDecayOn: "all",
    clip: null,
    schedule: "constant",
    cacheReference: false,
    ...overrides,
  });
  const plan = planMethod(method, describeDataset(examples, limits), settings);
  const schedule = { kind: "constant", warmupSteps: 0, totalSteps: 5 } as const;
  const session = new Session({ plan, policy, reference, settings, schedule, sampling });
  const dispose = () => {
    session.dispose();
    policy.dispose();
    reference.dispose();
  };
  return { session, policy, reference, dispose };
}
