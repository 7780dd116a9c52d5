import { existsSync } from "node:fs";
import { join } from "node:path";
import { loadLanguageModel, type LanguageModel } from "@tokenwise/core";
import type { Configured } from "../config/configure.ts";
import { startBackend } from "../config/start-backend.ts";

/** A model that is looked at, and what it was before training. */
export interface Models {
  readonly policy: LanguageModel;
  readonly reference: LanguageModel;
  /** Whether the policy is what training begins with. */
  readonly untrained: boolean;
  /** Their folders, for reading. */
  readonly described: string;
  dispose(): void;
}

/**
 * The policy and the reference of a configuration, each opened once.
 *
 * @param policy  a folder; default: the output folder where it holds a model, else `model`, which then is both.
 * @throws TW_E_CONFIG_INCOMPLETE  without a model; the coded errors of a model's folder.
 */
export async function openModels({ config, required }: Configured, policy?: string): Promise<Models> {
  const { output } = config;
  const trained = output !== undefined && existsSync(join(output, "config.json")) ? output : undefined;
  const reference = config.reference ?? required("model", "model");
  const folder = policy ?? trained ?? required("model", "model");
  await startBackend(config);
  const before = await loadLanguageModel(reference);
  const after = folder === reference ? before : await loadLanguageModel(folder);
  return {
    policy: after,
    reference: before,
    untrained: folder === config.model,
    described: folder === reference ? `${folder}, not trained yet: ρ is 0` : `${folder}, reference ${reference}`,
    dispose() {
      before.dispose();
      if (after !== before) after.dispose();
    },
  };
}
