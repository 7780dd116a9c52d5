/** The JSON files of a model folder, with the keys that this package does not know. */
export interface ModelSource {
  readonly config: Readonly<Record<string, unknown>>;
  readonly generation?: Readonly<Record<string, unknown>> | undefined;
}
