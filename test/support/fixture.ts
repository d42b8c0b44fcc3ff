import { type MemoryEntry, memoryRootFs } from "../../src/rootfs/memory.ts";
import type { RootFs } from "../../src/rootfs/rootfs.ts";
import { type ElfText, type MachineName, machines, writeElf } from "./elf-writer.ts";

/**
 * A root file system as text. Each entry starts with a line `//- PATH ...`:
 *
 *     //- /bin/sh -> dash                    a link
 *     //- /tmp/ 1777                         a directory
 *     //- /etc/hosts 0644 owner=0:0 mtime=5  a file; the lines below are its content
 *     //- /usr/bin/dash 0755 elf=x86_64 loader needed=libc.so.6,libm.so.6 imports=dlopen
 *     //- /opt/a inode=1                     files with one `inode` are names of one file
 *     //- /srv/Makefile                      a line that begins with `\t` begins with a tab
 *     //- /run/pipe fifo                     a fifo, socket or device
 *
 * Keys of ELF files: `loader` (alone: the usual one), `needed`, `soname`, `rpath`, `runpath`, `auxiliary`, `filter`,
 * `flags`, `flags1`, `type`, `osabi`, `abiversion`, `imports`, `symbols` (names in `.dynstr`), `defines` (versions),
 * `wants` (`libc.so.6:GLIBC_2.34+GLIBC_2.3`, weak ones end in `?`), `static`; lines below are strings of their
 * read-only data, those that start with `[{` are `.note.dlopen` texts.
 */
export function parseFixture(text: string): readonly (readonly [path: string, entry: MemoryEntry])[] {
  const parts = text.split(/^[ ]*\/\/- /mu).slice(1);
  return parts.map((part) => {
    const [head = "", ...lines] = part.split("\n").map((line) => line.trimStart().replace(/^\\t/u, "\t"));
    const content = lines.join("\n");
    return parseEntry(head.trim(), content.trim() === "" ? "" : content);
  });
}

/** The root file system that a fixture text describes. */
export function fixtureRoot(text: string): RootFs {
  return memoryRootFs(parseFixture(text));
}

function parseEntry(head: string, content: string): readonly [path: string, entry: MemoryEntry] {
  const [path = "", ...words] = head.split(" ").filter((word) => word !== "");
  if (words[0] === "->") return [path, { target: words[1] ?? "" }];
  const values = new Map(words.map((word) => [keyOf(word), word.slice(keyOf(word).length + 1)]));
  const mode = words.find((word) => /^[0-7]{3,5}$/u.test(word));
  const [uid, gid] = (values.get("owner") ?? "0:0").split(":").map(Number);
  const machine = machineOf(values.get("elf"));
  const inode = values.get("inode");
  const attributes = {
    ...(mode === undefined ? {} : { mode: Number.parseInt(mode, 8) }),
    uid: uid ?? 0,
    gid: gid ?? 0,
    mtimeSeconds: Number(values.get("mtime") ?? 0),
    ...(inode === undefined ? {} : { inode }),
  };
  if (path.endsWith("/")) return [path, attributes];
  const kind = (["fifo", "socket", "device"] as const).find((special) => words.includes(special));
  if (kind !== undefined) return [path, { ...attributes, kind }];
  return [
    path,
    { ...attributes, content: machine === undefined ? content : writeElf(elfOf(machine, values, content)) },
  ];
}

function elfOf(machine: MachineName, values: ReadonlyMap<string, string>, content: string): ElfText {
  const list = (key: string) => (values.get(key) ?? "").split(",").filter((name) => name !== "");
  const lines = content.split("\n").filter((line) => line !== "");
  const number = (key: string, name: "flags" | "flags1" | "type" | "osAbi" | "abiVersion") => {
    const value = values.get(key);
    return value === undefined ? {} : { [name]: Number(value) };
  };
  const loader = values.get("loader");
  const text = (key: "soname" | "rpath" | "runpath") => {
    const value = values.get(key);
    return value === undefined ? {} : { [key]: value };
  };
  return {
    machine,
    ...text("soname"),
    ...text("rpath"),
    ...text("runpath"),
    ...(loader === undefined ? {} : { loader: loader === "" ? machines[machine].loader : loader }),
    ...number("flags", "flags"),
    ...number("flags1", "flags1"),
    ...number("type", "type"),
    ...number("osabi", "osAbi"),
    ...number("abiversion", "abiVersion"),
    dynamic: !values.has("static"),
    needed: list("needed"),
    auxiliary: list("auxiliary"),
    filter: list("filter"),
    imports: list("imports"),
    versionDefinitions: list("defines"),
    versionNeeds: list("wants").map((want) => {
      const [file = "", versions = ""] = want.split(":");
      return {
        file,
        versions: versions.split("+").map((name) => ({ name: name.replace("?", ""), weak: name.endsWith("?") })),
      };
    }),
    ...(values.has("symbols") ? { sections: { ".dynstr": Buffer.from(`\0${list("symbols").join("\0")}\0`) } } : {}),
    strings: lines.filter((line) => !line.startsWith("[{")),
    dlopenNotes: lines.filter((line) => line.startsWith("[{")),
  };
}

function keyOf(word: string): string {
  return word.includes("=") ? word.slice(0, word.indexOf("=")) : word;
}

function machineOf(text: string | undefined): MachineName | undefined {
  return Object.keys(machines).find((name): name is MachineName => name === text);
}
