/** Multiplies on the folder that TOKENWISE_TFJS_NODE names, as users will; run in a process of its own. */
import { tf } from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";

await useBackend("tensorflow");
const product = tf.matMul([[1, 2]], [[3], [4]]).dataSync()[0];
if (product !== 11) throw new Error(`[1 2]·[3 4] is ${product} here, instead of 11`);
