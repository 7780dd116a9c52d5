/** Both of the author's ports, on logits and log-probabilities that are given by formulas. */
import { movingAverage, copyOnDrift, rewards as rewardsRequest, tf, tokenLogProb } from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { batchOf, difference, evaluate, tokenTable, type Given } from "@tokenwise/testkit";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { adpo, groupTargets, type Options } from "../src/index.ts";
import file from "./goldens/authors.json" with { type: "json" };
import { cases, inputs, optionsOf, tableOf, type Case } from "./groups.ts";

afterAll(() => useBackend("cpu")); // for the files after this one, in the same process

describe.each(inject("backends"))("the first port, on %s", (backend) => {
  const [value, slope] = [backend === "cpu" ? 1e-5 : 1e-4, 1e-4];
  beforeAll(() => useBackend(backend));
  const table = ({ input, options }: Case) => tableOf(inputs[input]!, options.samplingTemperature);

  it.each(cases)("$name: targets, scores, losses and their sum", (each) => {
    const { derived, authors_code } = each;
    const result = evaluate(adpo(optionsOf(each)), [table(each)]);
    const kept = derived.keptPrompts ?? derived.perPromptLoss.map(() => true);
    const share = kept.filter(Boolean).length / kept.length;
    const losses = derived.perPromptLoss.map((loss, prompt) => (kept[prompt] ? loss / share : 0));
    expect(difference(result.targets.flat(), derived.targets.flat())).toBeLessThan(value);
    expect(difference(result.rewards.flat(), derived.anchoredScores.flat())).toBeLessThan(value);
    expect(difference(result.losses, losses)).toBeLessThan(value);
    expect(difference([result.loss], [authors_code.loss])).toBeLessThan(value);
    const divergences = derived.perPromptLoss.map((loss, prompt) => loss - derived.targetEntropy[prompt]!);
    expect(difference(result.metrics["listwise/kl"]!, divergences)).toBeLessThan(value);
    tf.dispose([...result.gradients.policy]);
  });

  it.each(cases)("$name: the gradient by the policy's logits", (each) => {
    const { at, l2, rowL2 } = each.authors_code.gradient;
    const { gradients } = evaluate(adpo(optionsOf(each)), [table(each)]);
    const gradient = tf.div(gradients.policy[0]!, each.options.samplingTemperature);
    const entries = gradient.arraySync() as number[][][];
    const ours = at.map(([row, token, id]) => entries[row!]![token!]![id!]!);
    const theirs = at.map(([, , , entry]) => entry!);
    expect(difference(ours, theirs)).toBeLessThan(slope);
    const rows = [...tf.sqrt(tf.sum(tf.square(gradient), [1, 2])).dataSync()];
    expect(difference([...rows, Math.hypot(...rows)], [...rowL2, l2])).toBeLessThan(slope);
  });

  it.each(cases.filter(({ derived_tau }) => derived_tau))("$name: τ of each group", (each) => {
    const { metrics } = evaluate(adpo(optionsOf(each)), [table(each)]);
    expect(difference(metrics["adaptive-temperature/temperature"]!, each.derived_tau!)).toBeLessThan(value);
  });

  it.each(cases.filter(({ paper }) => paper.perPromptLoss))("$name: the paper's z-score", (each) => {
    const options: Options = {
      ...optionsOf(each),
      dropFailed: false,
      targets: { kind: "z-score", temperature: each.options.betaReward },
    };
    const { losses } = evaluate(adpo(options), [table(each)]);
    expect(difference(losses, each.paper.perPromptLoss!)).toBeLessThan(value);
  });
});

interface Wave {
  readonly mean: number;
  readonly amp: number;
  readonly b: number;
  readonly t: number;
  readonly phase: number;
}
interface Port {
  readonly name: string;
  readonly tokenLogProbs: { readonly policy: Wave; readonly anchor: Wave; readonly lengths: readonly number[] };
  readonly groupSize: number;
  readonly prompts: number;
  readonly rewards: readonly number[];
  readonly options: {
    readonly tau: number;
    readonly beta_reward: number;
    readonly use_length_normalization: boolean;
    readonly loss_variant: string;
    readonly clip_log_ratio: number;
    readonly clip_anchored_score: number;
    readonly use_poly_loss?: boolean;
    readonly poly_epsilon?: number;
    readonly pl_label_smoothing?: number;
    readonly pl_top_k?: number;
  };
  readonly authors_code: {
    readonly loss: number;
    readonly gradient: { readonly values: readonly (readonly number[])[] };
  };
}
const ports = file.cases.filter(({ tokenLogProbs }) => tokenLogProbs !== undefined) as unknown as readonly Port[];

