import { TokenwiseError, type Path } from "@tokenwise/kit";
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from "yaml";
import type { Source } from "./source.ts";

/** Parses YAML, and keeps where everything stands. @throws TW_E_CONFIG_SYNTAX  as `file:line:column: reason`. */
export function readYaml(text: string, file: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) {
    const { line, col } = lines.linePos(problem.pos[0]);
    throw new TokenwiseError("TW_E_CONFIG_SYNTAX", `${file}:${line}:${col}: ${problem.message}`, { cause: problem });
  }
  return {
    file,
    value: toValue(document, file),
    at(path) {
      const offset = offsetOf(document, path);
      return offset === undefined ? file : `${file}:${lines.linePos(offset).line}`;
    },
  };
}

function toValue(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw new TokenwiseError("TW_E_CONFIG_SYNTAX", `${file}: ${(cause as Error).message}`, { cause });
  }
}

/** Where the last part of a path begins that is there: for a key the key, for an item of a list the item. */
function offsetOf(document: Document.Parsed, path: Path): number | undefined {
  let node: Node | null = document.contents;
  let offset: number | undefined;
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (!pair) break;
      offset = (pair.key as Node).range?.[0];
      node = pair.value as Node | null;
    } else if (isSeq(node)) {
      const item = node.items[Number(key)] as Node | undefined;
      if (!item) break;
      offset = item.range?.[0];
      node = item;
    } else break;
  }
  return offset;
}
