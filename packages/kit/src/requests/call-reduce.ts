import { guardCall } from "../contract/call-part.ts";
import { placing, TokenwiseError } from "../errors.ts";
import type { tf } from "../tensorflow.ts";
import type { Json, VocabularyRequest } from "./request.ts";
import type { VocabularyDefinition, VocabularyRows } from "./vocabulary.ts";

/**
 * Calls a request's reduction, for trainers and test kits: what goes wrong names the request.
 *
 * @returns one value per row, [n].
 * @throws TW_E_SHAPE          if it gives anything else.
 * @throws TW_E_PART_FAILED    if it throws.
 * @throws TW_E_UNKNOWN_MODEL  if it reads a model that is not there.
 */
export function callReduce(request: VocabularyRequest, rows: VocabularyRows): tf.Tensor1D {
  const who = `the request "${request.name}"`;
  const define = request.define as unknown as VocabularyDefinition<Json>;
  const reduced: unknown = guardCall(who, () => placing(who, () => define.reduce(rows, request.options)));
  const n = rows.ids.size;
  const shape = isShaped(reduced) ? reduced.shape : undefined;
  if (shape?.length === 1 && shape[0] === n) return reduced as tf.Tensor1D;
  const found = shape ? `a tensor [${shape.join(", ")}]` : String(reduced);
  throw new TokenwiseError("TW_E_SHAPE", `${who} reduces ${n} rows to ${found}, expected [${n}]`, {
    hint: "rows are [n, V]: reduce the last axis, to one value per row",
  });
}

const isShaped = (value: unknown): value is tf.Tensor =>
  typeof value === "object" && value !== null && "shape" in value;
