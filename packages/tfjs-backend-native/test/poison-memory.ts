/** A setup file of vitest. */
import { poisonMemory } from "./poisoned-pool.ts";

poisonMemory();
