/** Reports as runs would leave them, made up from formulas. */
import type { MeasuredStep, Report, ReportRun, TokenGroup } from "../src/report.ts";

/** In [0, 1), the same for the same index. */
const noise = (index: number): number => {
  const x = Math.sin(index * 127.1 + 11.7) * 43758.5453;
  return x - Math.floor(x);
};

export function exampleSteps(count: number, seed = 0): readonly MeasuredStep[] {
  return Array.from({ length: count }, (_, index): MeasuredStep => {
    const done = (index + 1) / count;
    const wobble = noise(index + seed * 1000) - 0.5;
    const margin = (1.5 + seed * 0.3) * done + 0.4 * wobble;
    return {
      step: index + 1,
      metrics: {
        loss: Math.log1p(Math.exp(-margin)),
        "rewards/accuracies": Math.min(1, Math.max(0, 0.5 + 0.35 * done + 0.2 * wobble)),
        "rewards/margins": margin,
        "rewards/chosen": margin * 0.3,
        "rewards/rejected": -margin * 0.7,
        "logps/chosen": -120 - 4 * done + wobble,
        "logps/rejected": -118 - 15 * done + wobble,
        beta: 0.1 + 0.02 * seed * done,
        learning_rate: 1e-5 * (1 - done),
        grad_norm: (index % 97 === 60 ? 6 : 0.6) * (1 + 0.5 * wobble) + (index % 31 === 7 ? 0.7 : 0),
        num_tokens: 900 * (index + 1),
        "epsilon-beta/positive-steps": noise(index * 3 + seed),
        "epsilon-beta/negative-steps": noise(index * 5 + seed),
      },
    };
  });
}

export function exampleRun(name: string, seed: number, count = 120): ReportRun {
  const steps = exampleSteps(count, seed);
  const every = Math.max(1, Math.floor(count / 4));
  return {
    name,
    configuration: {
      model: "runs/reference",
      data: "pairs.jsonl",
      method: { use: name, beta: 0.1 + seed / 100 },
      seed,
      batchSize: 16,
      learningRate: 1e-5,
      clip: 1,
    },
    environment: {
      tokenwise: "0.1.0",
      node: "v22.12.0",
      backend: "tensorflow",
      processor: "Example CPU, 8 cores",
      memory: "16.0 GB",
      seed,
      command: `tokenwise train --method ${name} --output runs/${name}`,
    },
    steps,
    evaluations: [0, 1, 2, 3, 4].map((quarter) => ({
      step: quarter * every,
      metrics: steps[Math.min(count, Math.max(1, quarter * every)) - 1]!.metrics,
    })),
    samples: [0, count].map((step) => ({
      step,
      samples: ["The film began slowly, and then", "I had hoped for more, but"].map((prompt, index) => ({
        prompt,
        response:
          step === 0
            ? " it went on, and on, and on; nobody in the room could say why."
            : ` everyone in the room was moved, and ${name} number ${index + 1} smiled.`,
      })),
    })),
    tokens: [0, count].map((step) => ({
      step,
      groups: [0, 1].map((line) => exampleGroup(line, step === 0 ? 0 : seed + 1)),
    })),
    warnings: [],
  };
}

function exampleGroup(line: number, strength: number): TokenGroup {
  const candidates = [
    " a warm and generous film, with actors who listen to each other.",
    " a dull film.\nIt wastes its actors, its music and our time; the ending is a joke.",
  ].map((text, position) => ({
    target: 1 - position,
    score: strength * (0.5 - position),
    reward: 0.1 * strength * (0.5 - position),
    tokens: [
      ...(text.match(/\s?[^\s]+|\s/g) ?? []).map((word, index) => ({
        text: word,
        content: true,
        logProb: -6 * noise(index + line),
        ratio: strength * (noise(index + 7 * line + 31 * position) - 0.5),
        weight: Math.exp((noise(index + 17 * line + 3) - 0.5) * strength),
        divergenceWeight: 0,
      })),
      { text: "<|endoftext|>", content: false, logProb: -0.1, ratio: 0.02 * strength, weight: 1, divergenceWeight: 0 },
    ],
  }));
  return {
    source: { file: "test.jsonl", line: line + 1 },
    prompt: line === 0 ? "My review of the film: it is" : "What I told my friends about it: it is",
    beta: 0.1,
    emphasis: 1,
    loss: 0.693 - 0.1 * strength,
    candidates,
  };
}

export const exampleReport: Report = {
  title: "Film reviews: three methods",
  notes: ["200 pairs, one epoch each."],
  runs: ["dpo", "epsilon-dpo", "tis-dpo"].map((name, seed) => exampleRun(name, seed)),
  comparison: {
    reward: "mean sentiment of the continuation",
    caption: "Intervals are 95 % over prompts.",
    series: [
      {
        name: "reference",
        kind: "reference",
        points: [{ kl: { value: 0 }, reward: { value: 0.1, low: 0.02, high: 0.18 } }],
      },
      ...["dpo", "epsilon-dpo", "tis-dpo"].map((name, index) => ({
        name,
        kind: "method" as const,
        points: [0, 1].map((seed) => ({
          label: `seed ${seed}`,
          kl: { value: 2 + index + seed * 0.3, low: 1.8 + index + seed * 0.3, high: 2.3 + index + seed * 0.3 },
          reward: { value: 0.6 + 0.1 * index, low: 0.52 + 0.1 * index, high: 0.68 + 0.1 * index },
        })),
      })),
      {
        name: "best of n",
        kind: "best-of-n",
        joined: true,
        points: [2, 4, 8, 16].map((n) => ({
          label: `n = ${n}`,
          kl: { value: Math.log(n) - (n - 1) / n },
          reward: { value: 0.1 + 0.28 * Math.log(n) },
        })),
      },
      {
        name: "random weights",
        kind: "control",
        points: [{ kl: { value: 2.4 }, reward: { value: 0.5, low: 0.4, high: 0.6 } }],
      },
    ],
    ceiling: Array.from({ length: 30 }, (_, i) => ({
      kl: (i * 5) / 29,
      reward: 0.1 + 0.45 * Math.sqrt((i * 5) / 29),
      low: 0.08 + 0.43 * Math.sqrt((i * 5) / 29),
      high: 0.12 + 0.47 * Math.sqrt((i * 5) / 29),
    })),
  },
};
