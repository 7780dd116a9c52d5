import { adpoLoss } from "./adpo.ts";
import { adpoAdvantages, anchorMoves } from "./adpo-parts.ts";
import { adpoPort } from "./adpo-port.ts";
import { judgeAlignment } from "./alignment.ts";
import { attentionLoss } from "./attention-po.ts";
import { epsilonStep } from "./epsilon-dpo.ts";
import { epsilonTrajectory } from "./epsilon-trajectory.ts";
import { fiveSteps } from "./five-steps.ts";
import { judgeWeights } from "./judge.ts";
import { activationLoss } from "./ma-po.ts";
import { maskNetworks } from "./mask-network.ts";
import { realModel } from "./real-model.ts";
import { rowAssembly } from "./row-assembly.ts";
import { sparseLoss } from "./sparse-po.ts";
import { tdpoLoss } from "./tdpo.ts";
import { attributionOfModel } from "./ti-attribution.ts";
import { tiLoss } from "./ti-dpo.ts";
import { attributionSpans } from "./ti-weights.ts";
import { tisLoss } from "./tis-dpo.ts";
import { tisTies, tisTransforms } from "./tis-transforms.ts";
import { collatedRows } from "./trl-collator.ts";
import { trlLogProbs } from "./trl-log-probs.ts";
import { trlLosses } from "./trl-losses.ts";
import { optimizerSteps } from "./trl-optimizers.ts";
import { implicitPrompts } from "./trl-prompts.ts";
import type { CaseKind } from "./kind.ts";

/** The first that recognizes a case runs it. */
export const kinds: readonly CaseKind[] = [
  tdpoLoss,
  epsilonStep,
  epsilonTrajectory,
  tisLoss,
  tisTransforms,
  tisTies,
  rowAssembly,
  attentionLoss,
  judgeWeights,
  judgeAlignment,
  sparseLoss,
  maskNetworks,
  activationLoss,
  tiLoss,
  attributionSpans,
  attributionOfModel,
  adpoLoss,
  adpoAdvantages,
  anchorMoves,
  adpoPort,
  fiveSteps,
  trlLosses,
  trlLogProbs,
  collatedRows,
  optimizerSteps,
  implicitPrompts,
  realModel,
];
