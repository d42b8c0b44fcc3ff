import type { Finding, Need } from "../closure/model/closure.ts";
import type { FeatureContext, FeatureYield } from "../closure/model/feature.ts";
import { parseShebang, shebangBytes } from "../formats/text/shebang.ts";
import { type AbsPath, type FileStat, toAbsPath } from "../rootfs/rootfs.ts";
import { walk } from "../rootfs/walk.ts";

/** At `reachable`, a directory ships that has few files or few bytes. */
const few = { files: 200, bytes: 4 * 1024 * 1024 };
const mostFiles = 20_000;
const setIdBits = 0o6000;

/** True for a program; not for a shell, which texts name for people, nor for one that runs as another user. */
export async function isProgram(path: AbsPath, { mode }: FileStat, { root }: FeatureContext): Promise<boolean> {
  if ((mode & 0o111) === 0 || (mode & setIdBits) !== 0 || /\/(?:ba|da|k|z|c|tc|fi)?sh$/u.test(path)) return false;
  const head = (await root.readFile(path, { offset: 0, length: shebangBytes })) ?? new Uint8Array();
  return new TextDecoder("latin1").decode(head.subarray(0, 4)) === "\u007fELF" || parseShebang(head) !== undefined;
}

/**
 * What a file of a directory is for whoever looks into it: an object to load, a program to start, or a file to read.
 */
async function roleOf(path: AbsPath, stat: FileStat, context: FeatureContext): Promise<Need["role"]> {
  if (stat.kind !== "file") return "file";
  const isObject = /\.so(?:\.[\d.]+)?$/u.test(path) && context.objects.length > 0;
  if (isObject) return "object";
  return (await isProgram(path, stat, context)) ? "program" : "file";
}

/** All that lies below a directory that `from` leads to; of many files, at `reachable`, a warning. */
export async function* directoryNeeds(
  { path, real, from }: { readonly path: AbsPath; readonly real: AbsPath; readonly from: AbsPath },
  about: Pick<Need, "evidence" | "why" | "optional">,
  context: FeatureContext,
): AsyncIterable<FeatureYield> {
  const { root, request } = context;
  const needs: Need[] = [{ ...about, path, role: "file" }];
  let bytes = 0;
  for await (const found of walk(root, real)) {
    if (found.path === real || found.stat.kind === "directory") continue;
    bytes += found.stat.sizeBytes;
    const role = await roleOf(found.path, found.stat, context);
    needs.push({ ...about, path: toAbsPath(path + found.path.slice(real.length)), role });
    if (needs.length > mostFiles) break;
  }
  const isMany = needs.length > few.files && bytes > few.bytes;
  if (needs.length > mostFiles || (isMany && request.process.prune === "reachable"))
    yield { finding: tooMany(path, from) };
  else for (const need of needs) yield { need, from };
}

function tooMany(path: AbsPath, from: AbsPath): Finding {
  return {
    severity: "warning",
    code: "NAME_COMPUTED",
    message: `cannot tell which files of ${path} are read: asked for by ${from}`,
    hint: `add those that are read to closure.include: [${path}/**]`,
  };
}
