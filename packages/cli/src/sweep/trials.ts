/** What a sweep tries: its methods, and every point of its grid for each of them. */
import { annotatorsOf, settingsSchema, type MethodSpec, type Registry, type SettingsInput } from "@tokenwise/core";
import { complaintsOf, nearest, stableJson, TokenwiseError, type Method, type Path } from "@tokenwise/kit";
import { applyFlags } from "../config/apply-flags.ts";
import type { Configured } from "../config/configure.ts";
import { isMethod } from "../config/is-method.ts";
import { configSchema, type Config, type SweepConfig } from "../config/schema.ts";
import { settingsOf } from "../train/run-training.ts";

/** Values by dotted key. */
export type GridPoint = Readonly<Record<string, unknown>>;

export interface Trial {
  /** The method's name in this sweep. */
  readonly name: string;
  readonly point: GridPoint;
  /** Under the values of the point. */
  readonly spec: MethodSpec;
  readonly config: Config;
  readonly method: Method;
}

/** Of no run of a sweep: `sweep.seeds` stand for the first, nothing is shown of a run, and none is kept. */
const without = ["seed", "samplePrompts", "sampleTokens", "inspectGroups", "checkpointEvery", "keepCheckpoints", "evaluateEvery", "metrics"]; // prettier-ignore
const settings = Object.keys(settingsSchema.shape).filter((key) => !without.includes(key));

/** What the trainer is told of a configuration, without the seed. */
export const runSettings = (config: Config): SettingsInput =>
  Object.fromEntries(Object.entries(settingsOf(config)).filter(([key]) => settings.includes(key)));

/** By method, then by point. @throws TW_E_CONFIG, and as `Configured.resolve`, with the place. */
export async function trialsOf(configured: Configured, sweep: SweepConfig): Promise<readonly Trial[]> {
  const names = namesOf(configured, sweep);
  refuseUnknown(configured, sweep);
  const { registry } = await configured.plugins();
  const trials: Trial[] = [];
  for (const [index, given] of sweep.methods.entries())
    for (const point of pointsOf(gridOf(given, sweep, registry))) {
      const { config, spec } = under(configured, given, point);
      const at = (path: Path): string => {
        const key = ["method", ...path].join(".");
        return configured.at(key in point ? ["sweep", "grid", key] : ["sweep", "methods", index, ...path]);
      };
      const method = await configured.resolve(spec, at);
      trials.push({ name: names[index]!, point, spec, config: withOwnModels(config, method), method });
    }
  refuseUnusedModels(configured, trials);
  return trials;
}

const rolesOf = (method: Method): readonly string[] => annotatorsOf(method).flatMap(({ models }) => models);

/** A sweep names the models of all methods; each is told of those that its annotators ask. */
export function withOwnModels(config: Config, method: Method): Config {
  const { annotation, ...rest } = config;
  const roles = rolesOf(method);
  const models = Object.entries(annotation?.models ?? {}).filter(([role]) => roles.includes(role));
  return models.length === 0 ? rest : { ...rest, annotation: { models: Object.fromEntries(models) } };
}

function refuseUnusedModels({ config, at }: Configured, trials: readonly Trial[]): void {
  const known = trials.flatMap(({ method }) => rolesOf(method));
  for (const role of Object.keys(config.annotation?.models ?? {}))
    if (!known.includes(role))
      throw new TokenwiseError(
        "TW_E_ANNOTATION_MODEL",
        `${at(["annotation", "models", role])}: no annotator of the methods has a model "${role}"${nearest(role, known)}`,
        {
          hint:
            known.length > 0
              ? `their models are: ${[...new Set(known)].join(", ")}`
              : "leave the models of annotation out",
        },
      );
}

/** Without the options that this method has not, if another one has them: SFT has no β. */
function gridOf(method: unknown, { methods, grid }: SweepConfig, registry: Registry): SweepConfig["grid"] {
  const isFor = (spec: unknown, key: string) => takes(spec, key.split(".").slice(1), grid[key]!, registry);
  const kept = Object.entries(grid).filter(
    ([key]) => !key.startsWith("method.") || isFor(method, key) || !methods.some((other) => isFor(other, key)),
  );
  return Object.fromEntries(kept);
}

