import type { DlopenRule, Yield } from "../closure/model/closure.ts";
import { toAbsPath } from "../rootfs/rootfs.ts";
import { fileIfPresent, isProgram, mayBeGo } from "./matching.ts";
import { zonesNeed } from "./zones-need.ts";

/** Where Go's package mime looks for types beyond its own dozen (mime/type_unix.go). */
const typeFiles = [
  "/usr/local/share/mime/globs2",
  "/usr/share/mime/globs2",
  "/etc/mime.types",
  "/etc/apache2/mime.types",
  "/etc/apache/mime.types",
  "/etc/httpd/conf/mime.types",
].map((path) => toAbsPath(path));

/** Functions of Go's package net that look names up in a file, beyond the few names that it has inside. */
const netFiles = [
  ["net.readServices", "/etc/services", "looks up services with it"],
  ["net.readProtocols", "/etc/protocols", "looks up protocols with it"],
] as const;

/**
 * Go links the functions that a program can reach and no other, and keeps their names in its table of functions: a
 * program that has the look-up of zones, services or media types reads the system's.
 */
export const go: DlopenRule = {
  name: "go",
  applies: ({ elf }) => isProgram(elf),
  async *needs({ elf }): AsyncIterable<Yield> {
    if (!(await mayBeGo(elf))) return;
    if ((await elf.strings("time.LoadLocation")).includes("time.LoadLocation")) {
      yield { need: zonesNeed };
    }
    if ((await elf.strings("mime.TypeByExtension")).includes("mime.TypeByExtension")) {
      for (const path of typeFiles) yield fileIfPresent(path, "knows types of files by it");
    }
    const net = await elf.strings("net.read");
    for (const [name, path, why] of netFiles) if (net.includes(name)) yield fileIfPresent(toAbsPath(path), why);
  },
};
