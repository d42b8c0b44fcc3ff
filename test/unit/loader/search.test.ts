import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/closure/model/closure.ts";
import { isMuslLoader } from "../../../src/loader/musl.ts";
import { toLogicalPath } from "../../../src/loader/objects.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { fixtureRoot } from "../../support/fixture.ts";
import { brief, type ProcessSettings, processOf } from "../../support/loader-process.ts";

const oldGlibc = "//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64\n/lib/\n/usr/lib/\nstable release version 2.31.\n";
const glibc = oldGlibc.replace("2.31", "2.41");
const main = "//- /bin/main elf=x86_64 loader needed=liba.so";

/** What a program loads beyond its loader. */
async function load(text: string, settings: ProcessSettings = {}): Promise<string> {
  return brief(await processOf(text, settings).startUp()).replace(/^\/lib\S*\/ld-\S+ ?/u, "");
}

async function findings(text: string, settings: ProcessSettings = {}): Promise<readonly Finding[]> {
  const yields = await processOf(text, settings).startUp();
  return yields.flatMap((one) => ("finding" in one ? [one.finding] : []));
}

describe("the subdirectories of loaders before 2.37", () => {
  const at = (folder: string): string => `//- ${folder}/liba.so elf=x86_64\n`;

  it("are entered on every machine, or for some, longest first", async () => {
    expect(await load(`${oldGlibc}${main}\n${at("/lib")}${at("/lib/tls")}`)).toBe("/lib/tls/liba.so");
    expect(await load(`${oldGlibc}${main}\n${at("/lib")}${at("/lib/x86_64")}`)).toBe("/lib/x86_64/liba.so");
    expect(await load(`${oldGlibc}${main}\n${at("/lib/tls")}${at("/lib/tls/x86_64")}`)).toBe("/lib/tls/x86_64/liba.so");
    expect(await load(`${oldGlibc}${main}\n${at("/lib")}${at("/lib/haswell")}${at("/lib/tls/haswell/x86_64")}`)).toBe(
      "/lib/liba.so /lib/tls/haswell/x86_64/liba.so /lib/haswell/liba.so",
    );
    expect(await load(`${oldGlibc}${main}\n${at("/lib")}${at("/lib/haswell/avx512_1")}${at("/lib/xeon_phi")}`)).toBe(
      "/lib/liba.so /lib/haswell/avx512_1/liba.so /lib/xeon_phi/liba.so",
    );
  });

  it("are not entered in another order, by other names, or by newer loaders", async () => {
    const others = `${at("/lib")}${at("/lib/x86_64/tls")}${at("/lib/sse2")}${at("/lib/glibc-hwcaps/x86-64-v2")}`;
    expect(await load(`${oldGlibc}${main}\n${others}`)).toBe("/lib/liba.so");
    expect(await load(`${glibc}${main}\n${at("/lib")}${at("/lib/tls")}`)).toBe("/lib/liba.so");
  });
});

describe("a search path", () => {
  const here = "//- /here/liba.so elf=x86_64\n";

  it("counts from the working directory where it is relative", async () => {
    expect(await load(`${glibc}${main} runpath=sub\n//- /here/sub/liba.so elf=x86_64\n`, { workdir: "/here" })).toBe(
      "/here/sub/liba.so",
    );
    expect(await load(`${glibc}${main}\n${here}`, { workdir: "/here", env: { LD_LIBRARY_PATH: ":" } })).toBe(
      "/here/liba.so",
    );
    expect(await load(`${glibc}${main}\n${here}`, { workdir: "/here", env: { LD_LIBRARY_PATH: "" } })).toBe(
      "error LIBRARY_MISSING",
    );
  });

  it("may go through directories that are not there, and files", async () => {
    expect(await load(`${glibc}${main} runpath=/none:/file:/here/\n//- /file\ntext\n${here}`)).toBe("/here/liba.so");
  });

  it("takes the program's RPATH, unless the program has a RUNPATH", async () => {
    const library = "//- /lib/liba.so elf=x86_64 needed=libb.so\n//- /own/libb.so elf=x86_64\n";
    expect(await load(`${glibc}${main} rpath=/own\n${library}`)).toBe("/lib/liba.so /own/libb.so");
    expect(await load(`${glibc}${main} rpath=/own runpath=/other\n${library}`)).toBe(
      "/lib/liba.so error LIBRARY_MISSING",
    );
    const later = processOf(`${glibc}//- /bin/main elf=x86_64 loader rpath=/own\n${library}`);
    await later.startUp();
    expect(brief(await later.loadObject(toAbsPath("/lib/liba.so")))).toBe("/own/libb.so");
  });

  it("is told in the order in which it was searched, each directory once", async () => {
    const [finding] = await findings(`${glibc}${main} rpath=/one:/two:/one\n`, {
      env: { LD_LIBRARY_PATH: "/two;/lib" },
    });
    expect(finding?.message).toBe("cannot find liba.so: needed by /bin/main, not in /one:/two:/lib:/usr/lib");
    const [alone] = await findings(`${glibc}${main} flags1=0x800\n`);
    expect(alone?.message).toBe("cannot find liba.so: needed by /bin/main");
  });
});

