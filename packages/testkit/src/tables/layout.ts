/** Where things stand in a step's tables. */
import { tf, type PreferenceBatch } from "@tokenwise/kit";
import { batchOf, type Candidate } from "../inputs/groups.ts";
import { normalAt, uniformAt, type Place } from "./random.ts";
import type { PromptShape, ResponseShape, StepShape } from "./shape.ts";

/** Of the model that the captures come from. */
export const dimensions = { layers: 2, heads: 2, width: 4, vocabulary: 7, initializerRange: 0.5 } as const;

export interface TableOptions {
  /** Which prompts of the shape, in which order; default: all. They keep their numbers. */
  readonly of?: readonly number[];
  /** Additional columns of padding. */
  readonly wider?: number;
  /** What stands in the padding and in missing rows is a function of it. */
  readonly garbage?: number;
  /** Moves the policy's logits towards the tokens of one candidate of every prompt. */
  readonly favour?: { readonly candidate: number; readonly by: number };
  /** Adds to all logits of a position a number of its own. */
  readonly shifted?: boolean;
}

export interface Row {
  readonly prompt: number;
  readonly candidate: number;
  readonly shape: ResponseShape | null;
}

export class Layout {
  readonly groups: readonly (PromptShape & { readonly prompt: number })[];
  readonly rows: readonly Row[];
  /** T */
  readonly width: number;
  readonly groupSize: number;
  readonly seed: number;
  readonly #garbage: number;

  constructor(shape: StepShape, { of, wider = 0, garbage = 1 }: TableOptions) {
    const order = of ?? shape.prompts.map((_, index) => index);
    this.seed = shape.seed;
    this.#garbage = garbage;
    this.groups = order.map((prompt) => ({ prompt, ...shape.prompts[prompt]! }));
    this.rows = this.groups.flatMap(({ prompt, responses }) =>
      responses.map((response, candidate): Row => ({ prompt, candidate, shape: response })),
    );
    this.groupSize = this.groups[0]?.responses.length ?? 0;
    this.width = wider + Math.max(1, ...this.rows.map((row) => row.shape?.length ?? 0));
  }

  tokenAt = ({ prompt, candidate }: Row, token: number): number =>
    1 + Math.floor((dimensions.vocabulary - 1) * uniformAt(this.seed, "id", prompt, candidate, token));

  outside = ({ shape }: Row, token = 0): boolean => !shape || token >= shape.length;

  /** The number of a place in a row; garbage in the padding and in missing rows. */
  at(row: Row, token: number, of: (...place: Place) => number, ...place: Place): number {
    const here = [row.prompt, row.candidate, token, ...place];
    return this.outside(row, token) ? 3 * normalAt(this.#garbage, "garbage", ...here) : of(...here);
  }

  perToken = <R>(of: (row: Row, token: number) => R): R[][] =>
    this.rows.map((row) => Array.from({ length: this.width }, (_, token) => of(row, token)));

  perCandidate(of: (row: Row) => number): tf.Tensor {
    const value = (row: Row): number => (this.outside(row) ? this.at(row, 0, () => 0, "candidate") : of(row));
    return tf.tensor(this.rows.map(value), [this.groups.length, this.groupSize]);
  }

  batch(): PreferenceBatch {
    const candidates = this.rows.map((row): Candidate | undefined => {
      if (!row.shape) return undefined;
      const response = Array.from({ length: row.shape.length }, (_, token) => this.tokenAt(row, token));
      return { promptLength: 1, response, content: row.shape.content };
    });
    const G = this.groupSize;
    const narrow = batchOf(this.groups.map((_, prompt) => candidates.slice(G * prompt, G * (prompt + 1))));
    const wider = this.width - narrow.responseMask.shape[1]!;
    const widened = (tensor: tf.Tensor): tf.Tensor =>
      tf.pad(tensor, [
        [0, 0],
        [0, wider],
      ]);
    return {
      ...narrow,
      promptLengths: tf.tensor1d(this.groups.map(({ length }) => length)),
      responseIds: widened(narrow.responseIds),
      responseMask: widened(narrow.responseMask),
      contentMask: widened(narrow.contentMask),
    };
  }
}
