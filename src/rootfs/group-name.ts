import { type RootFs, toAbsPath } from "./rootfs.ts";

/** The name of a group in `/etc/group` of a root (group(5)); undefined where that has none. */
export async function groupName(root: RootFs | undefined, gid: number): Promise<string | undefined> {
  const bytes = await root?.readFile(toAbsPath("/etc/group"));
  const lines = bytes === undefined ? [] : new TextDecoder().decode(bytes).split("\n");
  const [name] = lines.map((line) => line.split(":")).find((fields) => fields[2] === String(gid)) ?? [];
  return name === "" ? undefined : name;
}
