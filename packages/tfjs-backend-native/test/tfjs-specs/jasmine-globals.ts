/** jasmine's functions as globals, which the files of specs expect to find. */
import jasmineRequire from "jasmine-core/lib/jasmine-core/jasmine.js";

const core = jasmineRequire.core(jasmineRequire);
export const jasmineEnvironment = core.getEnv();
Object.assign(globalThis, jasmineRequire.interface(core, jasmineEnvironment), { jasmine: core });
