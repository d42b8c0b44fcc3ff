import { resolveLinks } from "../../rootfs/links.ts";
import { type AbsPath, type RootFs, toAbsPath } from "../../rootfs/rootfs.ts";
import { isMounted } from "../../rootfs/system-directories.ts";
import type { PolicyKind } from "../../spec/policy-kinds.ts";
import type { ClassifiedFile } from "./classify.ts";
import { isWorldWritable } from "./score.ts";
import type { Violation } from "./violation.ts";

/** A path with what lstat(2) tells; no more is needed for traits. */
export type TraitFile = Pick<ClassifiedFile, "path" | "stat">;

export interface TraitQuestion {
  readonly forbidden: ReadonlySet<PolicyKind>;
  readonly root: RootFs;
  /** Permission bits that a file has where it comes from, before the image drops some. */
  originalMode(path: AbsPath): Promise<number | undefined>;
  /** Paths with file capabilities where they come from. */
  readonly withCapabilities: ReadonlySet<string>;
}

/** Paths of forbidden kinds that their names, modes and targets tell. */
export async function findTraits(files: readonly TraitFile[], question: TraitQuestion): Promise<readonly Violation[]> {
  const { forbidden } = question;
  const found: Violation[] = [];
  for (const file of files) {
    const { path } = file;
    if (forbidden.has("headers") && isHeader(file)) {
      found.push({
        kind: "headers",
        path,
        what: "it is of use to compilers only",
        remedy: "exclude it in closure.exclude",
      });
    }
    if (forbidden.has("world-writable") && isWorldWritable(file)) {
      const what = `anybody may write it (mode ${file.stat.mode.toString(8).padStart(4, "0")})`;
      found.push({
        kind: "world-writable",
        path,
        what,
        remedy: "state a mode without it in files, or change it in build",
      });
    }
    if (forbidden.has("setuid") && file.stat.kind === "file") {
      const mode = (await question.originalMode(path)) ?? file.stat.mode;
      if ((mode & 0o6000) !== 0) {
        const what = `it runs as its ${(mode & 0o4000) === 0 ? "group" : "owner"} where it comes from (mode ${mode.toString(8)})`;
        found.push({ kind: "setuid", path, what, remedy: "leave out what asks for it" });
      }
    }
    if (question.withCapabilities.has(path)) {
      const what = "it has file capabilities where it comes from";
      found.push({ kind: "file-capability", path, what, remedy: "leave out what asks for it" });
    }
    if (forbidden.has("dangling-link") && file.stat.kind === "symlink" && (await isDangling(file, question.root))) {
      const what = `it leads to ${file.stat.target ?? ""}, which is not in the image`;
      found.push({
        kind: "dangling-link",
        path,
        what,
        remedy: "add what it leads to, or exclude it in closure.exclude",
      });
    }
  }
  return found;
}

const headerName = /\.(?:h|hh|hpp|hxx|h\+\+|inl|ipp|pxd|a)$/;
const headerPath = /\/include\/|^\/usr\/(?:local\/)?lib(?:\/[^/]+)?\/pkgconfig\//;

/** C and C++ headers and what goes with them: static libraries, and files for pkg-config. */
function isHeader({ path, stat }: TraitFile): boolean {
  return stat.kind === "file" && (headerName.test(path) || headerPath.test(path));
}

async function isDangling({ path, stat }: TraitFile, root: RootFs): Promise<boolean> {
  const target = toAbsPath(stat.target ?? "", path.slice(0, path.lastIndexOf("/")));
  if (isMounted(target)) return false;
  const found = await resolveLinks(root, path);
  if (found !== undefined) return found === "loop";
  return !(await leadsToRuntimeTree(path, root));
}

/** True for a link to a link to /dev and its like. */
async function leadsToRuntimeTree(path: AbsPath, root: RootFs): Promise<boolean> {
  let at = path;
  for (let hops = 0; hops < 40; hops++) {
    const stat = await root.lstat(at);
    if (stat?.kind !== "symlink") return isMounted(at);
    at = toAbsPath(stat.target ?? "", at.slice(0, at.lastIndexOf("/")));
  }
  return false;
}
