import { describe, expect, it } from "vitest";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { brief, type ProcessSettings, processOf } from "../../support/loader-process.ts";

const oldGlibc = "//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64\n/lib/\n/usr/lib/\nstable release version 2.31.\n";

const glibc = oldGlibc.replace("2.31", "2.41");

const main = "//- /bin/main elf=x86_64 loader needed=liba.so";

/** What a program loads beyond its loader. */
async function load(text: string, settings: ProcessSettings = {}): Promise<string> {
  return brief(await processOf(text, settings).startUp()).replace(/^\/lib\S*\/ld-\S+ ?/u, "");
}

describe("versions", () => {
  const wanting = (wants: string, defines: string, soname = "liba.so"): Promise<string> =>
    load(`${glibc}${main} wants=${wants}\n//- /lib/liba.so elf=x86_64 soname=${soname}${defines}\n`);

  it("are missing where the library defines others, and is known by that name", async () => {
    const missing = "/lib/liba.so error LIBRARY_VERSION_MISSING";
    expect(await wanting("liba.so:V1", " defines=V1")).toBe("/lib/liba.so");
    expect(await wanting("liba.so:V1", " defines=V2")).toBe(missing);
    expect(await wanting("liba.so:V1?", " defines=V2")).toBe("/lib/liba.so");
    expect(await wanting("liba.so:V1", "")).toBe("/lib/liba.so");
    expect(await wanting("liba.so:V1", " defines=V2", "libother.so")).toBe(missing);
    expect(await wanting("libother.so:V1", " defines=V2", "libother.so")).toBe(missing);
    expect(await wanting("libnone.so:V1", " defines=V2")).toBe("/lib/liba.so");
  });

  it("of the loader count too", async () => {
    const loader = glibc.replace("elf=x86_64", "elf=x86_64 soname=ld.so defines=V1");
    expect(await load(`${loader}//- /bin/main elf=x86_64 loader wants=ld.so:V1\n`)).toBe("");
    expect(await load(`${loader}//- /bin/main elf=x86_64 loader wants=ld.so:V2\n`)).toBe(
      "error LIBRARY_VERSION_MISSING",
    );
  });

  it("of objects that were there before are not told again", async () => {
    const process = processOf(`${glibc}${main} wants=liba.so:V2
//- /lib/liba.so elf=x86_64 defines=V1
//- /opt/plug.so elf=x86_64 needed=liba.so wants=liba.so:V3
`);
    expect(brief(await process.startUp())).toContain("LIBRARY_VERSION_MISSING");
    expect(brief(await process.loadObject(toAbsPath("/opt/plug.so")))).toBe("warning LIBRARY_VERSION_MISSING");
  });
});
