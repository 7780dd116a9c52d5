/** Controls: what a method gives where something that it should need is taken from it. */
import { annotatorsOf, readsRewards } from "@tokenwise/core";
import { TokenwiseError, type Method } from "@tokenwise/kit";
import { randomWeights, shuffledWeights } from "@tokenwise/sweep";
import { readSchema, type Config, type ControlName } from "../config/schema.ts";
import type { Run } from "./cells.ts";
import { chosenRuns, type Summary } from "./summarize.ts";
import { runSettings, withOwnModels, type Trial } from "./trials.ts";
import type { Ended } from "./worth.ts";

interface Control {
  /** After the method's name. */
  readonly title: string;
  readonly config?: (config: Config) => Config;
  readonly method?: (method: Method) => Method;
}

const controls: Readonly<Record<ControlName, Control>> = {
  "flipped-labels": {
    title: "labels flipped",
    config: (config) => ({ ...config, read: readSchema.parse({ ...config.read, swap: !config.read?.swap }) }),
  },
  "no-learning": { title: "no learning", config: (config) => ({ ...config, learningRate: 0 }) },
  "random-weights": { title: "random weights", method: (method) => ({ ...method, weighter: randomWeights() }) },
  "shuffled-weights": {
    title: "weights shuffled",
    method: ({ weighter, ...rest }) => ({ ...rest, ...(weighter && { weighter: shuffledWeights(weighter) }) }),
  },
};

/** @throws TW_E_CONFIG  for a control that would change nothing, or cannot work. @param where  names the place that names them. */
export function refuseControls(
  names: readonly ControlName[],
  trials: readonly Trial[],
  baseline: string,
  where: string,
): void {
  const refuse = (name: ControlName, why: string): never => {
    throw new TokenwiseError("TW_E_CONFIG", `${where}: ${why}`, { hint: `leave ${name} out` });
  };
  if (names.includes("shuffled-weights") && trials.every(({ method }) => !method.weighter))
    refuse("shuffled-weights", "no method has weights that could be shuffled");
  const { method } = trials.find(({ name }) => name === baseline)!;
  if (names.includes("random-weights") && method.objectives.length === 0)
    refuse("random-weights", `${baseline} has no scores that weights could count in`);
  if (names.includes("flipped-labels") && readsRewards(method))
    refuse("flipped-labels", `${baseline} goes by rewards, which stay with their responses when these are exchanged`);
  const [annotator] = annotatorsOf(method);
  if (names.includes("flipped-labels") && annotator)
    refuse(
      "flipped-labels",
      `the columns of ${annotator.name}, which ${baseline} reads, are of the labels as they are`,
    );
}

/** By name, at the chosen point of the method: shuffled weights of each that has some, all others of the baseline. */
export function controlRuns(
  names: readonly ControlName[],
  ended: readonly Ended[],
  summary: Summary,
): ReadonlyMap<string, readonly Run[]> {
  const chosen = chosenRuns(ended, summary);
  return new Map(
    names.flatMap((name) =>
      [...chosen]
        .filter(([method, [first]]) =>
          name === "shuffled-weights" ? first!.run.trial.method.weighter : method === summary.baseline,
        )
        .map(([, own]): readonly [string, readonly Run[]] => {
          const runs = own.map(({ run }) => controlled(run, name));
          return [runs[0]!.trial.name, runs];
        }),
    ),
  );
}

function controlled({ cell, trial, ...run }: Run, name: ControlName): Run {
  const altered = alteredTrial(trial, controls[name]);
  const { config } = altered;
  const trained = { ...cell.trained!, settings: runSettings(config), read: config.read ?? null, control: name };
  return { ...run, cell: { ...cell, trained }, trial: altered };
}

function alteredTrial(trial: Trial, { title, config = same, method = same }: Control): Trial {
  const altered = method(trial.method);
  return {
    ...trial,
    name: `${trial.name}, ${title}`,
    config: withOwnModels(config(trial.config), altered),
    method: altered,
  };
}

const same = <T>(value: T): T => value;
