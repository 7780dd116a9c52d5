export type * from "./report.ts";
export { renderReport } from "./render-report.ts";
