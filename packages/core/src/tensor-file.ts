/** Named f32 tensors in one safetensors file. */
import { tf } from "@tokenwise/kit";
import { openSafetensors, writeSafetensors } from "@tokenwise/model";

/** Writes tensors of any shape, bit for bit. */
export async function writeTensors(file: string, tensors: ReadonlyMap<string, tf.Tensor>): Promise<void> {
  const entries = [...tensors].map(([name, tensor]) => ({
    name,
    shape: tensor.shape,
    read: () => tensor.dataSync<"float32">(),
  }));
  await writeSafetensors(file, entries, "F32");
}

/** Reads what `writeTensors` wrote; the caller disposes the tensors. @throws the coded errors of `openSafetensors`. */
export async function readTensors(file: string): Promise<ReadonlyMap<string, tf.Tensor>> {
  const opened = await openSafetensors(file);
  try {
    const tensors = new Map<string, tf.Tensor>();
    for (const [name, entry] of opened.tensors)
      tensors.set(name, tf.tensor(await opened.read(entry), [...entry.shape]));
    return tensors;
  } finally {
    await opened.close();
  }
}
