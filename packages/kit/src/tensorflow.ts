/**
 * The one module that imports TensorFlow.js. Everything else takes `tf` from here, so that there is one engine, one set of
 * gradients (`tfjs-core` alone registers none) and one place where a second copy would show.
 */
import * as tf from "@tensorflow/tfjs";

export { tf };
