/**
 * Stryker's runner of vitest, with one thing added: a test file that does not load has noticed the change, too. Stryker's own counts tests, of
 * which there is none in such a file, and so takes a change that breaks everything for one that nobody noticed.
 */
import { declareFactoryPlugin, PluginKind } from "@stryker-mutator/api/plugin";
import { MutantRunStatus } from "@stryker-mutator/api/test-runner";
import { strykerPlugins as vitest } from "@stryker-mutator/vitest-runner";

/**
 * @typedef {import("@stryker-mutator/api/plugin").Injector<import("@stryker-mutator/api/plugin").PluginContext>} Injector
 * @typedef {{ filepath: string, result?: { state: string, errors?: { message: string }[] } }} File
 * @typedef {{ ctx: { state: { getFiles(): File[] } } }} Inner  a field that Stryker's runner declares private
 */

const factory = vitest[0]?.factory;
if (factory === undefined) throw new Error("@stryker-mutator/vitest-runner has no runner");

/** @param {Injector} injector */
function create(injector) {
  const runner = injector.injectFunction(/** @type {NonNullable<typeof factory>} */ (factory));
  const inner = /** @type {Inner} */ (/** @type {unknown} */ (runner));
  const mutantRun = runner.mutantRun.bind(runner);
  runner.mutantRun = async (options) => {
    const result = await mutantRun(options);
    const broken = inner.ctx.state.getFiles().find((file) => file.result?.state === "fail");
    if (result.status !== MutantRunStatus.Survived || broken === undefined) return result;
    const failureMessage = broken.result?.errors?.[0]?.message ?? `${broken.filepath} does not load`;
    return { status: MutantRunStatus.Killed, failureMessage, killedBy: [], nrOfTests: result.nrOfTests };
  };
  return runner;
}
create.inject = /** @type {["$injector"]} */ (["$injector"]);

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, "vitest-files", create)];