describe("a hint about a library that is not found", () => {
  const hint = async (text: string, settings: ProcessSettings = {}): Promise<string | undefined> =>
    (await findings(`${glibc}${main}\n${text}`, settings))[0]?.hint;
  const add = "add the package that has liba.so to the builder";
  const configured = "//- /etc/ld.so.conf\n# /wrong\n  /opt/own  # ours\nrelative\ninclude /etc/ld.so.conf.d/*.conf\n";
  const run = (path: string): string =>
    `run ldconfig in the builder: ${path} is there, but the loader's cache does not have it`;

  it("names the package, where nothing leads to it", async () => {
    expect(await hint("")).toBe(add);
    expect(await hint(`${configured}//- /wrong/liba.so elf=x86_64\n`)).toBe(add);
    expect(await hint(`${configured}//- /opt/own/liba.so/\n`)).toBe(add);
    expect(await hint(`${configured}//- /opt/own/liba.so -> liba.so\n`)).toBe(add);
    expect(await hint("//- /relative/liba.so elf=x86_64\n", { builderLibraryPath: "relative" })).toBe(add);
    expect(await hint("//- /liba.so elf=x86_64\n", { builderLibraryPath: "" })).toBe(add);
  });

  it("names what ldconfig would find", async () => {
    expect(await hint(`${configured}//- /opt/own/liba.so elf=x86_64\n`)).toBe(run("/opt/own/liba.so"));
    const more = "//- /etc/ld.so.conf.d/x.conf\n/opt/more\n//- /etc/ld.so.conf.d/x.txt\n/opt/text\n";
    expect(await hint(`${more}//- /opt/more/liba.so elf=x86_64\n`)).toBe(run("/opt/more/liba.so"));
    expect(await hint(`${more}//- /opt/text/liba.so elf=x86_64\n`)).toBe(add);
  });

  it("names what the builder's own environment leads to, before that", async () => {
    const text = `${configured}//- /opt/own/liba.so elf=x86_64\n//- /tool/liba.so elf=x86_64\n`;
    const own =
      "set LD_LIBRARY_PATH in the image's env: /tool/liba.so is found only through the builder's own environment";
    expect(await hint(text, { builderLibraryPath: "/none:/tool" })).toBe(own);
    expect(await hint(text, { builderLibraryPath: "/none;/tool" })).toBe(own);
  });

  it("is about a name, and not about a path", async () => {
    const [finding] = await findings(`${glibc}//- /bin/main elf=x86_64 loader needed=own/liba.so\n${configured}
//- /opt/own/own/liba.so elf=x86_64
`);
    expect(finding?.hint).toBe("add the package that has own/liba.so to the builder");
  });
});

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

it.each([
  ["/usr/lib/liba.so", "/usr/lib/liba.so", []],
  ["sub/./liba.so", "/base/sub/liba.so", []],
  ["../liba.so", "/liba.so", ["/base"]],
  ["/link/../liba.so", "/opt/liba.so", ["/link"]],
  ["/none/../liba.so", "/liba.so", ["/none"]],
  ["/loop/../liba.so", "/liba.so", ["/loop"]],
  ["/opt/deep/../../liba.so", "/liba.so", ["/opt/deep", "/opt"]],
])("%s is %s, and passes %j", async (text, path, passed) => {
  const root = fixtureRoot("//- /base/\n//- /opt/deep/\n//- /link -> opt/deep\n//- /loop -> loop\n");
  expect(await toLogicalPath(root, text, toAbsPath("/base"))).toEqual({ path, passed });
});
