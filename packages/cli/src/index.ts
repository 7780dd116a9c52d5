export { defineConfig, type Configuration } from "./config/define-config.ts";
export { main } from "./main.ts";
export { processIo, type Io, type Output } from "./io.ts";
