import { TokenwiseError } from "@tokenwise/kit";
import { z } from "zod";
import { configFlags, configKeys } from "../flags/config-flags.ts";
import { runSweepCommand } from "../sweep/sweep-command.ts";
import { command } from "./command.ts";

/** Nothing is shown of a run, nor kept, and methods are in the file. */
const without = [
  ...["method", "evaluateEvery", "checkpointEvery", "keepCheckpoints"],
  ...["samplePrompts", "sampleTokens", "inspectGroups", "metrics"],
];

export const sweep = command({
  name: "sweep",
  summary: "compare methods over a grid, seeds and files, by a reward",
  details: `Trains every method of the configuration's sweep at every point of its grid, with each seed and file, and scores samples of
what it made. Half of the prompts chooses a point for each method, the other half is reported, as differences from a baseline, with the
accuracy on evaluationData, if there is any, and the FLOPs of training. With sweep.equalFlops each method is also trained for as many as the baseline.
The output folder gets a file for each run in cells, sweep.json and sweep.html. A sweep that was stopped goes on; failed runs are tried again.`,
  examples: ["tokenwise sweep --config sweep.yaml", "tokenwise sweep --config sweep.yaml --output sweeps/beta --json"],
  flags: configFlags(configKeys.filter((key) => !without.includes(key))),
  own: z.strictObject({ json: z.boolean().default(false).describe("print events and the summary as JSON lines") }),
  methodOptions: false,
  async run(invocation) {
    const configured = await invocation.configure();
    const { sweep: asked } = configured.config;
    if (asked) return runSweepCommand(invocation, configured, asked);
    throw new TokenwiseError("TW_E_CONFIG_INCOMPLETE", "sweep is not set", {
      hint: `set sweep: { methods, prompts, reward } in ${configured.file ?? "a configuration, such as tokenwise.yaml"}`,
    });
  },
});