function portOptions({ options }: Port): Options {
  const { pl_top_k: places = 0, pl_label_smoothing: smoothing = 0, use_poly_loss: poly = false } = options;
  return {
    tau: options.tau,
    targets: { kind: "z-score", temperature: options.beta_reward, epsilon: 0 },
    length: options.use_length_normalization ? "mean" : "sum",
    ...(options.loss_variant === "plackett_luce" && {
      loss: {
        kind: "plackett-luce",
        smoothing,
        poly: poly ? (options.poly_epsilon ?? 1) : 0,
        ...(places > 0 && { places }),
      },
    }),
    ...(options.clip_log_ratio > 0 && { clipScore: options.clip_log_ratio }),
    ...(options.clip_anchored_score > 0 && { clipLogit: options.clip_anchored_score }),
  };
}

function portTable({ tokenLogProbs, groupSize, prompts, rewards }: Port): Given {
  const { lengths, policy, anchor } = tokenLogProbs;
  const responses = lengths.map((length) => ({ promptLength: 1, response: Array<number>(length).fill(3) }));
  const logProbs = ({ mean, amp, b, t, phase }: Wave) =>
    tokenTable(
      lengths.map((length, row) =>
        Array.from({ length }, (_, token) => mean + amp * Math.sin(b * row + t * token + phase)),
      ),
      5,
      -9,
    );
  return {
    batch: batchOf(
      Array.from({ length: prompts }, (_, prompt) => responses.slice(groupSize * prompt, groupSize * (prompt + 1))),
    ),
    values: [
      [tokenLogProb("policy"), logProbs(policy)],
      [tokenLogProb("reference"), logProbs(anchor)],
      [rewardsRequest, tf.tensor2d([...rewards], [prompts, groupSize])],
    ],
  };
}

describe.each(inject("backends"))("the second port, on %s", (backend) => {
  beforeAll(() => useBackend(backend));

  it.each(ports)("$name: the loss, and its gradient by the tokens' log-probabilities", (port) => {
    const { authors_code } = port;
    const result = evaluate(adpo(portOptions(port)), [portTable(port)]);
    expect(difference([result.loss], [authors_code.loss])).toBeLessThan(backend === "cpu" ? 1e-5 : 1e-4);
    const expected = tokenTable(authors_code.gradient.values, 5, 0);
    expect(difference([...result.gradients.policy[0]!.dataSync()], [...expected.dataSync()])).toBeLessThan(1e-4);
  });
});

describe("the trainer's advantages", () => {
  const { rewards, authors_code } = file.cases.find(({ name }) => name === "advantages_G4") as unknown as {
    readonly rewards: readonly (readonly number[])[];
    readonly authors_code: { readonly group: readonly number[]; readonly none: readonly number[] };
  };
  it.each([
    ["group", { kind: "z-score", temperature: 1, epsilon: 1e-4 }],
    ["none", { kind: "raw", temperature: 1 }],
  ] as const)("scaled by %s are log q of temperature 1, centred: %j", (scaling, targets) => {
    const batch = batchOf(rewards.map((group) => group.map(() => ({ promptLength: 1, response: [2] }))));
    const read = { rewards: tf.tensor2d(rewards.map((group) => [...group])) };
    const logs = tf.log(groupTargets({ targets }).targets({ batch, read }));
    const centred = tf.sub(logs, tf.mean(logs, 1, true));
    expect(difference([...centred.dataSync()], authors_code[scaling])).toBeLessThan(1e-5);
  });
});

describe("the anchors of the author's first commit", () => {
  interface Run {
    readonly mode: string;
    readonly decay: number | null;
    readonly klThreshold: number;
    readonly window: number;
    readonly observedMeanAbsDelta: readonly number[] | null;
    readonly policyStart: readonly (readonly number[])[];
    readonly anchorStart: readonly (readonly number[])[];
    readonly calls: readonly { readonly anchor: readonly (readonly number[])[]; readonly updates: number }[];
  }
  const { runs } = file.cases.find(({ name }) => name === "anchor_updates")!.authors_code as unknown as {
    readonly runs: readonly Run[];
  };

  it.each(runs)("$mode: the same share of the anchor is kept in every call", (run) => {
    const { decay, observedMeanAbsDelta: observed, klThreshold: threshold, window, policyStart, calls } = run;
    const policy = decay === null ? copyOnDrift({ threshold, window }) : movingAverage({ keep: decay });
    let [state, anchor, policyNow] = [policy.state?.init() ?? null, run.anchorStart, policyStart];
    calls.forEach(({ anchor: expected }, index) => {
      const drift = { mean: observed?.[index] ?? 0, standardDeviation: 0, count: 1 };
      state = policy.state?.update(state, { step: index + 1, signal: { drift } }) ?? null;
      const keep = policy.keep(state);
      anchor = anchor.map((row, i) => row.map((entry, j) => keep * entry + (1 - keep) * policyNow[i]![j]!));
      expect(difference(anchor.flat(), expected.flat())).toBeLessThan(1e-12);
      policyNow = policyNow.map((row) => row.map((entry) => entry + 0.1 * (index + 1)));
    });
  });
});
