import fc from "fast-check";
import { describe, expect, it } from "vitest";
import golden from "../../test/goldens/trl-collator.json" with { type: "json" };
import { truncate } from "./truncate.ts";

const candidate = (ids: readonly number[]) => ({ ids: Int32Array.from(ids), content: ids.length });

interface Setting {
  readonly max_length: number | null;
  readonly truncation_mode: string;
}

/** Our rows in the collator's order, chosen over rejected, without padding, beside how many leading tokens are the prompt's. */
function rows({ max_length, truncation_mode }: Setting): { ids: number[]; prompt: number }[] {
  const limits = {
    maxLength: max_length ?? undefined,
    truncation: truncation_mode === "keep_start" ? "keep-start" : "keep-end",
  } as const;
  const fitted = golden.pairs.map(({ prompt_ids, chosen_ids, rejected_ids }) =>
    truncate(Int32Array.from(prompt_ids), [candidate(chosen_ids), candidate(rejected_ids)], limits),
  );
  return [0, 1].flatMap((side) =>
    fitted.map(({ prompt, candidates }) => ({
      ids: [...prompt, ...(candidates[side]?.ids ?? [])],
      prompt: prompt.length,
    })),
  );
}

/** TRL's rows in the same form. */
function theirs(output: { input_ids: number[][]; attention_mask: number[][]; completion_mask: number[][] }) {
  return output.input_ids.map((ids, row) => ({
    ids: ids.filter((_, column) => output.attention_mask[row]?.[column] === 1),
    prompt: (output.attention_mask[row] ?? []).filter(
      (on, column) => on === 1 && output.completion_mask[row]?.[column] === 0,
    ).length,
  }));
}

/** Rows, from 0 (chosen of pairs 0–2, rejected of pairs 0–2), that TRL cuts otherwise, by case. */
const differences: Record<number, { why: string; rows: number[] }> = {
  1: {
    why: "at 4, keep_start: TRL cuts the chosen response, we a token of the prompt, for both sides",
    rows: [0, 3],
  },
  2: {
    why: "at 4, keep_end: TRL cuts the prompt of one side only, or all of it; ours is the same for both sides and keeps its half",
    rows: [2, 3, 4],
  },
  3: {
    why: "at 3, keep_start: TRL leaves pair 0 no response on either side, and drops ends of responses before prompts",
    rows: [0, 1, 3, 4],
  },
  4: {
    why: "at 2, keep_end: TRL leaves some rows no prompt, and prompts that differ between chosen and rejected",
    rows: [0, 1, 2, 4, 5],
  },
};

describe("truncation", () => {
  it.each(golden.cases.map((setting, index) => ({ ...setting, index })))(
    "agrees with TRL's collator but where that loses a response or a shared prompt: maxLength $max_length, $truncation_mode",
    (setting) => {
      const [ours, expected] = [rows(setting), theirs(setting.output)];
      const differing = ours.flatMap((row, index) =>
        JSON.stringify(row) === JSON.stringify(expected[index]) ? [] : [index],
      );
      expect(differing, differences[setting.index]?.why).toEqual(differences[setting.index]?.rows ?? []);
    },
  );

  it("keeps a response where TRL destroys it", () => {
    const setting = golden.cases[3]!;
    expect(theirs(setting.output)[0]).toEqual({ ids: [1, 2, 3], prompt: 3 });
    expect(rows(setting)[0]).toEqual({ ids: [1, 4, 5], prompt: 1 });
  });

  it("never leaves a prompt or response empty, shares the prompt, and keeps to the limits", () => {
    const tokens = fc.array(fc.nat(9), { minLength: 1, maxLength: 12 });
    const limits = fc.record({
      maxLength: fc.option(fc.integer({ min: 2, max: 14 }), { nil: undefined }),
      maxPromptLength: fc.option(fc.integer({ min: 1, max: 14 }), { nil: undefined }),
      truncation: fc.constantFrom("keep-start", "keep-end", undefined),
    });
    fc.assert(
      fc.property(tokens, fc.array(tokens, { minLength: 1, maxLength: 4 }), limits, (prompt, responses, given) => {
        const fitted = truncate(Int32Array.from(prompt), [...responses.map(candidate), null], given);
        const { maxLength = Infinity, maxPromptLength = Infinity, truncation } = given;
        expect(fitted.prompt.length).toBeGreaterThan(0);
        expect(fitted.prompt.length).toBeLessThanOrEqual(maxPromptLength);
        const kept =
          truncation === "keep-start" ? prompt.slice(0, fitted.prompt.length) : prompt.slice(-fitted.prompt.length);
        expect([...fitted.prompt]).toEqual(kept);
        responses.forEach((ids, index) => {
          const after = fitted.candidates[index]!;
          expect(after.ids.length).toBeGreaterThan(0);
          expect([...after.ids]).toEqual(ids.slice(0, after.ids.length));
          expect(fitted.prompt.length + after.ids.length).toBeLessThanOrEqual(maxLength);
          expect(after.content).toBe(after.ids.length);
        });
        expect(fitted.candidates.at(-1)).toBeNull();
        const lengths = (all: readonly ({ length: number } | undefined)[]) => all.map((ids) => ids?.length);
        const same =
          lengths([prompt, ...responses]).join() ===
          lengths([fitted.prompt, ...fitted.candidates.slice(0, -1).map((c) => c?.ids)]).join();
        expect(fitted.truncated).toBe(!same);
      }),
    );
  });

  it("gives prompt and response half each where both are too long, and to each what the other leaves", () => {
    const fit = (prompt: number, response: number) => {
      const fitted = truncate(new Int32Array(prompt), [candidate(new Array<number>(response).fill(1))], {
        maxLength: 10,
      });
      return [fitted.prompt.length, fitted.candidates[0]?.ids.length];
    };
    expect(fit(20, 20)).toEqual([5, 5]);
    expect(fit(2, 20)).toEqual([2, 8]);
    expect(fit(20, 2)).toEqual([8, 2]);
  });

  it("cuts end tokens before text", () => {
    const response = { ids: Int32Array.of(7, 8, 2, 3), content: 2 };
    const { candidates } = truncate(Int32Array.of(1), [response], { maxLength: 4 });
    expect(candidates).toEqual([{ ids: Int32Array.of(7, 8, 2), content: 2 }]);
  });
});
