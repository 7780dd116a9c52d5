import { runSweep } from "@tokenwise/sweep";

/** A result that is computed where the folder does not hold it. @throws what `run` throws. */
export async function kept<R>(folder: string, cell: object, run: () => Promise<R>): Promise<R> {
  let problem: unknown;
  const keeping = async (): Promise<R> => {
    try {
      return await run();
    } catch (error) {
      problem = error;
      throw error;
    }
  };
  const [outcome] = (await runSweep<object, R>({ cells: [cell], folder, run: keeping })).outcomes;
  if (outcome?.state === "done") return outcome.result;
  throw problem as Error;
}
