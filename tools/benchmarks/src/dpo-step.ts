/** Times DPO steps of a model of SmolLM2's shape on one backend and prints one JSON object. */
import { parseArgs } from "node:util";
import { parseSettings, planMethod, describeDataset, Session, type SessionOptions } from "@tokenwise/core";
import type { PreferenceExample } from "@tokenwise/data";
import { dpo, tf } from "@tokenwise/kit";
import { createModel, useBackend, type BackendName } from "@tokenwise/model";
import { profileKernels } from "./profile.ts";
import { smolLM2, stepOperations } from "./smollm2.ts";

const { values: flags } = parseArgs({
  options: {
    backend: { type: "string", default: "native" },
    layers: { type: "string", default: "30" },
    steps: { type: "string", default: "4" },
    prompt: { type: "string", default: "512" },
    response: { type: "string", default: "256" },
    recompute: { type: "boolean", default: false },
    profile: { type: "boolean", default: false },
  },
});
const lengths = { prompt: Number(flags.prompt), response: Number(flags.response) };

await useBackend(flags.backend as BackendName);
const config = smolLM2(Number(flags.layers));
const times = flags.profile ? profileKernels() : [];

const ids = (length: number, seed: number): Int32Array =>
  Int32Array.from({ length }, (_, i) => (i * 7919 + seed * 104_729) % config.vocabSize);
const examples: PreferenceExample[] = [
  {
    source: { file: "made up", line: 1 },
    prompt: ids(lengths.prompt, 1),
    candidates: [2, 3].map((seed) => ({ ids: ids(lengths.response, seed), content: lengths.response })),
  },
];

const settings = parseSettings({
  batchSize: 1,
  learningRate: 1e-5,
  microBatchTokens: 1 << 20,
  recompute: flags.recompute,
});
const plan = planMethod(dpo(), describeDataset(examples, { vocabulary: config.vocabSize, positions: 8_192 }), settings);
const policy = createModel(config, { seed: 1 });
const referenceLogProbs: SessionOptions["referenceLogProbs"] = {
  entries: new Map(),
  tensor: (rows, width) => tf.fill([2 * rows.length, width], -10),
};
const schedule = { kind: "constant", warmupSteps: 0, totalSteps: 1_000 } as const;
const session = new Session({ plan, policy, settings, schedule, referenceLogProbs });

const seconds: number[] = [];
const losses: number[] = [];
const before = process.resourceUsage().maxRSS;
for (let step = 0; step < Number(flags.steps); step++) {
  if (step === 1) for (const entry of times) [entry.calls, entry.time] = [0, 0];
  const started = performance.now();
  losses.push((await session.train(examples)).loss!);
  seconds.push((performance.now() - started) / 1_000);
}
const gibibytes = (kilobytes: number): number => kilobytes / 2 ** 20;
console.log(
  JSON.stringify({
    backend: flags.backend,
    seconds: seconds.slice(1),
    first: seconds[0],
    operations: stepOperations(config, lengths),
    peakGiB: gibibytes(process.resourceUsage().maxRSS),
    modelGiB: gibibytes(before),
    losses,
  }),
);
const steps = seconds.length - 1;
for (const { kernel, calls, time } of [...times].sort((a, b) => b.time - a.time).filter(({ calls }) => calls > 0))
  console.log(
    `${kernel.padEnd(24)} ${(calls / steps).toFixed(0).padStart(6)} calls ${(time / steps).toFixed(1).padStart(9)} ms a step`,
  );
