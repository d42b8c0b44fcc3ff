import { type AbsPath, baseName } from "../../rootfs/rootfs.ts";

/** Names in what a program printed. */
export interface OutputNames {
  /** Base names of files: `libssl.so.3`, `decoder.py`. */
  readonly files: ReadonlySet<string>;
  /** The names in quotes, as a whole and after the last dot or slash: `json.decoder`, `decoder`. */
  readonly quoted: ReadonlySet<string>;
}

const outputLimit = 64 * 1024;

/** Names in what a program printed, the last of it where that is much. */
export function namesIn(output: string): OutputNames {
  const text = output.slice(-outputLimit);
  const files = [...text.matchAll(/[\w@%+=:,./-]{3,300}/gu)].flatMap(([word]) => {
    const base =
      word
        .replace(/[:,.]+$/u, "")
        .split(/[/:]/u)
        .at(-1) ?? "";
    return /\w\.\w/u.test(base) ? [base] : [];
  });
  const quoted = [...text.matchAll(/['"`]([^'"`\n]{1,300})['"`]/gu)].flatMap(([, inner = ""]) => [
    inner,
    inner.split(/[./]/u).at(-1) ?? "",
    inner.split("/").at(-1) ?? "",
  ]);
  return { files: new Set(files), quoted: new Set(quoted.filter((name) => name !== "")) };
}

/** True for a path whose name, or the stem of it, was printed. */
export function isNamed(path: AbsPath, { files, quoted }: OutputNames): boolean {
  const base = baseName(path);
  const stem = base.split(".")[0] ?? base;
  return files.has(base) || quoted.has(base) || quoted.has(path) || (stem !== "" && quoted.has(stem));
}
