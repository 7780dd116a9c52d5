import {
  describeDataset,
  parseSettings,
  planMethod,
  Session,
  type SessionOptions,
  type SettingsInput,
} from "@tokenwise/core";
import type { Method } from "@tokenwise/kit";
import type { Example } from "./golden-examples.ts";
import { goldenModel, type GoldenModel } from "./golden-model.ts";

/** The optimizer of the authors' five-step runs: AdamW with decay on all parameters, nothing clipped, a live reference. */
export const goldenSettings = {
  learningRate: 0.01,
  weightDecay: 0.01,
  weightDecayOn: "all",
  clip: null,
  schedule: "constant",
  cacheReference: false,
} as const satisfies SettingsInput;

/** A session on the tiny Llama of a golden file. `dispose` frees it and both models. */
export function goldenSession(
  golden: GoldenModel,
  method: Method,
  examples: readonly Example[],
  overrides: SettingsInput = {},
  { sampling = {} }: Pick<SessionOptions, "sampling"> = {},
) {
  const [policy, reference] = [goldenModel(golden, "policy"), goldenModel(golden, "reference")];
  const settings = parseSettings({ ...goldenSettings, ...overrides });
  const limits = { vocabulary: policy.config.vocabSize, positions: policy.config.maxPositionEmbeddings };
  const plan = planMethod(method, describeDataset(examples, limits), settings);
  const schedule = { kind: "constant", warmupSteps: 0, totalSteps: 5 } as const;
  const session = new Session({ plan, policy, reference, settings, schedule, sampling });
  const dispose = (): void => {
    session.dispose();
    policy.dispose();
    reference.dispose();
  };
  return { session, policy, reference, dispose };
}
