/** Checkpoints: directories that are written aside and renamed, so that each is complete or absent. */
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { tf, TokenwiseError, type Json } from "@tokenwise/kit";
import { loadModel, saveModel, type CausalModel } from "@tokenwise/model";
import { z } from "zod";
import type { LanguageModel } from "../language-model.ts";
import { differences } from "./differences.ts";
import type { Fingerprint } from "./fingerprint.ts";
import { readTensors, writeTensors } from "../tensor-file.ts";
import { partsFile, savePartParameters } from "./part-parameters.ts";
import { savePartStates } from "./part-states.ts";
import type { Session } from "./session.ts";

const text = z.string();
const savedState = z.strictObject({
  version: z.literal(1),
  step: z.int().positive(),
  tokens: z.int().nonnegative(),
  optimizer: text,
  optimizerSteps: z.int().nonnegative(),
  states: z.record(text, z.json() as z.ZodType<Json>),
  fingerprint: z.strictObject({
    settings: text,
    method: text,
    data: text,
    model: text,
    reference: text,
    parts: text,
    backend: text,
  }),
});
type SavedState = z.output<typeof savedState>;

const stateFile = "trainer.json";
const namePattern = /^checkpoint-(\d+)$/;

/** The checkpoints of one output folder. */
export class CheckpointStore {
  constructor(
    readonly folder: string,
    readonly keep: number,
  ) {}

  /** Saves all of a session; returns the checkpoint's folder, which is a Hugging Face folder too. */
  async save(session: Session, language: LanguageModel, fingerprint: Fingerprint): Promise<string> {
    const final = join(this.folder, `checkpoint-${session.step}`);
    const aside = join(this.folder, `.checkpoint-${session.step}.${process.pid}.partial`);
    await rm(aside, { recursive: true, force: true });
    await mkdir(aside, { recursive: true });
    await language.save(aside);
    const optimizer = session.optimizer.save();
    await writeTensors(join(aside, "optimizer.safetensors"), optimizer.slots);
    await savePartParameters(session.partParameters, aside);
    await savePartStates(session, aside);
    if (session.plan.anchor && session.reference) await saveModel(session.reference, join(aside, "reference"));
    const state: SavedState = {
      version: 1,
      step: session.step,
      tokens: session.tokens,
      optimizerSteps: optimizer.steps,
      optimizer: session.optimizer.kind,
      states: Object.fromEntries(session.states),
      fingerprint,
    };
    await writeFile(join(aside, stateFile), JSON.stringify(state, null, 2));
    await synchronize(aside);
    await rm(final, { recursive: true, force: true });
    await rename(aside, final);
    await this.#prune();
    return final;
  }

  /**
   * Makes sure that a run may write here, before anything is computed.
   *
   * @throws TW_E_OUTPUT_EXISTS  if the folder holds a run or a model and there is no checkpoint to resume from.
   * @throws TW_E_RESUME         if the newest checkpoint belongs to another run.
   */
  async claim(resume: boolean, fingerprint: Fingerprint): Promise<void> {
    const newest = await this.#newest();
    if (resume && newest) {
      const changed = Object.entries(fingerprint).filter(
        ([key, value]) => newest.saved.fingerprint[key as keyof Fingerprint] !== value,
      );
      if (changed.length === 0) return;
      const what = changed.map(([key]) => key).join(", ");
      const which = differences(newest.saved.fingerprint, fingerprint);
      const inWhat = which.length > 0 ? `: ${which.join("; ")}` : "";
      throw new TokenwiseError("TW_E_RESUME", `${newest.folder} belongs to a run with other ${what}${inWhat}`, {
        hint: "resume with what the run was started with, or train into another folder",
      });
    }
    const holds = (await list(this.folder)).find((name) => namePattern.test(name) || name === "config.json");
    if (holds !== undefined)
      throw new TokenwiseError("TW_E_OUTPUT_EXISTS", `${this.folder} holds a run or a model already (${holds})`, {
        hint: resume
          ? "there is no checkpoint to resume from: train into another folder"
          : "resume it, or train into another folder",
      });
  }

  /** Brings a session to the newest checkpoint, if there is one. */
  async restore(session: Session): Promise<void> {
    const newest = await this.#newest();
    if (!newest) return;
    const { folder, saved } = newest;
    await assignModel(session.policy, folder);
    if (session.plan.anchor && session.reference) await assignModel(session.reference, join(folder, "reference"));
    const slots = await readTensors(join(folder, "optimizer.safetensors"));
    session.optimizer.restore({ steps: saved.optimizerSteps, slots });
    tf.dispose([...slots.values()]);
    if (session.partParameters.variables.size > 0) {
      const parts = await readTensors(join(folder, partsFile));
      for (const [name, { variable }] of session.partParameters.variables)
        assign(variable, parts.get(name), folder, name);
      tf.dispose([...parts.values()]);
    }
    for (const [id, state] of Object.entries(saved.states)) session.states.set(id, state);
    session.step = saved.step;
    session.tokens = saved.tokens;
  }

  /** Writes the trained model into the folder itself, and beside it what else was trained, and what parts keep. */
  async finish(session: Session, language: LanguageModel): Promise<void> {
    await language.save(this.folder);
    await savePartParameters(session.partParameters, this.folder);
    await savePartStates(session, this.folder);
  }

  async #newest(): Promise<{ readonly folder: string; readonly saved: SavedState } | undefined> {
    const newest = (await this.#steps()).at(-1);
    if (newest === undefined) return undefined;
    const folder = join(this.folder, `checkpoint-${newest}`);
    return { folder, saved: await readState(join(folder, stateFile)) };
  }

  async #steps(): Promise<readonly number[]> {
    const steps = (await list(this.folder)).flatMap((name) => namePattern.exec(name)?.[1] ?? []);
    return steps.map(Number).sort((a, b) => a - b);
  }

  /** Removes all but the newest checkpoints, and what a killed process left half written. */
  async #prune(): Promise<void> {
    const old = (await this.#steps()).slice(0, -this.keep).map((step) => `checkpoint-${step}`);
    const partial = (await list(this.folder)).filter((name) => name.startsWith(".checkpoint-"));
    for (const name of [...old, ...partial]) await rm(join(this.folder, name), { recursive: true, force: true });
  }
}

async function list(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw cause;
  }
}

async function readState(file: string): Promise<SavedState> {
  try {
    return savedState.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (cause) {
    throw new TokenwiseError("TW_E_CHECKPOINT", `${file} is not the state of a checkpoint`, {
      hint: "remove this checkpoint to resume from the one before it",
      cause,
    });
  }
}

async function assignModel(model: CausalModel, folder: string): Promise<void> {
  const saved = await loadModel(folder);
  for (const [name, variable] of model.parameters) assign(variable, saved.parameters.get(name), folder, name);
  saved.dispose();
}

function assign(variable: tf.Variable, value: tf.Tensor | undefined, folder: string, name: string): void {
  if (!value || String(value.shape) !== String(variable.shape))
    throw new TokenwiseError(
      "TW_E_CHECKPOINT",
      `${folder} has no tensor "${name}" of shape [${variable.shape.join(", ")}]`,
      {
        hint: "remove this checkpoint to resume from the one before it",
      },
    );
  tf.tidy(() => variable.assign(tf.clone(value)));
}

/** Forces the files of a folder to the disk, so that the rename is not there before they are. */
async function synchronize(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await synchronize(path);
    else {
      const handle = await open(path, "r");
      await handle.sync();
      await handle.close();
    }
  }
}
