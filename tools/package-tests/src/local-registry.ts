/** A registry of npm packages on this machine, to which ours are published; all others come from where they do anyway. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface LocalRegistry {
  readonly url: string;
  /** What a project needs in its `.npmrc`. */
  readonly npmrc: string;
  stop(): Promise<void>;
}

/** Of the versions that run on Node 20. One of its dependencies asks for node-fetch by a tag, which not every mirror has. */
const verdaccio = { private: true, dependencies: { verdaccio: "~6.6.0" }, overrides: { "node-fetch": "^2.7.0" } };

export async function startRegistry(): Promise<LocalRegistry> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "tokenwise-registry-")));
  const port = await freePort();
  const url = `http://localhost:${port}/`;
  const ours = { access: "$all", publish: "$all" };
  const upstream = execFileSync("npm", ["config", "get", "registry"], { cwd: folder }).toString().trim();
  mkdirSync(join(folder, "storage"));
  const configuration = {
    storage: join(folder, "storage"),
    max_body_size: "100mb",
    web: { enable: false },
    uplinks: { upstream: { url: upstream, maxage: "60m" } },
    packages: {
      "@tokenwise/*": ours,
      "create-tokenwise-plugin": ours,
      "tokenwise-plugin-*": ours,
      "**": { access: "$all", proxy: "upstream" },
    },
    log: { type: "stdout", format: "pretty", level: "warn" },
  };
  writeFileSync(join(folder, "config.yaml"), JSON.stringify(configuration));
  writeFileSync(join(folder, "package.json"), JSON.stringify(verdaccio));
  execFileSync("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund"], { cwd: folder });
  const program = join(folder, "node_modules/verdaccio/bin/verdaccio");
  const server = spawn(process.execPath, [program, "--config", join(folder, "config.yaml"), "--listen", url], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said: string[] = [];
  for (const stream of [server.stdout, server.stderr])
    stream.on("data", (chunk: Buffer) => void said.push(chunk.toString()));
  const stop = async (): Promise<void> => {
    if (server.kill()) await once(server, "exit");
    rmSync(folder, { recursive: true, force: true });
  };
  if (!(await answers(`${url}-/ping`, () => server.exitCode === null))) {
    await stop();
    throw new Error(`the registry did not start: ${said.join("")}`);
  }
  // npm publishes with a token alone; this registry takes any.
  const npmrc = `registry=${url}\n//localhost:${port}/:_authToken=anybody\nfund=false\naudit=false\n`;
  return { url, npmrc, stop };
}

async function answers(url: string, isRunning: () => boolean): Promise<boolean> {
  while (isRunning()) {
    try {
      if ((await fetch(url)).ok) return true;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
  return false;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "localhost");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
