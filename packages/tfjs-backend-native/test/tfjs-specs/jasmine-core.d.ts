/** What is used of jasmine-core, which has no types of its own. */
declare module "jasmine-core/lib/jasmine-core/jasmine.js" {
  export interface Result {
    readonly fullName: string;
    readonly status: "passed" | "failed" | "pending" | "excluded";
    readonly failedExpectations: readonly { readonly message: string }[];
  }

  export interface Reporter {
    specDone(result: Result): void;
    suiteDone(result: Result): void;
    jasmineDone(result: Result): void;
  }

  export interface Environment {
    configure(options: { random: boolean }): void;
    clearReporters(): void;
    addReporter(reporter: Reporter): void;
    execute(): Promise<unknown>;
  }

  interface Core {
    getEnv(): Environment;
  }

  const jasmineRequire: {
    core(jasmineRequire: unknown): Core;
    interface(core: Core, environment: Environment): object;
  };
  export default jasmineRequire;
}
