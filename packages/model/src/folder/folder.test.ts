import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { tf } from "@tokenwise/kit";
import { expect, it, describe } from "vitest";
import { onBackend } from "../../test/support/on-backend.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { tinyModel } from "../../test/support/tiny-model.ts";
import { modelDigest } from "../model/model-digest.ts";
import { writeSafetensors } from "../safetensors/write.ts";
import { loadModel } from "./load-model.ts";
import { saveModel } from "./save-model.ts";

const json = async (...path: string[]) => JSON.parse(await readFile(join(...path), "utf8")) as Record<string, unknown>;
const edit = async (path: string, change: (content: Record<string, unknown>) => object) =>
  writeFile(path, JSON.stringify(change(await json(path))));
const coded = (code: string, message: RegExp): unknown =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as unknown });

async function savedModel(options: Parameters<typeof saveModel>[2] = {}): Promise<string> {
  const folder = join(await temporaryFolder(), "model");
  await saveModel(tinyModel({ queryKeyValueBias: true, outputBias: true }), folder, options);
  return folder;
}

onBackend("cpu");

describe("a saved model", () => {
  it.each([undefined, 3000])(
    "loads with the same configuration and the same bits (shards of %s bytes)",
    async (maxShardBytes) => {
      const folder = join(await temporaryFolder(), "a", "model");
      const model = tinyModel({ tieWordEmbeddings: true });
      await saveModel(model, folder, maxShardBytes === undefined ? {} : { maxShardBytes });
      const loaded = await loadModel(folder);
      expect(loaded.config).toEqual(model.config);
      expect(modelDigest(loaded)).toBe(modelDigest(model));
      const shards = (await readdir(folder)).filter((file) => file.endsWith(".safetensors"));
      expect(shards.length > 1).toBe(maxShardBytes !== undefined);
    },
  );

  it("in BF16 is the model rounded, and says so in config.json", async () => {
    const folder = await savedModel({ dtype: "BF16" });
    expect((await json(folder, "config.json")).dtype).toBe("bfloat16");
    const loaded = await loadModel(folder);
    const [values, rounded] = [tinyModel({ queryKeyValueBias: true, outputBias: true }), loaded].map((model) =>
      model.unembedding.dataSync(),
    );
    values!.forEach((value, i) =>
      expect(Math.abs(rounded![i]! - value)).toBeLessThanOrEqual(Math.abs(value) * 2 ** -8),
    );
  });

  it("saved over one of more shards leaves no weights of it behind", async () => {
    const folder = await savedModel({ maxShardBytes: 2000 });
    await writeFile(join(folder, "tokenizer.json"), "{}");
    await saveModel(tinyModel({}, 2), folder);
    expect((await readdir(folder)).sort()).toEqual(["config.json", "model.safetensors", "tokenizer.json"]);
    expect(modelDigest(await loadModel(folder))).toBe(modelDigest(tinyModel({}, 2)));
  });

  it("keeps the keys of config.json and generation_config.json that this package does not know", async () => {
    const folder = await savedModel();
    await edit(join(folder, "config.json"), (config) => ({
      ...config,
      transformers_version: "9.9",
      my_note: { a: [1] },
      torch_dtype: "float16",
      dtype: undefined,
    }));
    const generation = { eos_token_id: [2, 7], do_sample: true, temperature: 0.6, top_p: 0.9, penalty_alpha: 0.5 };
    await writeFile(join(folder, "generation_config.json"), JSON.stringify(generation));
    const model = await loadModel(folder);
    expect(model.generationDefaults).toMatchObject({ stopTokens: [2, 7], temperature: 0.6, topP: 0.9 });
    const again = join(folder, "again");
    await saveModel(model, again, { dtype: "BF16" });
    expect(await json(again, "config.json")).toMatchObject({
      transformers_version: "9.9",
      my_note: { a: [1] },
      torch_dtype: "bfloat16",
    });
    expect(await json(again, "generation_config.json")).toEqual(generation);
  });

  it("ignores the tables of old checkpoints and the copy of a tied embedding", async () => {
    const folder = await temporaryFolder();
    const model = tinyModel({ tieWordEmbeddings: true });
    await saveModel(model, folder);
    const tensors = [...model.parameters].map(([name, variable]) => ({
      name,
      shape: variable.shape,
      read: () => variable.dataSync<"float32">(),
    }));
    const copy = {
      name: "lm_head.weight",
      shape: model.unembedding.shape,
      read: () => model.unembedding.dataSync<"float32">(),
    };
    const table = { name: "model.layers.0.self_attn.rotary_emb.inv_freq", shape: [2], read: () => new Float32Array(2) };
    await writeSafetensors(join(folder, "model.safetensors"), [...tensors, copy, table], "F32");
    expect(modelDigest(await loadModel(folder))).toBe(modelDigest(model));
  });
});

