/**
 * Cases of other sizes, seeds and options than the authors' files have: `npx tsx scripts/make-variants.ts > goldens/variants.json`.
 *
 * Written out in plain arithmetic of 64 bits, from the methods' formulas alone: nothing of Tokenwise is imported. Gradients are
 * central differences.
 */
interface Term {
  readonly amp: number;
  readonly b?: number;
  readonly t?: number;
  readonly v?: number;
  readonly m?: number;
  readonly phase?: number;
}
interface Row {
  readonly prompt: readonly number[];
  readonly response: readonly number[];
}
/** [row][response token][vocabulary] */
type Logits = number[][][];

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;
const range = (n: number): number[] => Array.from({ length: n }, (_, index) => index);
const logSoftmax = (logits: readonly number[]): number[] => {
  const largest = Math.max(...logits);
  const total = Math.log(sum(logits.map((x) => Math.exp(x - largest)))) + largest;
  return logits.map((x) => x - total);
};
const minusLogSigmoid = (x: number): number => (x > 0 ? Math.log1p(Math.exp(-x)) : -x + Math.log1p(Math.exp(x)));

function logitsOf(rows: readonly Row[], vocab: number, terms: readonly Term[], micro = 0): Logits {
  return rows.map(({ prompt, response }, row) =>
    response.map((_, token) =>
      range(vocab).map((v) =>
        sum(
          terms.map(
            ({ amp, b = 0, t = 0, v: c = 0, m = 0, phase = 0 }) =>
              amp * Math.sin(b * row + t * (prompt.length - 1 + token) + c * v + m * micro + phase),
          ),
        ),
      ),
    ),
  );
}

const tokenLogProbs = (logits: Logits, rows: readonly Row[]): number[][] =>
  logits.map((row, at) => row.map((position, token) => logSoftmax(position)[rows[at]!.response[token]!]!));

/** Σ_v p(v) (log p(v) − log q(v)) by position. */
const divergence = (p: Logits, q: Logits): number[][] =>
  p.map((row, at) =>
    row.map((position, token) => {
      const [of, from] = [logSoftmax(position), logSoftmax(q[at]![token]!)];
      return sum(of.map((log, v) => Math.exp(log) * (log - from[v]!)));
    }),
  );

/** Norms and a few entries of the gradient by the logits; `place` says what of a row and token the file calls its place. */
function gradientOf(loss: (logits: Logits) => number, logits: Logits, place: (row: number, token: number) => number) {
  const step = 1e-5;
  const entries = logits.flatMap((row, at) =>
    row.flatMap((position, token) =>
      position.map((value, v) => {
        const moved = (by: number): number => {
          position[v] = value + by;
          const result = loss(logits);
          position[v] = value;
          return result;
        };
        return { row: at, token, v, value: (moved(step) - moved(-step)) / (2 * step) };
      }),
    ),
  );
  const values = entries.map(({ value }) => value);
  return {
    l2: Math.hypot(...values),
    sumAbs: sum(values.map(Math.abs)),
    max: Math.max(...values),
    min: Math.min(...values),
    rowL2: logits.map((_, row) => Math.hypot(...entries.filter((each) => each.row === row).map(({ value }) => value))),
    at: entries
      .filter((_, index) => index % 17 === 3)
      .map(({ row, token, v, value }) => [row, place(row, token), v, value]),
  };
}

const vocab = 9;
const lengths = [3, 1, 5, 2, 4, 2, 6, 1, 3, 3];
const prompts = [[3, 4], [8], [5, 6, 7, 1], [4, 4], [6]];
const rows: readonly Row[] = lengths.map((length, row) => ({
  prompt: prompts[row % 5]!,
  response: range(length).map((token) => (token === length - 1 ? 2 : 3 + ((5 * row + 2 * token) % 6))),
}));
const policyTerms = [
  { amp: 1.3, b: 0.61, t: 0.83, v: 1.7, m: 0.7, phase: 0.4 },
  { amp: 0.5, b: -1.2, t: 0.3, v: 2.9, phase: 1.1 },
];
const referenceTerms = [...policyTerms, { amp: 0.6, b: 1.4, t: 1.9, v: 2.3, m: 1.1, phase: 0.2 }];
const [policy, reference] = [logitsOf(rows, vocab, policyTerms), logitsOf(rows, vocab, referenceTerms)];
const pairs = range(5);
const place = (row: number, token: number): number => rows[row]!.prompt.length - 1 + token;
const sums = (values: number[][]): number[] => values.map(sum);
const ratios = (logits: Logits): number[][] => {
  const [own, other] = [tokenLogProbs(logits, rows), tokenLogProbs(reference, rows)];
  return own.map((row, at) => row.map((value, token) => value - other[at]![token]!));
};

