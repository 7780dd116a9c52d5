/** What of a plugin is told to people and computes nothing: a change of it is not tried. */
import { declareValuePlugin, PluginKind } from "@stryker-mutator/api/plugin";

/**
 * What is read here of a place in the syntax tree, as Babel describes it.
 *
 * @typedef {{ type: string, name?: string, id?: Node, key?: Node, callee?: Node, property?: Node, init?: Node, value?: Node, arguments?: Node[] }} Node
 * @typedef {{ node: Node, parent: Node | null }} Place
 */

/** Functions that take words for people, and from which argument on. */
const words = new Map([
  ["describe", { from: 0, why: "the description of an option" }],
  ["refine", { from: 1, why: "the message of a refused option" }],
  ["TokenwiseError", { from: 1, why: "the message of an error; its code is tried" }],
]);
/** Functions whose first argument names what they return, in messages. */
const named = new Set(["vocabulary", "derived"]);

/** @param {Place} place @returns {string | undefined} */
const reasonToIgnore = ({ node, parent }) => {
  if (parent?.type === "VariableDeclarator" && parent.id?.name === "paper") return "the title of a paper";
  if (parent?.type === "ObjectProperty" && parent.key?.name === "paper") return "the title of a paper";
  const place = parent?.arguments?.indexOf(node) ?? -1;
  if (place === -1) return undefined;
  const name = parent?.callee?.property?.name ?? parent?.callee?.name ?? "";
  if (named.has(name) && place === 0) return "a name for messages";
  const spoken = words.get(name);
  return spoken && place >= spoken.from ? spoken.why : undefined;
};

export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, "words", {
    shouldIgnore: (place) => reasonToIgnore(/** @type {Place} */ (/** @type {unknown} */ (place))),
  }),
];
