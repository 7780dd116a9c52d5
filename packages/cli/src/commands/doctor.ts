import { availableParallelism, freemem, totalmem } from "node:os";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { loadedKits, replacedBackends, tf, TokenwiseError, usesOwnEngine } from "@tokenwise/kit";
import type { NativeDescription } from "@tokenwise/model";
import { z } from "zod";
import type { Configured } from "../config/configure.ts";
import { checkBackends, chosenOf, slowOn, type BackendReport } from "../doctor/backends.ts";
import { copiesOf, type Copy } from "../doctor/copies.ts";
import { checkTensorflow, rowsOfTensorflow, type TensorflowReport } from "../doctor/tensorflow.ts";
import { checkNative, rowsOfNative } from "../doctor/native.ts";
import { exitCodes } from "../exit-codes.ts";
import { number, table } from "../output/format.ts";
import { version } from "../version.ts";
import { command } from "./command.ts";

interface Findings {
  readonly versions: { readonly tokenwise: string; readonly node: string; readonly tensorflow: string };
  /** Bytes. */
  readonly memory: { readonly total: number; readonly free: number };
  readonly backends: readonly BackendReport[];
  /** What the backend `auto` stands for. */
  readonly auto: string;
  readonly native: NativeDescription | null;
  readonly tensorflow: TensorflowReport;
  readonly copies: {
    readonly kit: readonly Copy[];
    readonly tensorflow: readonly Copy[];
    /** What this process has loaded, once the plugins of the configuration are. */
    readonly loadedKits: number;
    readonly usesOwnEngine: boolean;
    readonly replacedBackends: readonly string[];
  };
  readonly configuration: { readonly file?: string | undefined; readonly problem?: string };
}

export const doctor = command({
  name: "doctor",
  summary: "what works here: backends, memory, configuration",
  details: "Exits with 1 if no backend works, or if the configuration cannot be read or a plugin of it is refused.",
  examples: ["tokenwise doctor", "tokenwise doctor --json"],
  flags: [],
  own: z.strictObject({ json: z.boolean().default(false).describe("print one JSON object") }),
  methodOptions: false,
  async run({ configure, own: { json }, io }) {
    const configuration = await checkConfiguration(configure);
    const around = configuration.file === undefined ? [] : [dirname(resolve(configuration.file))];
    const folders = [process.cwd(), ...around, dirname(fileURLToPath(import.meta.url))];
    const backends = await checkBackends();
    const findings: Findings = {
      versions: { tokenwise: version, node: process.version, tensorflow: tf.version_core },
      memory: { total: totalmem(), free: freemem() },
      backends,
      auto: chosenOf(backends),
      native: checkNative(backends.some(({ name, works }) => name === "native" && works)),
      tensorflow: checkTensorflow(backends.some(({ name, works }) => name === "tensorflow" && works)),
      configuration,
      copies: {
        kit: copiesOf("@tokenwise/kit", folders),
        tensorflow: copiesOf("@tensorflow/tfjs-core", folders),
        loadedKits: loadedKits().length,
        usesOwnEngine: usesOwnEngine(),
        replacedBackends: replacedBackends(),
      },
    };
    const works = findings.backends.some((backend) => backend.works) && findings.configuration.problem === undefined;
    io.stdout.write(json ? `${JSON.stringify({ works, ...findings })}\n` : table(rowsOf(findings)));
    return works ? exitCodes.done : exitCodes.failed;
  },
});

async function checkConfiguration(configure: () => Promise<Configured>): Promise<Findings["configuration"]> {
  try {
    const { file, plugins } = await configure();
    const [refused] = (await plugins()).named.flatMap(({ refusal }) => refusal ?? []);
    return { file, ...(refused && { problem: `${refused.code}: ${refused.message}` }) };
  } catch (error) {
    if (TokenwiseError.is(error)) return { problem: `${error.code}: ${error.message}` };
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

const rowsOf = ({
  versions,
  memory,
  backends,
  auto,
  native,
  tensorflow,
  copies,
  configuration,
}: Findings): readonly (readonly string[])[] => [
  ["Tokenwise", versions.tokenwise],
  ["Node", `${versions.node}, ${process.platform} ${process.arch}, ${availableParallelism()} cores`],
  ["TensorFlow.js", versions.tensorflow],
  ["memory", `${gigabytes(memory.free)} free of ${gigabytes(memory.total)}`],
  ...backends.map((backend) => [
    `backend ${backend.name}`,
    backend.works
      ? `works, ${number(backend.gigaflops)} GFLOP/s, ${number(backend.microsecondsPerCall)} µs a call${slowOn[backend.name] === undefined ? "" : `; ${slowOn[backend.name]}`}`
      : `not here: ${backend.reason}`,
  ]),
  ["backend auto", auto],
  ...rowsOfNative(native),
  ...rowsOfTensorflow(tensorflow),
  ...rowsOfCopies("@tokenwise/kit", copies.kit),
  ...rowsOfCopies("tfjs-core", copies.tensorflow),
  ...(copies.loadedKits > 1
    ? [["", `${copies.loadedKits} copies of @tokenwise/kit are loaded; plugins of others are refused`]]
    : []),
  ...(copies.usesOwnEngine ? [] : [["", "another copy of tfjs-core was loaded first, and its engine is in use"]]),
  ...copies.replacedBackends.map((name) => ["", `another copy of tfjs-core replaced the operations of ${name}`]),
  ["configuration", configuration.problem ?? (configuration.file ? `${configuration.file} can be read` : "none here")],
];

const rowsOfCopies = (name: string, copies: readonly Copy[]): readonly (readonly string[])[] => [
  [
    `copies of ${name}`,
    copies.length > 1 ? `${copies.length}; all should share one: npm dedupe` : String(copies.length),
  ],
  ...(copies.length > 1 ? copies.map((copy) => ["", `${copy.version} in ${copy.folder}`]) : []),
];
