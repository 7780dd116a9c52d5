/** The rows that each contestant is trained on, and the held-out sentences whose tokens are shown. */
import { annotate, type LanguageModel, type PreferenceExample } from "@tokenwise/core";
import { tisDpo } from "@tokenwise/plugin-tis-dpo";
import { contrastOfModels, type Rows } from "./contestants.ts";
import type { Pair } from "./pairs.ts";
import { shuffledColumns } from "./shuffled-columns.ts";

export interface TrainingDataOptions {
  readonly pairs: readonly Pair[];
  /** Held-out pairs. */
  readonly shown: readonly Pair[];
  readonly reference: LanguageModel;
  readonly seed: number;
}

/** As `train` takes them. */
interface Given {
  readonly training:
    | { readonly rows: "preferences"; readonly data: readonly Pair[] | readonly PreferenceExample[] }
    | {
        readonly rows: "completions";
        readonly data: readonly { readonly prompt: string; readonly completion: string }[];
      };
  /** None for supervised training. */
  readonly shown?: readonly Pair[] | readonly PreferenceExample[];
}

export class TrainingData {
  readonly #options: TrainingDataOptions;
  readonly #supervised = new Map<Rows, LanguageModel>();
  #annotated: Promise<readonly PreferenceExample[]> | undefined;

  constructor(options: TrainingDataOptions) {
    this.#options = options;
  }

  /** @throws RangeError for weights before the two supervised models are there. */
  async of(rows: Rows): Promise<Given> {
    const { pairs, shown, seed } = this.#options;
    if (rows === "chosen" || rows === "rejected") {
      const data = pairs.map((pair) => ({ prompt: pair.prompt, completion: pair[rows] }));
      return { training: { rows: "completions", data } };
    }
    const given = (data: Given["shown"] & object): Given => ({
      training: { rows: "preferences", data: data.slice(0, pairs.length) },
      shown: data.slice(pairs.length),
    });
    if (rows === "pairs") return given([...pairs, ...shown]);
    if (rows === "flipped") return given([...pairs.map(flipped), ...shown]);
    this.#annotated ??= this.#annotate();
    const annotated = await this.#annotated;
    return given(rows === "weighted" ? annotated : shuffledColumns(annotated, seed));
  }

  /** Takes a trained model: those that weights come from are kept, others freed. */
  keep(rows: Rows, model: LanguageModel): void {
    if (rows === "chosen" || rows === "rejected") this.#supervised.set(rows, model);
    else model.dispose();
  }

  dispose(): void {
    for (const model of this.#supervised.values()) model.dispose();
  }

  /** Pairs with the log-ratio between a model of what was chosen and one of what was rejected: the contrast of TIS-DPO(S). */
  async #annotate(): Promise<readonly PreferenceExample[]> {
    const { pairs, shown, reference } = this.#options;
    const [positive, negative] = [this.#supervised.get("chosen"), this.#supervised.get("rejected")];
    if (!positive || !negative)
      throw new RangeError("weights need supervised training on chosen and on rejected reviews first");
    const { examples } = await annotate({
      model: reference,
      data: [...pairs, ...shown],
      method: tisDpo(contrastOfModels),
      models: { positive, negative },
    });
    return examples;
  }
}

const flipped = ({ prompt, chosen, rejected }: Pair): Pair => ({ prompt, chosen: rejected, rejected: chosen });
