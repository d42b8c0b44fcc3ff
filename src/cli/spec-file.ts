import fs from "node:fs/promises";
import path from "node:path";
import { readFileHead } from "../adapters/directory/regular-file.ts";
import { openContext } from "../adapters/images/open-context.ts";
import { detectFor } from "../detect/detect.ts";
import { rootProjectFiles } from "../detect/root-files.ts";
import { BuildError } from "../diagnostics/diagnostic.ts";
import { maxSpecBytes } from "../spec/guard.ts";
import { type ParsedSpec, parseSpec } from "../spec/parse.ts";
import type { Call } from "./command.ts";

/** Values of what a build knows of its platforms, and a reading without one does not. */
const platformArgs: Readonly<Record<string, string>> = Object.fromEntries(
  ["TARGET", "BUILD"].flatMap((prefix) => [
    [`${prefix}PLATFORM`, "linux/amd64"],
    [`${prefix}OS`, "linux"],
    [`${prefix}ARCH`, "amd64"],
    [`${prefix}VARIANT`, ""],
  ]),
);

/** Parses `NAME=value` texts. Throws USAGE_INVALID. */
export function parseBuildArgs(texts: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    texts.map((text) => {
      const split = text.indexOf("=");
      if (split > 0) return [text.slice(0, split), text.slice(split + 1)];
      throw new BuildError([
        {
          severity: "error",
          code: "USAGE_INVALID",
          message: `cannot use --build-arg ${text}: it is not of the form NAME=VALUE`,
          hint: `write it as --build-arg ${/^\w+$/u.test(text) ? text : "NAME"}=VALUE`,
        },
      ]);
    }),
  );
}

/** Reads and parses a spec of the host with its includes. Throws SPEC_MISSING. */
export async function readSpecFile(
  call: Call,
  {
    file,
    buildArgs,
    predefinedArgs = platformArgs,
    contextFolder,
    otherwise,
  }: {
    readonly file: string;
    readonly buildArgs: Readonly<Record<string, string>>;
    readonly predefinedArgs?: Readonly<Record<string, string>>;
    /** Where an application is looked for; default: the folder of the spec. */
    readonly contextFolder?: string;
    /** The spec where there is no such file. */
    readonly otherwise?: string;
  },
): Promise<ParsedSpec> {
  const hostPath = path.resolve(call.hostFolder, file);
  const bytes = (await readIfPresent(hostPath)) ?? (otherwise === undefined ? undefined : Buffer.from(otherwise));
  if (bytes === undefined) {
    throw new BuildError([
      {
        severity: "error",
        code: "SPEC_MISSING",
        message: `cannot read ${file}: there is no such file`,
        hint: "give the path of the spec with -f",
      },
    ]);
  }
  const folder = path.dirname(hostPath);
  const parsed = await parseSpec({
    file: path.basename(hostPath),
    bytes,
    buildArgs,
    predefinedArgs,
    readInclude: async (relative) => readFileHead(path.join(folder, relative), maxSpecBytes),
    detect: detectFor(async () => {
      const { root } = openContext(contextFolder ?? folder, hostPath);
      return Promise.resolve(rootProjectFiles(root));
    }, bytes),
  });
  call.seen.push(...parsed.files);
  return parsed;
}

/** The bytes of a file; undefined where there is none. */
export async function readIfPresent(hostPath: string): Promise<Uint8Array | undefined> {
  try {
    return await fs.readFile(hostPath);
  } catch (failure) {
    const code = failure instanceof Error && "code" in failure ? failure.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return undefined;
    throw failure;
  }
}
