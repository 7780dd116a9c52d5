/** With `npm run test:full`: every plugin is changed. */
import { describe, expect, it } from "vitest";
import { explanations, mutate } from "../src/mutate.ts";
import { plugins } from "../src/plugins.ts";
import { percent, problemsOf, survivorsOf } from "../src/result.ts";
import { row } from "../src/table.ts";

const minutes = 60_000;
const full = process.env.TOKENWISE_FULL !== undefined;

it("explanations are of plugins that there are", () => {
  expect(plugins).toEqual(expect.arrayContaining(Object.keys(explanations)));
});

describe.runIf(full)("the tests of a plugin", () => {
  it.each(plugins)(
    "notice at least 90 % of the changes to the numerics of %s",
    async (plugin) => {
      const result = await mutate(plugin);
      console.info([row(result), ...survivorsOf(result)].join("\n"));
      expect(problemsOf(result), percent(result.score)).toEqual([]);
    },
    20 * minutes,
  );
});