/** Whether a method has an option, or a part in whose place the values may stand. */
function takes(spec: unknown, path: readonly string[], values: readonly unknown[], registry: Registry): boolean {
  const use = typeof spec === "object" && spec !== null && "use" in spec ? spec.use : spec;
  if (typeof use !== "string") return path.length > 1 || values.some((value) => typeof value !== "number");
  const named = registry.entries.find(
    ({ factory, qualified }) => factory.kind === "method" && (factory.id === use || qualified === use),
  );
  return !named || Object.hasOwn(named.factory.options.shape, path[0]!);
}

/** What a method is tried without. */
export const remarksOn = (trials: readonly Trial[], { grid }: SweepConfig): readonly string[] =>
  [...new Map(trials.map((trial) => [trial.name, trial.point]))].flatMap(([name, point]) => {
    const missing = Object.keys(grid).filter((key) => !(key in point));
    return missing.length > 0 ? [`${name} is tried without ${missing.join(", ")}, which it does not have`] : [];
  });

/** All combinations, the last key fastest. */
export const pointsOf = (grid: SweepConfig["grid"]): readonly GridPoint[] =>
  Object.entries(grid).reduce<readonly GridPoint[]>(
    (points, [key, values]) => points.flatMap((point) => values.map((value) => ({ ...point, [key]: value }))),
    [{}],
  );

/** A method's own name, with its options where several have one. */
function namesOf({ at }: Configured, { methods, baseline }: SweepConfig): readonly string[] {
  const own = methods.map((spec) => (typeof spec === "string" ? spec : "use" in spec ? String(spec.use) : undefined));
  const names = methods.map((spec, index) => {
    if (isMethod(spec))
      throw wrong(at(["sweep", "methods", index]), "a method that code has made", "write it as { use: NAME, … }");
    const name = own[index];
    return name !== undefined && own.filter((other) => other === name).length === 1 ? name : described(spec);
  });
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (twice >= 0)
    throw wrong(at(["sweep", "methods", twice]), `${names[twice]} is named twice`, "name each method once");
  if (baseline !== undefined && !names.includes(baseline))
    throw wrong(
      at(["sweep", "baseline"]),
      `no method is named "${baseline}"${nearest(baseline, names)}`,
      `the methods are ${names.join(", ")}`,
    );
  return names;
}

function described(spec: string | Readonly<Record<string, unknown>>): string {
  if (typeof spec === "string") return spec;
  const { use, ...options } = spec;
  if (use === undefined) return stableJson(spec);
  return [
    typeof use === "string" ? use : stableJson(use),
    ...Object.entries(options).map(([key, value]) => `${key}=${stableJson(value)}`),
  ].join(" ");
}

function refuseUnknown({ at }: Configured, { grid }: SweepConfig): void {
  for (const key of Object.keys(grid)) {
    const [first = ""] = key.split(".");
    if (settings.includes(first) || /^method\.[^.]/.test(key)) continue;
    const hint =
      first === "seed"
        ? "list them in sweep.seeds"
        : `a key of the grid is method.OPTION, or one of ${settings.join(", ")}`;
    throw wrong(at(["sweep", "grid", key]), `there is no "${key}" to try${nearest(key, settings)}`, hint);
  }
}

/** The configuration with a method, and with the values of a point in the place of its own. */
function under({ config, at }: Configured, method: unknown, point: GridPoint): { config: Config; spec: MethodSpec } {
  const flags = Object.entries(point).map(([name, value]) => ({ name, path: name.split("."), value }));
  const merged = applyFlags({ ...config, method }, flags);
  const parsed = configSchema.safeParse(merged);
  if (parsed.success) return { config: parsed.data, spec: parsed.data.method as MethodSpec };
  const [first] = complaintsOf(configSchema, merged, parsed.error);
  const path = first!.path.join(".");
  const key = Object.keys(point).find(
    (one) => path === one || path.startsWith(`${one}.`) || one.startsWith(`${path}.`),
  );
  throw wrong(at(key === undefined ? first!.path : ["sweep", "grid", key]), first!.message, "correct the value");
}

const wrong = (where: string, what: string, hint: string): TokenwiseError =>
  new TokenwiseError("TW_E_CONFIG", `${where}: ${what}`, { hint });
