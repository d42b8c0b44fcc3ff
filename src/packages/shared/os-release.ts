import { resolveLinks } from "../../rootfs/links.ts";
import { type RootFs, toAbsPath } from "../../rootfs/rootfs.ts";

/** A distribution as scanners name it: `debian` and `13.2`, `alpine` and `3.22.0`. */
export interface Distribution {
  readonly id: string;
  /** Empty where the root does not say. */
  readonly version: string;
}

const textLimit = 2 ** 16;

/** Files that tell a version more exactly than os-release does, by the distribution, and what of them is it. */
const exactVersions: Readonly<Record<string, readonly [path: string, version: RegExp]>> = {
  alpine: ["/etc/alpine-release", /^(\d[\w.+~-]*)$/],
  amzn: ["/etc/system-release", /^Amazon Linux release (\d.*)$/],
  centos: ["/etc/redhat-release", / release (\d[\d.]*)/],
  // Debian's testing and unstable have a name there, and no version of their own.
  debian: ["/etc/debian_version", /^(\d[\w.+~-]*)$/],
};

/** The distribution of a root (os-release(5)); undefined where it names none. */
export async function readDistribution(root: RootFs): Promise<Distribution | undefined> {
  const text = (await readText(root, "/etc/os-release")) ?? (await readText(root, "/usr/lib/os-release")) ?? "";
  const id = field(text, "ID");
  if (id === undefined || !/^[a-z0-9._-]+$/.test(id)) return undefined;
  const exact = exactVersions[id];
  const named = exact === undefined ? undefined : exact[1].exec((await readText(root, exact[0]))?.trim() ?? "")?.[1];
  return { id, version: named ?? field(text, "VERSION_ID") ?? "" };
}

/** The code name of a root's release, such as `trixie`; undefined where it has none. */
export async function readCodename(root: RootFs): Promise<string | undefined> {
  const text = (await readText(root, "/etc/os-release")) ?? (await readText(root, "/usr/lib/os-release")) ?? "";
  return field(text, "VERSION_CODENAME");
}

function field(text: string, name: string): string | undefined {
  for (const line of text.split("\n")) {
    if (line.startsWith(`${name}=`))
      return line
        .slice(name.length + 1)
        .trim()
        .replace(/^(["'])(.*)\1$/, "$2");
  }
  return undefined;
}

async function readText(root: RootFs, path: string): Promise<string | undefined> {
  const resolved = await resolveLinks(root, toAbsPath(path));
  if (resolved === undefined || resolved === "loop") return undefined;
  const bytes = await root.readFile(resolved.real, { offset: 0, length: textLimit });
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}
