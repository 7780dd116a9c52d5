import {
  callReduce,
  guardCall,
  noGrad,
  requestKey,
  tf,
  type Needs,
  type Request,
  type VocabularyRequest,
} from "@tokenwise/kit";
import type { Given } from "./given.ts";

/** Values of requests, each computed once. On the tape or off it: one reader for one pass. */
export type Reader = (request: Request) => unknown;

export function reader(given: Given): Reader {
  const known = new Map(given.values?.map(([request, value]) => [requestKey(request), value]));
  const read: Reader = (request) => {
    const key = requestKey(request);
    if (!known.has(key)) known.set(key, compute(request, given, read));
    return known.get(key);
  };
  return read;
}

/** What a part declared, and nothing else. */
export function readAll(needs: Needs, read: Reader): Record<string, unknown> {
  return Object.fromEntries(Object.entries(needs).map(([name, request]) => [name, request && read(request)]));
}

function compute(request: Request, given: Given, read: Reader): unknown {
  if (request.kind === "vocabulary") return reduceVocabulary(request, given);
  if (request.kind === "derived")
    return guardCall(`the derived request "${request.name}"`, () =>
      request.compute({ batch: given.batch, read: readAll(request.needs, read) }),
    );
  throw new Error(`${request.kind} "${request.name}" ${JSON.stringify(request.options)} is not in the table`);
}

/** All positions as one chunk of rows [B·T, V]. */
function reduceVocabulary(request: VocabularyRequest, { batch, logits }: Given): tf.Tensor {
  const rows = (model: string): tf.Tensor => {
    if (!request.models.includes(model))
      throw new Error(`"${request.name}" reads "${model}", which it does not declare`);
    const table = logits?.[model];
    if (!table) throw new Error(`no logits of "${model}" in the table`);
    return tf.reshape(table, [-1, table.shape[2]!]);
  };
  const reduced = () =>
    callReduce(request, {
      ids: tf.reshape(batch.responseIds, [-1]),
      logits: rows,
      logProbs: (model) => tf.logSoftmax(rows(model)),
    });
  return tf.reshape(request.define.gradient ? reduced() : noGrad(reduced), batch.responseMask.shape);
}
