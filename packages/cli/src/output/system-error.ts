import { TokenwiseError } from "@tokenwise/kit";

const meanings: Readonly<Record<string, string>> = {
  ENOENT: "there is no such folder",
  ENOTDIR: "a part of it is a file, not a folder",
  EISDIR: "it is a folder",
  EACCES: "permission denied",
  EPERM: "not permitted",
  EROFS: "the file system is read-only",
  ENOSPC: "no space is left",
};

/** What the system says of a file, as an error with a code; any other error as it is. */
export function systemError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined || path === undefined) return error;
  return new TokenwiseError("TW_E_FILE_SYSTEM", `${path}: ${meanings[code] ?? code} (${syscall})`, {
    hint: "name another path, or change what is there",
    cause: error,
  });
}
