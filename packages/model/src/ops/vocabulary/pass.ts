/** What a pass over the vocabulary consists of: which reductions run in closed form, and how many rows at a time. */
import type { ClosedForm, Role, tf, VocabularyRows } from "@tokenwise/kit";
import { chunksOf, type Chunk, type VocabularyModels } from "./chunk.ts";
import { closedForms, hasClosedForms, rolesReadFor, type ClosedForms } from "./closed-forms.ts";

export interface VocabularyReduction {
  /** Whether the result carries a gradient to the trained model. */
  readonly gradient: boolean;
  /** [n,V] → [n]. */
  readonly reduce: (rows: VocabularyRows) => tf.Tensor;
  /** What a backend may compute instead of calling `reduce`. */
  readonly closedForm?: ClosedForm | undefined;
}

export interface VocabularyPassInput {
  readonly models: VocabularyModels;
  /** The tokens picked, int32 [R]. */
  readonly ids: tf.Tensor1D;
  readonly reductions: readonly VocabularyReduction[];
  /** The model gradients flow to; all others are constants. Default "policy". */
  readonly trained?: string;
  /**
   * Rows of logits held at a time. Default: as many as make 4 million logits of a model; where the backend computes all reductions in closed
   * form, 32 million of all models, and as many again are kept for the backward pass.
   */
  readonly chunkRows?: number;
}

export interface Pass {
  readonly models: VocabularyModels;
  readonly ids: tf.Tensor1D;
  readonly chunks: readonly Chunk[];
  readonly trained: Role;
  readonly reductions: readonly VocabularyReduction[];
  /** Indices of the reductions with a gradient. */
  readonly tracked: readonly number[];
  /** Indices of those that run as functions, and of those in closed form, with a gradient first. */
  readonly asFunctions: readonly number[];
  readonly inClosedForm: readonly number[];
  readonly closed: ClosedForms;
  /** Numbers that the logits kept for the backward pass may have, and the models whose logits it reads. */
  readonly keeps: { readonly numbers: number; readonly roles: readonly Role[] };
}

/** A function makes several tensors of that size. */
const LOGITS_AT_A_TIME = 4_000_000;

/** 128 MB. Products of less than some hundred rows read the unembedding too often. */
const LOGITS_IN_A_SWEEP = 2 ** 25;

/** 128 MB: spares the backward pass of 512 rows over a vocabulary of 50,000 its second product. */
const LOGITS_KEPT = 2 ** 25;

export function planPass({ models, ids, reductions, trained = "policy", chunkRows }: VocabularyPassInput): Pass {
  const indices = reductions.map((_, k) => k);
  const tracked = indices.filter((k) => reductions[k]!.gradient);
  const isClosed = (k: number) => hasClosedForms() && reductions[k]!.closedForm !== undefined;
  const inClosedForm = [...tracked, ...indices.filter((k) => !tracked.includes(k))].filter(isClosed);
  const asFunctions = indices.filter((k) => !isClosed(k));
  const closed = closedForms(inClosedForm.map((k) => reductions[k]!.closedForm!));

  const vocabulary = Math.max(...Object.values(models).map(({ unembedding }) => unembedding.shape[0]));
  const rows = ids.shape[0];
  const most =
    asFunctions.length > 0 || inClosedForm.length === 0
      ? LOGITS_AT_A_TIME / vocabulary
      : LOGITS_IN_A_SWEEP / (vocabulary * closed.roles.length);
  const chunks = chunksOf(rows, chunkRows ?? Math.max(1, Math.floor(most)));
  const trackedForms = inClosedForm.flatMap((k) => (reductions[k]!.gradient ? [reductions[k]!.closedForm!] : []));
  const roles = [...new Set([trained, ...trackedForms.flatMap(rolesReadFor(trained))])];
  const keepsNone = !hasClosedForms() || (chunkRows !== undefined && chunks.length > 1);
  return {
    models,
    ids,
    chunks,
    trained,
    reductions,
    tracked,
    asFunctions,
    inClosedForm,
    closed,
    keeps: { numbers: keepsNone ? 0 : LOGITS_KEPT, roles },
  };
}
