/** Real pairs with a real tokenizer, token for token as TRL has them. */
import { describe, expect, it } from "vitest";
import golden from "../test/goldens/trl-smollm2-hh.json" with { type: "json" };
import { preferencesFrom } from "./preferences.ts";
import { loadTokenizer } from "./tokenizer/load-tokenizer.ts";

const folder = process.env.TOKENWISE_SMOLLM2;

interface Tokens {
  readonly prompt_tokens: number;
  readonly chosen_tokens: number;
  readonly rejected_tokens: number;
  readonly prompt_last_ids: number[];
  readonly chosen_last_ids: number[];
  readonly prompt_ids?: number[];
  readonly chosen_ids?: number[];
  readonly rejected_ids?: number[];
}

describe.skipIf(folder === undefined)(
  "SmolLM2 (TOKENWISE_SMOLLM2 names the folder of SmolLM2-135M-Instruct in Hugging Face's layout)",
  () => {
    it("gives TRL's token ids to pairs of HH-RLHF, and counts the template's end tokens out of the content", async () => {
      const tokenizer = await loadTokenizer(folder ?? "");
      const { examples } = preferencesFrom(
        golden.rows.map(({ pair }) => pair),
        { tokenizer },
      );
      golden.rows.forEach(({ tokens }, index) => {
        const { prompt, candidates } = examples[index]!;
        const [chosen, rejected] = candidates.map((candidate) => candidate!);
        const expected: Tokens = tokens;
        expect([prompt.length, chosen!.ids.length, rejected!.ids.length]).toEqual([
          expected.prompt_tokens,
          expected.chosen_tokens,
          expected.rejected_tokens,
        ]);
        expect([...prompt.slice(-expected.prompt_last_ids.length)]).toEqual(expected.prompt_last_ids);
        expect([...chosen!.ids.slice(-expected.chosen_last_ids.length)]).toEqual(expected.chosen_last_ids);
        if (expected.prompt_ids) expect([...prompt]).toEqual(expected.prompt_ids);
        if (expected.chosen_ids) expect([...chosen!.ids]).toEqual(expected.chosen_ids);
        if (expected.rejected_ids) expect([...rejected!.ids]).toEqual(expected.rejected_ids);
        for (const { ids, content } of [chosen!, rejected!]) expect([...ids.slice(content)]).toEqual([2, 198]);
      });
    });
  },
);
