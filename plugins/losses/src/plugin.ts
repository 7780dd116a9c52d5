import { plugin } from "@tokenwise/kit";
import { aot, aotLoss } from "./aot.ts";
import { apo, apoLoss } from "./apo.ts";
import { batchBeta } from "./batch-beta.ts";
import { bco, bcoLoss } from "./bco.ts";
import { betaDpo } from "./beta-dpo.ts";
import { cpo } from "./cpo.ts";
import { discopop, discopopLoss } from "./discopop.ts";
import { exo, exoLoss } from "./exo.ts";
import { fDivergence } from "./f-divergence.ts";
import { fDpo } from "./f-dpo.ts";
import { gapFilter } from "./gap-filter.ts";
import { hinge, hingeLoss } from "./hinge.ts";
import { ipo, ipoLoss } from "./ipo.ts";
import { ldDpo, lengthDesensitized } from "./length-desensitized.ts";
import { lengthNormalizedDpo } from "./length-normalized.ts";
import { nca, ncaLoss } from "./nca.ts";
import { odpo, odpoLoss } from "./odpo.ts";
import { logOdds, orpo } from "./orpo.ts";
import { robust, robustLoss } from "./robust.ts";
import { sigmoidLoss } from "./sigmoid.ts";
import { simpo } from "./simpo.ts";
import { sppo, sppoLoss } from "./sppo.ts";
import { trlDpo } from "./trl-dpo.ts";
import { wpo, wpoWeight } from "./wpo.ts";

export default plugin({
  name: "@tokenwise/plugin-losses",
  version: "0.1.0", // that of package.json; a test compares
  spec: 1,
  provides: [
    ...[trlDpo, hinge, ipo, exo, nca, robust, bco, sppo, aot, apo, discopop, lengthNormalizedDpo, fDpo, ldDpo, wpo],
    ...[simpo, cpo, orpo, odpo, betaDpo],
    ...[sigmoidLoss, hingeLoss, ipoLoss, exoLoss, ncaLoss, robustLoss, bcoLoss, sppoLoss, aotLoss, apoLoss],
    ...[discopopLoss, odpoLoss, fDivergence, logOdds, lengthDesensitized, wpoWeight, batchBeta, gapFilter],
  ],
});