/** The chosen's divergence is a constant in the gradient of TDPO-2: `fixed` holds its value at the logits of the case. */
function tdpo2(beta: number, alpha: number) {
  const fixed = sums(divergence(reference, policy));
  const losses = (logits: Logits): number[] => {
    const [ratio, kl] = [sums(ratios(logits)), sums(divergence(reference, logits))];
    return pairs.map((pair) =>
      minusLogSigmoid(beta * (ratio[pair]! - ratio[pair + 5]! - alpha * (kl[pair + 5]! - fixed[pair]!))),
    );
  };
  const rewards = sums(ratios(policy)).map((ratio, row) => beta * (ratio + fixed[row]!));
  return {
    name: "five pairs, TDPO-2",
    options: { tokenReduction: "sum", alpha, beta, variant: "tdpo2" },
    input: "five",
    authors_code: {
      klSum: fixed,
      losses: losses(policy),
      loss: mean(losses(policy)),
      rewardsChosen: rewards.slice(0, 5),
      rewardsRejected: rewards.slice(5),
      gradient: gradientOf((logits) => mean(losses(logits)), policy, place),
    },
  };
}

function epsilonStep(beta: number, epsilon: number, micro: number) {
  const [f, g] = [logitsOf(rows, vocab, policyTerms, micro), logitsOf(rows, vocab, referenceTerms, micro)];
  const tilted = (by: number): number[] => {
    const moved = f.map((row, at) =>
      row.map((position, token) => position.map((x, v) => x + by * (x - g[at]![token]![v]!))),
    );
    const total = sums(tokenLogProbs(moved, rows));
    return pairs.map((pair) => total[pair]! - total[pair + 5]!);
  };
  const [up, zero, down] = [tilted(epsilon), tilted(0), tilted(-epsilon)];
  const signal = pairs.map((pair) => {
    const [a, b, c] = [up[pair]!, zero[pair]!, down[pair]!];
    return Number(a > b && b > c) - Number(c > b && b > a);
  });
  const ratio = sums(tokenLogProbs(f, rows)).map((value, row) => value - sums(tokenLogProbs(g, rows))[row]!);
  const instanceBeta = signal.map((s) => beta / (1 + epsilon * s));
  const losses = pairs.map((pair) => minusLogSigmoid(instanceBeta[pair]! * (ratio[pair]! - ratio[pair + 5]!)));
  return { signal, instanceBeta, losses };
}

function epsilonTrajectory(beta: number, epsilon: number, steps: number, accumulation: number) {
  let used = beta;
  const told = range(steps).map((step) => {
    const micro = range(accumulation).map((k) => ({
      m: step * accumulation + k,
      ...epsilonStep(used, epsilon, step * accumulation + k),
    }));
    const meanSignal = mean(micro.flatMap(({ signal }) => signal));
    const betaUsed = used;
    used /= 1 + epsilon * meanSignal;
    const microBatches = micro.map(({ m, losses, signal }) => ({
      loss: mean(losses),
      n: mean(signal.map((s) => Number(s === -1))),
      m,
      p: mean(signal.map((s) => Number(s === 1))),
    }));
    return { step: step + 1, betaUsed, microBatches, meanSignal, betaAfter: used };
  });
  return {
    name: "three micro-batches, ε-DPO",
    input: "five",
    options: { beta, epsilon },
    authors_code: { steps: told },
  };
}

