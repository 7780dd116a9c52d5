/** A second copy of the kit or of TensorFlow.js in one project, explained. */
import { ownKit, replacedBackends, tf, TokenwiseError, type KitCopy } from "@tokenwise/kit";

/** @param what  made with another copy: "the plugin x", `the request "log-ratio" of x`. */
export function otherKit(what: string, copy: KitCopy): TokenwiseError {
  return new TokenwiseError(
    "TW_E_KIT_COPY",
    `${what} is made with another copy of @tokenwise/kit than the trainer's: ${shown(copy)}; the trainer's is ${shown(ownKit)}`,
    {
      hint:
        "each copy defines every quantity for itself, so the two do not fit together. npm ls @tokenwise/kit shows who brings which; " +
        "npm dedupe joins them; a plugin names the kit under peerDependencies, and the command line is installed in the project",
    },
  );
}

const shown = ({ version, folder }: KitCopy): string => `${version} in ${folder}`;

/** @throws TW_E_TENSORFLOW_COPY  if another copy of TensorFlow.js has replaced the operations of this one. */
export function refuseOtherTensorflow(): void {
  const backends = replacedBackends();
  if (backends.length > 0) throw otherTensorflow("there is a second copy of TensorFlow.js", backends);
}

/**
 * @param what    the copy, and who brought it.
 * @param advice  begins the hint: what to do about who brought it.
 */
export const otherTensorflow = (what: string, backends: readonly string[], advice = ""): TokenwiseError =>
  new TokenwiseError(
    "TW_E_TENSORFLOW_COPY",
    `${what}, which has replaced the operations of the one in use, ${tf.version_core}, for ${backends.join(", ")}`,
    {
      hint:
        advice +
        'write import { tf } from "@tokenwise/kit" in place of an own import. npm ls @tensorflow/tfjs-core shows who brings which; ' +
        "npm dedupe joins them; tokenwise doctor lists them",
    },
  );
