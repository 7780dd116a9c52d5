export { replacedBackends, tf, usesOwnEngine } from "./tensorflow.ts";
export { TokenwiseError, type ErrorCode, type TokenwiseErrorOptions } from "./errors.ts";
export { nearest } from "./nearest.ts";
export { complaintsOf, spoken, unknownKeys, type Complaint, type Path } from "./complaints.ts";
export { loadedKits, otherKitOf, ownKit, type KitCopy } from "./contract/kit-copy.ts";

export * from "./contract/axes.ts";
export * from "./contract/batch.ts";
export * from "./contract/view.ts";
export * from "./contract/samples.ts";
export * from "./contract/parameters.ts";
export * from "./contract/state.ts";
export type { Coupled, Metrics, Part, Report, Requirements } from "./contract/part.ts";
export * from "./contract/parts.ts";
export * from "./contract/annotator.ts";
export * from "./contract/group-source.ts";
export * from "./contract/anchor.ts";
export * from "./contract/method.ts";
export * from "./contract/factory.ts";
export { refuseForeignOptions } from "./contract/options-schema.ts";
export * from "./contract/plugin.ts";

export * from "./requests/request.ts";
export * from "./requests/vocabulary.ts";
export * from "./requests/closed-form.ts";
export * from "./requests/derived.ts";
export * from "./requests/captures.ts";
export * from "./requests/dataset.ts";

export * from "./numerics/tape.ts";
export * from "./numerics/differentiate.ts";
export * from "./numerics/pick.ts";
export * from "./numerics/log-sigmoid.ts";
export * from "./numerics/groups.ts";

export * from "./standard/log-probs.ts";
export * from "./standard/divergences.ts";
export * from "./standard/implicit-reward.ts";
export * from "./standard/log-likelihood.ts";
export * from "./standard/constant-beta.ts";
export * from "./standard/prefer-first.ts";
export * from "./standard/logistic.ts";
export * from "./standard/listwise.ts";
export * from "./standard/supervised.ts";
export * from "./standard/dpo.ts";
export * from "./standard/sft.ts";
