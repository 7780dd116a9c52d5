#!/usr/bin/env node
import { main } from "./main.ts";

const { stdin: input, stdout, stderr } = process;
const terminal = input.isTTY && stdout.isTTY ? { input, output: stdout } : undefined;
process.exitCode = await main(process.argv.slice(2), { stdout, stderr, terminal });
