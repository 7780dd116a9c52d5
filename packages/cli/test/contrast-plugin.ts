/** A weighter whose annotator contrasts two models after two texts. */
export const contrastPlugin = `
import { z } from "zod";
const logProb = (role) => ({
  kind: "vocabulary", name: "test.log-prob", options: { role }, models: [role], axes: "B,T",
  define,
});
const define = {
  models: ({ role }) => [role], gradient: false,
  reduce: (rows, { role }) => rows.logits(role).slice([0, 0], [-1, 1]).squeeze([1]),
};
const options = z.object({ text: z.string().optional() });
const ratio = { kind: "data", name: "column", options: { name: "ratio", axes: "B,T" }, models: [], axes: "B,T" };
const contrast = ({ text = "well " } = {}) => ({
  name: "test.contrast", columns: ["ratio"], models: ["positive", "negative"], fingerprint: { text },
  async annotate({ prompt, responses }, { prepend, run }) {
    const ratios = responses.map(async ({ ids: response }) => {
      const seen = prepend("positive", text, prompt);
      const { a } = await run({ prompt: seen, response }, { a: logProb("positive") });
      const { b } = await run({ prompt, response }, { b: logProb("negative") });
      return a.map((value, token) => value - b[token]);
    });
    return { columns: { ratio: await Promise.all(ratios) } };
  },
});
const weights = (given) => ({
  name: "weights", needs: { ratio }, annotators: [contrast(given)], weigh: ({ read }) => ({ reward: read.ratio.exp() }),
});
const provides = [Object.assign(weights, { id: "weights", kind: "part", options })];
export default { name: "own", version: "1.0.0", spec: 1, provides };`;
