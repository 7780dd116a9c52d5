import { useBackend, type BackendName } from "@tokenwise/model";
import type { Config } from "./schema.ts";

/** Makes the configured backend the current one. @throws TW_E_BACKEND_UNAVAILABLE, TW_E_BACKEND_OPTION */
export const startBackend = ({
  backend,
  threads,
  precision,
}: Pick<Config, "backend" | "threads" | "precision">): Promise<BackendName> =>
  useBackend(backend, { threads, precision });

/** The keys of a configuration that it reads. */
export const backendKeys: readonly string[] = ["backend", "threads", "precision"];
