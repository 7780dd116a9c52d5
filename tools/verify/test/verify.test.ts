import { useBackend } from "@tokenwise/model";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { casesOf } from "../src/read/document.ts";
import type { Result } from "../src/verify.ts";
import { load, numberAt, only, verified } from "./goldens.ts";

beforeAll(() => useBackend("cpu"));

const files = ["authors", "steps", "trl", "trl-prompts", "trl-rows-and-optimizers", "variants"];

describe.each(inject("backends"))("on %s", (backend) => {
  beforeAll(() => useBackend(backend));
  afterAll(() => useBackend("cpu"));

  it.each(files)("%s: nothing is short", async (file) => {
    const results = await verified(load(file), backend);
    expect(results.filter(({ status }) => status === "short")).toEqual([]);
    expect(results.some(({ status }) => status === "holds")).toBe(true);
  });
});

describe("cases of the authors, of TRL and of our own arithmetic", () => {
  it("every case of our own arithmetic holds: other sizes, seeds and options, blocks left out", async () => {
    const results = await verified(load("variants"));
    expect(results.map(({ status }) => status)).toEqual(Array(5).fill("holds"));
    expect(results.map(({ kind }) => kind)).toEqual(["TDPO", "ε-DPO", "ε-DPO trajectory", "TIS-DPO", "ADPO"]);
  });

  it("what does not apply says why", async () => {
    const results = (await Promise.all(files.map((file) => verified(load(file))))).flat();
    const without = results.filter(({ status }) => status === "not applicable");
    expect(without.length).toBe(11);
    for (const { skips } of without) expect(skips.every(({ reason }) => reason.length > 10)).toBe(true);
  });

  it("the order of keys does not matter", async () => {
    const turned = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(turned);
      if (typeof value !== "object" || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, inner]) => [key, turned(inner)]),
      );
    };
    const errors = (results: Awaited<ReturnType<typeof verified>>) =>
      results.map(({ status, checks }) => [status, checks.map(({ field }) => field).sort()]);
    expect(errors(await verified(turned(load("variants"))))).toEqual(errors(await verified(load("variants"))));
  });
});

describe("one number changed by a thousandth", () => {
  const names: Readonly<Record<string, string>> = { "grad.l2": "grad_l2", "grad.sumAbs": "grad_sum_abs" };
  /** Fields of the first, the middle and the last check; a gradient's entries are compared with the largest of them. */
  const triedOf = ({ checks }: Result): readonly string[] => {
    const fields = checks.map(({ field }) => names[field] ?? field).filter((field) => !field.endsWith(".at"));
    return fields.filter((_, at) => [0, Math.floor(fields.length / 2), fields.length - 1].includes(at));
  };

  it.each(["authors", "variants", "trl", "trl-rows-and-optimizers"])("%s: the case is short", async (file) => {
    const all = (await verified(load(file))).flatMap((result) =>
      triedOf(result).map((field) => [result.name, field] as const),
    );
    const changed = all.flatMap(([name, field]) => {
      const document = load(file);
      const place = numberAt(casesOf(document).find((each) => each.name === name)?.fields, field);
      if (!place) return [];
      const before = place.holder[place.key] as number;
      place.holder[place.key] = before + 1e-3 * Math.max(1, Math.abs(before));
      return [{ document, name, field }];
    });
    expect(changed.length).toBeGreaterThan(10);
    for (const { document, name, field } of changed)
      expect([name, field, (await only(document, name)).status]).toEqual([name, field, "short"]);
  });

  it("is told with its field, how much it is short, and the tolerance", async () => {
    const document = load("trl") as { cases: { sigmoid: { loss: number } } };
    document.cases.sigmoid.loss += 1e-3;
    const { checks, status } = await only(document, "sigmoid");
    const short = checks.filter(({ error, tolerance }) => error > tolerance);
    expect(status).toBe("short");
    expect(short).toEqual([{ field: "loss", error: expect.closeTo(2.07e-3, 4) as number, tolerance: 1e-5 }]);
  });

  it("of a trained step or a final weight is short", async () => {
    for (const change of ["steps.3.loss", "steps.1.gradNorm", "final.lm_head.weight", "steps.4.rewardsChosen"]) {
      const document = load("steps") as { cases: { name: string }[] };
      const place = numberAt(
        document.cases.find(({ name }) => name === "e2e_tdpo2"),
        change,
      )!;
      place.holder[place.key] = (place.holder[place.key] as number) + 1e-3;
      expect((await only(document, "e2e_tdpo2")).status, change).toBe("short");
    }
  });
});

describe("cases that are not as documented", () => {
  it("a field that is used and is wrong is told with its path, and the other cases are run", async () => {
    const document = load("variants") as { cases: { options: Record<string, unknown> }[] };
    document.cases[0]!.options.beta = "large";
    const [first, second] = await verified(document);
    expect(first).toMatchObject({
      status: "short",
      problem: expect.stringMatching(/^unreadable: options\.beta: /) as string,
    });
    expect(second!.status).toBe("holds");
  });

  it("an input that is not there is told by its name", async () => {
    const document = load("variants") as { cases: { input: unknown }[] };
    document.cases[0]!.input = "six";
    const [first] = await verified(document);
    expect(first!.problem).toBe('unreadable: input: "six" is not among the file\'s inputs (five)');
  });

  it("rows of another length than the expected values are short", async () => {
    const document = load("variants") as { cases: { authors_code: { losses: number[] } }[] };
    document.cases[0]!.authors_code.losses.pop();
    expect((await verified(document))[0]!.status).toBe("short");
  });

  it.each([
    ["a case of an unknown kind", { cases: [{ name: "new", options: { zeta: 1 }, authors_code: { loss: 1 } }] }],
    ["a case that is no object", { cases: [17] }],
    ["a file that is an object of something else", { hello: "world" }],
  ])("%s does not apply", async (_, document) => {
    const [result] = await verified(document);
    expect(result).toMatchObject({ status: "not applicable", kind: null });
    expect(result!.skips[0]!.reason).toMatch(/^no kind of case that is known/);
  });

  it("a loss or option that we have not does not apply", async () => {
    const document = load("trl") as { cases: Record<string, { config: Record<string, unknown> }> };
    document.cases.sigmoid!.config.loss_types = ["sigmoid", "kto"];
    document.cases.mpo!.config.temperature = 2;
    expect(await only(document, "sigmoid")).toMatchObject({
      status: "not applicable",
      skips: [{ reason: expect.stringContaining('found "kto"') as string }],
    });
    expect(await only(document, "mpo")).toMatchObject({
      status: "not applicable",
      skips: [{ reason: "no option temperature" }],
    });
  });

  it("numbers with which nothing was compared are listed", async () => {
    const document = load("variants") as { cases: { authors_code: Record<string, unknown> }[] };
    document.cases[0]!.authors_code.novelty = [1, 2];
    expect((await verified(document))[0]!.unsaid).toEqual(["authors_code.novelty"]);
  });
});
