import { resolve } from "node:path";
import { TokenwiseError } from "@tokenwise/kit";
import type { Reward } from "@tokenwise/sweep";
import { importModule } from "../config/import-module.ts";

/** The default export of a module. @param where  names the place that names it. @throws TW_E_REWARD_MODULE */
export async function importReward(file: string, where: string): Promise<Reward> {
  let loaded: unknown;
  try {
    loaded = await importModule(resolve(file));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TokenwiseError("TW_E_REWARD_MODULE", `${where}: ${file} cannot be loaded: ${why}`, {
      hint: "name a module, .ts or .js, that exports default (prompt, completion) => number",
      cause,
    });
  }
  const reward = typeof loaded === "object" && loaded !== null && "default" in loaded ? loaded.default : undefined;
  if (typeof reward === "function") return reward as Reward;
  throw new TokenwiseError("TW_E_REWARD_MODULE", `${where}: ${file} exports no function by default`, {
    hint: "export default (prompt, completion) => number",
  });
}
