/** A page that shows a run while it goes. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { TokenwiseError } from "@tokenwise/kit";
import { applyUpdate, type Update } from "./page-data.ts";
import { pageFiles } from "./page-files.ts";
import { renderPage } from "./render-report.ts";
import type { Report } from "./report.ts";

const host = "127.0.0.1";

export interface ServeOptions {
  /** Default: a free one. */
  readonly port?: number;
}

export interface ReportServer {
  readonly url: string;
  /** Tells every open page. */
  readonly update: (update: Update) => void;
  /** Tells every open page that nothing more will come, and ends. */
  readonly close: () => Promise<void>;
}

/**
 * Serves the report on the loopback interface, to requests for that very address: a page of another site whose name was pointed here is
 * refused. Pages get updates by server-sent events.
 *
 * @throws TW_E_WATCH_PORT  if the port cannot be had.
 * @throws TW_E_REPORT_NOT_BUILT, TW_E_REPORT_NAMES
 */
export async function serveReport(report: Report, { port = 0 }: ServeOptions = {}): Promise<ReportServer> {
  pageFiles();
  let current = report;
  const pages = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    if (!isForUs(request, server)) answer(response, 403, "this server answers to its own address only\n");
    else if (request.method !== "GET") answer(response, 405, "only GET\n");
    else if (request.url === "/") answer(response, 200, renderPage(current, { live: true }), "text/html");
    else if (request.url === "/events") {
      response.writeHead(200, { ...headers, "content-type": "text/event-stream" });
      response.write(message({ type: "report", report: current }));
      pages.add(response);
      response.on("close", () => pages.delete(response));
    } else answer(response, 404, "not here\n");
  });
  await listen(server, port);
  return {
    url: `http://${host}:${portOf(server)}/`,
    update(update) {
      current = applyUpdate(current, update);
      const text = message(update);
      for (const page of pages) page.write(text);
    },
    async close() {
      for (const page of pages) page.end(message({ type: "end" }));
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        // Pages that are still being sent get a moment; a browser's idle connections none.
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), closingTime).unref();
      });
    },
  };
}

/** Milliseconds. */
const closingTime = 300;

const headers = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
};

function answer(response: ServerResponse, status: number, body: string, type = "text/plain"): void {
  response.writeHead(status, { ...headers, "content-type": `${type}; charset=utf-8` });
  response.end(body);
}

const message = (update: Update): string => `data: ${JSON.stringify(update)}\n\n`;

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

function isForUs({ headers: { host: asked } }: IncomingMessage, server: Server): boolean {
  const port = portOf(server);
  return asked === `${host}:${port}` || asked === `localhost:${port}`;
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => {
      const message = `port ${port} of ${host} cannot be had: ${cause.message}`;
      reject(
        new TokenwiseError("TW_E_WATCH_PORT", message, { hint: "name another port, or none for a free one", cause }),
      );
    });
    server.listen(port, host, () => resolve());
  });
}
