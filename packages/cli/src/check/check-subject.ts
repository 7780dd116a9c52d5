/** One method or part: its plan, the contract in small, and what it makes of a pair. */
import { inspect, readsReference, type InspectedGroup, type Plan } from "@tokenwise/core";
import { TokenwiseError, type Method } from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { checkContract, methodOf, type ContractResult } from "@tokenwise/testkit";
import type { Configured } from "../config/configure.ts";
import { annotationOptions, rowOptions } from "../config/row-options.ts";
import { openModels } from "../explain/open-models.ts";
import { builtInPair } from "./built-in-pair.ts";
import type { NamedSubject } from "./subjects.ts";
import { startBackend } from "../config/start-backend.ts";

export interface CheckOptions {
  /** Row of the configured data. */
  readonly row: number;
}

export interface Checked {
  readonly name: string;
  readonly contract: readonly ContractResult[];
  /** Where the pair is from. */
  readonly source: string;
  readonly plan?: Plan;
  readonly group?: InspectedGroup;
  /** Why there is no plan, or no pair: what the planner or the method refuses. */
  readonly refusal?: TokenwiseError;
}

/** The contract runs on plain JavaScript, whose rounding its tolerances know; the pair on the configured backend. */
export async function checkSubject(
  { name, subject, options }: NamedSubject,
  configured: Configured,
  { row }: CheckOptions,
): Promise<Checked> {
  await useBackend("cpu");
  const contract = await checkContract(subject, { effort: "small", ...(options && { options: [options] }) });
  const method = methodOf(subject, options);
  const { model, data } = configured.config;
  const own = model !== undefined && data !== undefined;
  const source = own ? `row ${row} of ${data}` : "made up; give --model and --data for a pair of yours";
  if (own) await startBackend(configured.config);
  try {
    return { name, contract, source, ...(await (own ? configuredPair(method, configured, row) : madeUpPair(method))) };
  } catch (error) {
    if (!TokenwiseError.is(error)) throw error;
    return { name, contract, source, refusal: error };
  }
}

interface Seen {
  readonly plan: Plan;
  readonly group: InspectedGroup;
}

async function madeUpPair(method: Method): Promise<Seen> {
  const pair = await builtInPair(method);
  try {
    const compared = readsReference(method) ? { reference: pair.reference } : {};
    const { plan, groups } = await inspect({ model: pair.policy, ...compared, data: pair.data, method });
    return { plan, group: groups[0]! };
  } finally {
    pair.dispose();
  }
}

async function configuredPair(method: Method, configured: Configured, row: number): Promise<Seen> {
  const { config, required } = configured;
  const models = await openModels(configured);
  try {
    const compared = readsReference(method) ? { reference: models.reference } : {};
    const options = { model: models.policy, ...compared, data: required("data", "data"), method, row, count: 1 };
    const settings = { seed: config.seed, ...rowOptions(config), ...annotationOptions(config) };
    const { plan, groups } = await inspect({ ...options, ...settings });
    return { plan, group: groups[0]! };
  } finally {
    models.dispose();
  }
}