describe("a folder is refused by name, and leaves no tensor behind,", () => {
  const cases: [string, (folder: string) => Promise<unknown>, string, RegExp][] = [
    ["without config.json", (folder) => rm(join(folder, "config.json")), "TW_E_MODEL_CONFIG", /config\.json/],
    [
      "with a broken config.json",
      (folder) => writeFile(join(folder, "config.json"), "{"),
      "TW_E_MODEL_CONFIG",
      /config\.json/,
    ],
    ["without weights", (folder) => rm(join(folder, "model.safetensors")), "TW_E_NO_WEIGHTS", /neither/],
    ["whose config.json has other dimensions", (folder) => edit(join(folder, "config.json"), (config) => ({ ...config, intermediate_size: 25 })), "TW_E_WEIGHT_SHAPE", /gate_proj\.weight" is \[24,16\].*\[25,16\]/], // prettier-ignore
    ["whose config.json has more layers", (folder) => edit(join(folder, "config.json"), (config) => ({ ...config, num_hidden_layers: 3 })), "TW_E_WEIGHT_MISSING", /model\.layers\.2/], // prettier-ignore
    ["whose config.json has fewer layers", (folder) => edit(join(folder, "config.json"), (config) => ({ ...config, num_hidden_layers: 1 })), "TW_E_WEIGHT_UNEXPECTED", /model\.layers\.1/], // prettier-ignore
    ["whose generation_config.json makes no sense", (folder) => writeFile(join(folder, "generation_config.json"), `{"top_p": 7}`), "TW_E_MODEL_CONFIG", /top_p/], // prettier-ignore
  ];
  it.each(cases)("%s", async (_, damage, code, message) => {
    const folder = await savedModel();
    await damage(folder);
    const before = tf.memory().numTensors;
    await expect(loadModel(folder)).rejects.toThrow(coded(code, message));
    expect(tf.memory().numTensors).toBe(before);
  });

  const index = "model.safetensors.index.json";
  const sharded: [string, (map: Record<string, string>) => Record<string, unknown>, RegExp][] = [
    ["whose index points out of it", (map) => ({ ...map, "lm_head.weight": "../secret.safetensors" }), /"lm_head\.weight".*"\.\.\/secret\.safetensors"/],
    ["whose index points to an absolute path", (map) => ({ ...map, "lm_head.weight": "/etc/x.safetensors" }), /\/etc\/x/],
    ["whose index names another kind of file", (map) => ({ ...map, "lm_head.weight": "config.json" }), /config\.json/],
    ["whose index lacks a tensor", (map) => Object.fromEntries(Object.entries(map).filter(([name]) => !name.endsWith("0.self_attn.q_proj.bias"))), /does not say that tensor "model\.layers\.0\.self_attn\.q_proj\.bias"/],
    ["whose index names a tensor that is nowhere", (map) => ({ ...map, ghost: Object.values(map)[0]! }), /tensor "ghost" is not in/],
    ["whose index maps to a number", (map) => ({ ...map, ghost: 7 }), /ghost/],
  ]; // prettier-ignore
  it.each(sharded)("%s", async (_, change, message) => {
    const folder = await savedModel({ maxShardBytes: 2000 });
    await edit(join(folder, index), (content) => ({
      ...content,
      weight_map: change(content.weight_map as Record<string, string>),
    }));
    await expect(loadModel(folder)).rejects.toThrow(coded("TW_E_SAFETENSORS", message));
  });

  it("when saving fails the model that was there is untouched", async () => {
    const folder = await savedModel();
    const digest = modelDigest(await loadModel(folder));
    const large = tinyModel();
    large.unembedding.assign(tf.fill(large.unembedding.shape, 1e6));
    await expect(saveModel(large, folder, { dtype: "F16" })).rejects.toThrow(coded("TW_E_WEIGHT_OVERFLOW", /lm_head/));
    expect(modelDigest(await loadModel(folder))).toBe(digest);
    expect((await readdir(folder)).sort()).toEqual(["config.json", "model.safetensors"]);
  });
});

it("the digest changes with any weight and with the configuration, not with the names of variables", () => {
  const model = tinyModel();
  const digest = modelDigest(model);
  expect(modelDigest(tinyModel())).toBe(digest);
  expect(modelDigest(tinyModel({ rmsNormEps: 1e-5 }))).not.toBe(digest);
  const bias = model.parameters.get("model.norm.weight")!;
  bias.assign(tf.add(bias, tf.oneHot(3, 16, 1e-6, 0)));
  expect(modelDigest(model)).not.toBe(digest);
});
