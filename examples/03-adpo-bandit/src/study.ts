/** The study: every corruption at every severity, every method, from the same references. */
import { tf } from "@tokenwise/kit";
import { contestants, pretraining, type Contestant } from "./contestants.ts";
import { corruptions, severities, type Level } from "./corruptions.ts";
import { copyOf, logProbs, makePolicies, winMass, type Policies } from "./policies.ts";
import { train } from "./train.ts";
import { drawItems, makeWorlds } from "./world.ts";

export interface StudyOptions {
  /** Worlds, each with policies of its own. */
  readonly seeds: number;
  readonly steps: number;
  /** Contexts a step. */
  readonly batch: number;
  /** Width of the hidden layers. */
  readonly hidden: number;
  readonly contexts: number;
  readonly testContexts: number;
  /** Called after each row. */
  readonly onRow?: (row: Row) => void;
}

/** A line of the table. */
export interface Row {
  readonly corruption: string;
  readonly severity: string;
  readonly description: string;
  /** By method, the reference's first: WinMass of each seed. */
  readonly winMass: Readonly<Record<string, readonly number[]>>;
}

const pretrainingSteps = 30;

export function runStudy(options: StudyOptions): Row[] {
  const rows: Row[] = [];
  tf.tidy(() => {
    const { seeds, contexts, testContexts, hidden, batch, onRow } = options;
    const worlds = makeWorlds(seeds, 1);
    const clean = drawItems(worlds, contexts, 11);
    const reference = makePolicies(seeds, hidden, 21);
    const unanchored = { ...clean, anchor: tf.zerosLike(clean.rewards) };
    train(reference, pretraining, unanchored, { steps: pretrainingSteps, batch, seed: 31 });
    const anchor: tf.Tensor2D = tf.reshape(logProbs(reference, clean.features), clean.rewards.shape);

    const fromReference = (contestant: Contestant, rewards: tf.Tensor2D): Policies => {
      const policies = copyOf(reference);
      train(policies, contestant, { ...clean, rewards, anchor }, { ...options, seed: 41 });
      return policies;
    };
    // A shift of the test leaves the rewards as they are: trained once for all its levels.
    const onCleanRewards = new Map<Contestant, Policies>();

    const rowOf = (
      corruption: string,
      severity: number,
      { observed, shift, description }: Level,
      seed: number,
    ): Row => {
      const test = drawItems(worlds, testContexts, 51, shift);
      const measured = (policies: Policies) => winMass(policies, test.features, test.rewards);
      const trained = contestants.map((contestant) => {
        if (!observed) {
          const policies = onCleanRewards.get(contestant) ?? fromReference(contestant, clean.rewards);
          onCleanRewards.set(contestant, policies);
          return [contestant.name, measured(policies)] as const;
        }
        const policies = fromReference(contestant, observed(clean.rewards, seed));
        const mass = measured(policies);
        tf.dispose([...policies]);
        return [contestant.name, mass] as const;
      });
      const winMasses = Object.fromEntries([[pretraining.name, measured(reference)], ...trained]);
      return { corruption, severity: severities[severity]!, description, winMass: winMasses };
    };

    for (const [kind, { name, levels }] of corruptions.entries())
      for (const [severity, level] of levels.entries()) {
        tf.tidy(() => void rows.push(rowOf(name, severity, level, 1000 + 10 * (3 * kind + severity))));
        onRow?.(rows.at(-1)!);
      }
    for (const policies of [reference, ...onCleanRewards.values()]) tf.dispose([...policies]);
  });
  return rows;
}
