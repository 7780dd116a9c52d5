/** What weights are made with, trained when first asked for, on the pairs that the methods themselves would be trained on. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { train, type LanguageModel } from "@tokenwise/core";
import { dpo, sft, type Method } from "@tokenwise/kit";
import { settingsOf } from "../contestants/workshop.ts";
import type { Pair } from "../demo/pairs.ts";
import { referenceFolder } from "../demo/samples.ts";

export interface TrainedModelsOptions {
  readonly pairs: readonly Pair[];
  readonly steps: number;
  readonly batchSize: number;
  readonly seed: number;
}

export class TrainedModels {
  readonly #options: TrainedModelsOptions;
  readonly #models = new Map<string, Promise<LanguageModel>>();
  readonly #folders: string[] = [];

  constructor(options: TrainedModelsOptions) {
    this.#options = options;
  }

  /** Supervised on one side of the pairs. */
  supervised(side: "chosen" | "rejected"): Promise<LanguageModel> {
    return this.#once(side, { rows: "completions", read: { columns: { completion: side } }, method: sft() });
  }

  /** DPO; with `swap` on chosen and rejected exchanged. */
  preferring({ swap }: { readonly swap: boolean }): Promise<LanguageModel> {
    return this.#once(`dpo ${swap}`, { read: { swap }, method: dpo({ beta: 0.2 }) });
  }

  /** By any method whose parts are trained, too: a folder, with their tensors. */
  async withParts(method: Method): Promise<string> {
    const output = await mkdtemp(join(tmpdir(), "weights-"));
    this.#folders.push(output);
    const { model } = await train({ ...this.#settings(), method, output });
    model.dispose();
    return output;
  }

  /** Of all models, and removes their folders. */
  async dispose(): Promise<void> {
    for (const model of this.#models.values()) (await model).dispose();
    for (const folder of this.#folders) await rm(folder, { recursive: true });
  }

  #settings() {
    const { pairs, ...sizes } = this.#options;
    return { ...settingsOf(sizes), model: referenceFolder, data: pairs };
  }

  #once(name: string, how: Pick<Parameters<typeof train>[0], "rows" | "read" | "method">): Promise<LanguageModel> {
    const model = this.#models.get(name) ?? train({ ...this.#settings(), ...how }).then((run) => run.model);
    this.#models.set(name, model);
    return model;
  }
}