/** The paper's weights with the divergence KL(π ‖ π_ref), end tokens weighing 0. */
function tisPaper(beta: number) {
  const storedScores = rows.map(({ response }, row) =>
    response.slice(1).map((_, token) => Math.round(150 * Math.sin(row + 2.3 * token)) / 100),
  );
  const weights = storedScores.map((scores, row) =>
    scores.map((stored) => Math.exp((row < 5 ? 1 : -1) * Math.min(1.5, Math.max(-0.5, -stored)))),
  );
  const weighed = (values: number[][]): number[] =>
    values.map((row, at) => sum(row.map((value, token) => value * (weights[at]![token] ?? 0))));
  const losses = (logits: Logits): number[] => {
    const score = weighed(ratios(logits)).map((ratio, row) => ratio - weighed(divergence(logits, reference))[row]!);
    return pairs.map((pair) => minusLogSigmoid(beta * (score[pair]! - score[pair + 5]!)));
  };
  return {
    name: "TIS-DPO, the paper alone",
    input: "five",
    storedScores,
    options: { beta },
    paper: {
      weights,
      alpha: 1,
      withKl_endWeight0: {
        losses: losses(policy),
        gradient: gradientOf((logits) => mean(losses(logits)), policy, place),
      },
    },
  };
}

function adpoGroups(tau: number, betaReward: number, samplingTemperature: number) {
  const groupSize = 5;
  const rewards = [range(5).map((at) => Math.cos(1 + 2 * at)), range(5).map((at) => Math.sin(3 * at))];
  const groupRows = rows.map((row, at) => ({ ...row, prompt: prompts[at < groupSize ? 0 : 2]! }));
  const own = (terms: readonly Term[]): Logits => logitsOf(groupRows, vocab, terms);
  const [f, g] = [own(policyTerms), own(referenceTerms)];
  const targets = rewards.map((group) => {
    const deviation = Math.sqrt(sum(group.map((reward) => (reward - mean(group)) ** 2)) / (groupSize - 1));
    return logSoftmax(group.map((reward) => (reward - mean(group)) / (deviation + 1e-4) / betaReward)).map(Math.exp);
  });
  const cooled = (logits: Logits): Logits =>
    logits.map((row) => row.map((position) => position.map((x) => x / samplingTemperature)));
  const anchor = sums(tokenLogProbs(cooled(g), groupRows));
  const losses = (logits: Logits): number[] => {
    const score = sums(tokenLogProbs(cooled(logits), groupRows)).map((value, row) => (value - anchor[row]!) / tau);
    return targets.map((target, prompt) => {
      const logs = logSoftmax(score.slice(prompt * groupSize, (prompt + 1) * groupSize));
      return -sum(target.map((q, at) => q * logs[at]!));
    });
  };
  return {
    input: {
      rows: groupRows.map(({ prompt, response }) => ({ promptIds: prompt, response })),
      groupSize,
      rewards,
      vocab,
      policyLogits: { terms: policyTerms },
      anchorLogits: { terms: referenceTerms },
    },
    name: "two groups of five, ADPO",
    options: { betaReward, tau, samplingTemperature },
    authors_code: {
      loss: mean(losses(f)),
      gradient: gradientOf(
        (logits) => mean(losses(logits)),
        f,
        (_, token) => token,
      ),
    },
    derived: { targets, perPromptLoss: losses(f) },
  };
}

const { signal, instanceBeta, losses } = epsilonStep(0.3, 0.15, 0);
const file = {
  about: {
    ran: "tools/verify/scripts/make-variants.ts: the methods' formulas in plain 64-bit arithmetic, gradients by central differences",
    layout: "as the authors' files",
  },
  cases: [
    tdpo2(0.7, 0.3),
    {
      name: "one step, ε-DPO",
      input: "five",
      options: { epsilon: 0.15, beta: 0.3 },
      authors_code: { losses, signal },
      derived: { instanceBeta },
    },
    epsilonTrajectory(0.2, 0.1, 3, 3),
    tisPaper(0.4),
    adpoGroups(0.6, 0.9, 1.4),
  ],
  inputs: {
    five: { referenceLogits: { terms: referenceTerms }, policyLogits: { terms: policyTerms }, rows, pairs: 5, vocab },
  },
};
console.log(JSON.stringify(file));
