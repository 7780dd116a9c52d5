/** Specs that do not count, and why. A line that is no longer needed fails the suite. */
export const exclusions: readonly { readonly specs: RegExp; readonly reason: string }[] = [
  { specs: /^Switching cpu backends /, reason: "defined only where the environment is named cpu" },
  { specs: /^IS_BROWSER isBrowser: (true|false)$/, reason: "disabled by TensorFlow.js (xit)" },
  { specs: /^debug on A x B$/, reason: "disabled by TensorFlow.js (xit)" },
  {
    specs: /^gradient registry warning when registering the same gradient twice$/,
    reason: "disabled by TensorFlow.js (xit)",
  },
  {
    specs: /^kernel_registry errors when registering the same kernel twice$/,
    reason: "disabled by TensorFlow.js (xit)",
  },
];
