import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/closure/model/closure.ts";
import { isMuslLoader } from "../../../src/loader/musl.ts";
import { brief, type ProcessSettings, processOf } from "../../support/loader-process.ts";

/** What a program loads beyond its loader. */
async function load(text: string, settings: ProcessSettings = {}): Promise<string> {
  return brief(await processOf(text, settings).startUp()).replace(/^\/lib\S*\/ld-\S+ ?/u, "");
}

async function findings(text: string, settings: ProcessSettings = {}): Promise<readonly Finding[]> {
  const yields = await processOf(text, settings).startUp();
  return yields.flatMap((one) => ("finding" in one ? [one.finding] : []));
}

describe("musl's loader", () => {
  const musl = "//- /lib/ld-musl-x86_64.so.1 0755 elf=x86_64\n";
  const program = "//- /bin/main elf=x86_64 loader=/lib/ld-musl-x86_64.so.1";
  const library = (path: string, rest = ""): string => `//- ${path} elf=x86_64 ${rest}\n`;

  it("is known by its name", () => {
    const names = ["/lib/ld-musl-x86_64.so.1", "ld-musl-armhf.so.1", "/lib/ld-linux.so.2", "/ld-musl-x/libc.so"];
    expect(names.map(isMuslLoader)).toEqual([true, true, false, false]);
  });

  it("has the C library inside, and nothing else", async () => {
    const inside = ["c", "pthread", "rt", "m", "dl", "util", "xnet"].map((name) => `lib${name}.so.6`);
    expect(await load(`${musl}${program} needed=${inside.join(",")},ld-musl-x86_64.so.1\n`)).toBe("");
    expect(await load(`${musl}${program} needed=libcrypt.so.1,libmm.so,xlibc.so\n`)).toBe(
      Array(3).fill("error LIBRARY_MISSING").join(" "),
    );
  });

  it("has its list of directories beside its own, by its machine", async () => {
    const listed = (path: string): string => `//- ${path}\n/own\n`;
    const all = library("/own/liba.so") + library("/lib/liba.so");
    const needing = `${program} needed=liba.so\n${all}`;
    expect(await load(musl + needing + listed("/etc/ld-musl-x86_64.path"))).toBe(
      "/etc/ld-musl-x86_64.path* /own/liba.so",
    );
    expect(await load(musl + needing + listed("/etc/ld-musl-aarch64.path"))).toBe("/lib/liba.so");
    const moved = (musl + needing).replaceAll("/lib/ld-musl", "/opt/lib/ld-musl");
    const found = brief(await processOf(moved + listed("/opt/etc/ld-musl-x86_64.path")).startUp());
    expect(found).toBe("/opt/lib/ld-musl-x86_64.so.1 /opt/etc/ld-musl-x86_64.path* /own/liba.so");
  });

  it("takes paths of the environment, then of who asks and of what loaded that, then its own", async () => {
    const needing = `${musl}${program} runpath=/of-main needed=liba.so\n${library("/of-main/liba.so", "rpath=/of-a needed=libb.so")}`;
    const [own, above, system] = [library("/of-a/libb.so"), library("/of-main/libb.so"), library("/usr/lib/libb.so")];
    expect(await load(needing + own + above + system)).toBe("/of-main/liba.so /of-a/libb.so");
    expect(await load(needing + above + system)).toBe("/of-main/liba.so /of-main/libb.so");
    expect(await load(needing + system)).toBe("/of-main/liba.so /usr/lib/libb.so");
    const env = { LD_LIBRARY_PATH: "/env\n/env2:" };
    expect(await load(needing + own + library("/env2/libb.so"), { env })).toBe("/of-main/liba.so /env2/libb.so");
  });

  it("knows $ORIGIN in both forms, and no other token", async () => {
    const at = library("/bin/../own/liba.so".replace("/bin/..", "")) + library("/bin/liba.so");
    const needing = (path: string): string => `${musl}${program} runpath=${path} needed=liba.so\n${at}`;
    expect(await load(needing("$ORIGIN"))).toBe("/bin/liba.so");
    expect(await load(needing("${ORIGIN}:$ORIGIN"))).toBe("/bin/liba.so");
    expect(await load(needing("/own"))).toBe("/own/liba.so");
    expect(await load(needing("/own:$LIB"))).toBe("error LIBRARY_MISSING");
  });

  it("opens a name with a slash as it is", async () => {
    expect(await load(`${musl}${program} needed=/own/liba.so\n${library("/own/liba.so")}`)).toBe("/own/liba.so");
    const [finding] = await findings(`${musl}${program} needed=/own/liba.so\n`);
    expect(finding?.message).toBe("cannot find /own/liba.so: needed by /bin/main, not in /own");
  });

  it("reads no list of what to preload, and no versions", async () => {
    const text = `${musl}${program} needed=liba.so wants=liba.so:V2\n//- /lib/liba.so elf=x86_64 defines=V1\n`;
    expect(await load(`${text}//- /etc/ld.so.preload\nlibp.so\n${library("/lib/libp.so")}`)).toBe("/lib/liba.so");
    expect(await load(text + library("/lib/libp.so"), { env: { LD_PRELOAD: "libp.so\nlibc.so" } })).toBe(
      "/lib/libp.so /lib/liba.so",
    );
  });
});
