/** What a run shows of itself before the first and after the last step: samples, and what the method makes of tokens. */
import type { PreferenceExample } from "@tokenwise/data";
import type { LanguageModel } from "../language-model.ts";
import type { TrainEvent } from "./events.ts";
import type { Session } from "./session.ts";
import type { Settings } from "./settings.ts";

export interface Showing {
  readonly session: Session;
  readonly language: LanguageModel;
  readonly settings: Pick<Settings, "samplePrompts" | "sampleTokens" | "inspectGroups" | "seed">;
  /** The first ones are shown. */
  readonly examples: readonly PreferenceExample[];
  readonly emit: (event: TrainEvent) => void;
}

export async function showRun({ session, language, settings, examples, emit }: Showing): Promise<void> {
  const { samplePrompts, sampleTokens, inspectGroups, seed } = settings;
  const { step } = session;
  if (samplePrompts > 0) {
    const prompts = examples.slice(0, samplePrompts).map(({ prompt }) => prompt);
    const room = language.model.config.maxPositionEmbeddings - Math.max(...prompts.map(({ length }) => length));
    const responses = language.generate(prompts, { maxNewTokens: Math.min(sampleTokens, room), seed });
    const samples = responses.map((response, index) => ({
      prompt: language.tokenizer.decode(prompts[index]!),
      response,
    }));
    emit({ type: "samples", step, samples });
  }
  if (inspectGroups > 0 && session.plan.method.objectives.length > 0)
    emit({ type: "tokens", step, groups: await session.inspect(examples.slice(0, inspectGroups), language.tokenizer) });
}
