import { availableParallelism, freemem, totalmem } from "node:os";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { tf } from "@tokenwise/kit";
import { z } from "zod";
import type { Configured } from "../config/configure.ts";
import { checkBackends, type BackendReport } from "../doctor/backends.ts";
import { copiesOf, type Copy } from "../doctor/copies.ts";
import { exitCodes } from "../exit-codes.ts";
import { number, table } from "../output/format.ts";
import { version } from "../version.ts";
import { command } from "./command.ts";

interface Findings {
  readonly versions: { readonly tokenwise: string; readonly node: string; readonly tensorflow: string };
  /** Bytes. */
  readonly memory: { readonly total: number; readonly free: number };
  readonly backends: readonly BackendReport[];
  readonly copies: readonly Copy[];
  readonly configuration: { readonly file?: string | undefined; readonly problem?: string };
}

export const doctor = command({
  name: "doctor",
  summary: "what works here: backends, memory, configuration",
  details: "Exits with 1 if no backend works, or if the configuration cannot be read.",
  examples: ["tokenwise doctor", "tokenwise doctor --json"],
  flags: [],
  own: z.strictObject({ json: z.boolean().default(false).describe("print one JSON object") }),
  methodOptions: false,
  async run({ configure, own: { json }, io }) {
    const findings: Findings = {
      versions: { tokenwise: version, node: process.version, tensorflow: tf.version_core },
      memory: { total: totalmem(), free: freemem() },
      backends: await checkBackends(),
      copies: copiesOf("@tensorflow/tfjs-core", [process.cwd(), dirname(fileURLToPath(import.meta.url))]),
      configuration: await checkConfiguration(configure),
    };
    const works = findings.backends.some((backend) => backend.works) && findings.configuration.problem === undefined;
    io.stdout.write(json ? `${JSON.stringify({ works, ...findings })}\n` : table(rowsOf(findings)));
    return works ? exitCodes.done : exitCodes.failed;
  },
});

async function checkConfiguration(configure: () => Promise<Configured>): Promise<Findings["configuration"]> {
  try {
    const { file } = await configure();
    return { file };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

const rowsOf = ({ versions, memory, backends, copies, configuration }: Findings): readonly (readonly string[])[] => [
  ["Tokenwise", versions.tokenwise],
  ["Node", `${versions.node}, ${process.platform} ${process.arch}, ${availableParallelism()} cores`],
  ["TensorFlow.js", versions.tensorflow],
  ["memory", `${gigabytes(memory.free)} free of ${gigabytes(memory.total)}`],
  ...backends.map((backend) => [
    `backend ${backend.name}`,
    backend.works ? `works, ${number(backend.gigaflops)} GFLOP/s` : `not here: ${backend.reason}`,
  ]),
  ["copies of tfjs-core", copies.length > 1 ? "several; gradients need one" : String(copies.length)],
  ...(copies.length > 1 ? copies.map((copy) => ["", `${copy.version} in ${copy.folder}`]) : []),
  ["configuration", configuration.problem ?? (configuration.file ? `${configuration.file} can be read` : "none here")],
];
