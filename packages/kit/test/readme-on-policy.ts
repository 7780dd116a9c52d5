import { sampledGroups, type Method } from "../src/index.ts";

export const onPolicy = (method: Method): Method => ({
  ...method,
  anchor: "sampled",
  source: sampledGroups({
    groupSize: 8,
    maxNewTokens: 64,
    reward: ({ responses }) => responses.map((response) => (response.includes("because") ? 1 : 0)),
  }),
});
