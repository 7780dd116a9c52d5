import { betaController, type BetaController } from "../contract/parts.ts";

/** The same β for every prompt and step. */
export const constantBeta = ({ beta = 0.1 }: { readonly beta?: number } = {}): BetaController =>
  betaController({ name: "constant-beta", options: { beta }, control: () => ({ beta }) });
