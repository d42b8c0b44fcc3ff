import { describe, expect, it } from "vitest";
import { writeLdSoCache } from "../../../src/formats/elf/ld-so-cache.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { brief, type ProcessSettings, processOf } from "../../support/loader-process.ts";

const glibc = `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64 soname=ld-linux-x86-64.so.2
/lib/
/usr/lib/
ld.so (GNU) stable release version 2.41.
`;
const loaderPath = "/lib64/ld-linux-x86-64.so.2";

async function start(text: string, settings: ProcessSettings = {}): Promise<string> {
  const found = brief(await processOf(glibc + text, settings).startUp());
  return found.replace(`${loaderPath} `, "").replace(loaderPath, "");
}

describe("a program", () => {
  it("is started once, and then in the process", async () => {
    const process = processOf(`${glibc}//- /bin/main elf=x86_64 loader needed=liba.so\n//- /lib/liba.so elf=x86_64\n`);
    expect(process.loaded()).toEqual([]);
    expect(brief(await process.startUp())).toBe(`${loaderPath} /lib/liba.so`);
    expect(process.loaded()).toEqual(["/bin/main", "/lib/liba.so", loaderPath]);
    expect(await process.startUp()).toEqual([]);
    expect(brief(await process.loadObject(toAbsPath("/lib/liba.so")))).toBe("");
    expect([process.usesCache(), process.cacheEntries()]).toEqual([false, []]);
  });

  it("has the loader that the caller names", async () => {
    const text = `//- /bin/main elf=x86_64 needed=liba.so\n//- /lib/liba.so elf=x86_64\n`;
    expect(await start(text)).toBe("");
    expect(await start(text, { loader: loaderPath })).toBe("/lib/liba.so");
  });

  it("has opened what an object needs that lies in a directory beside it", async () => {
    const text = `
//- /bin/main elf=x86_64 loader
//- /opt/own/lib/libjava.so elf=x86_64 needed=libjvm.so
//- /opt/own/lib/libother.so elf=x86_64 needed=libnone.so
//- /opt/own/lib/server/libjvm.so elf=x86_64
//- /usr/lib/libjava.so elf=x86_64 needed=libjvm.so
//- /usr/lib/server/libjvm.so elf=x86_64
`;
    const process = processOf(`${glibc}${text}`);
    await process.startUp();
    const load = async (path: string): Promise<string> => brief(await process.loadObject(toAbsPath(path)));
    expect(await load("/opt/own/lib/libjava.so")).toBe("/opt/own/lib/server/libjvm.so");
    expect(await load("/opt/own/lib/libother.so")).toBe("warning LIBRARY_MISSING");
    expect(await load("/usr/lib/libjava.so")).toBe("warning LIBRARY_MISSING");
  });

  it("has its own directory where it stands, or where it will stand", async () => {
    const text = `
//- /bin/main elf=x86_64 loader runpath=$ORIGIN/../lib needed=libx.so
//- /opt/lib/libx.so elf=x86_64
//- /opt/bin/
//- /lib/libx.so elf=x86_64
`;
    expect(await start(text)).toBe("/lib/libx.so /bin*");
    expect(await start(text, { origin: "/opt/bin" })).toBe("/opt/lib/libx.so /opt/bin*");
  });

  it.each([
    ["is missing", ""],
    ["is a link that leads to itself", "//- /bin/main -> main\n"],
    ["is a text", "//- /bin/main 0755\n#!/bin/sh\n"],
    ["is static", "//- /bin/main elf=x86_64 static\n"],
  ])("that %s loads nothing, and neither does what it would load", async (_, text) => {
    const process = processOf(`${glibc}${text}//- /lib/liba.so elf=x86_64 needed=libb.so\n`);
    expect(await process.startUp()).toEqual([]);
    expect(await process.loadObject(toAbsPath("/lib/liba.so"))).toEqual([]);
    expect(await process.find("liba.so")).toBeUndefined();
    expect(process.loaded()).toEqual([]);
  });

  it.each([
    ["/lib64/ld-linux-x86-64.so.2", "", "is missing", "or add the package that has its loader"],
    [
      "/lib64/ld-linux-x86-64.so.2",
      "//- /lib64/ld-linux-x86-64.so.2 elf=aarch64\n",
      "is unsuitable",
      "or add the package",
    ],
    ["/lib/ld-musl-x86_64.so.1", "", "is missing", "this one is for musl"],
    ["/lib/ld-musl-x86_64.so.1", "//- /lib/ld-musl-x86_64.so.1\ntext\n", "is unsuitable", "this one is for musl"],
  ])("whose loader %s is not usable (%j) %s, and finds its libraries all the same", async (loader, text, how, hint) => {
    const process = processOf(
      `${text}//- /bin/main elf=x86_64 loader=${loader} needed=liba.so\n//- /lib/liba.so elf=x86_64\n`,
    );
    const yields = await process.startUp();
    expect(brief(yields)).toBe("error LOADER_MISSING /lib/liba.so");
    const [first] = yields;
    if (first === undefined || !("finding" in first)) throw new Error("no finding");
    expect(first.finding.message).toBe(`cannot start /bin/main: its dynamic loader ${loader} ${how}`);
    expect(first.finding.hint).toContain(hint);
    expect(process.loaded()).toEqual(["/bin/main", "/lib/liba.so"]);
  });
});

describe("what a process finds by a name", () => {
  const process = () =>
    processOf(`${glibc}
//- /bin/main elf=x86_64 loader needed=liba.so,libhere.so
//- /lib/liba.so elf=x86_64 soname=libother.so
//- /opt/own/plug.so elf=x86_64 runpath=$ORIGIN
//- /opt/own/libown.so elf=x86_64
//- /opt/own/text.so
text
//- /lib/libhere.so elf=x86_64 runpath=/opt/own
`);

  it("is what it has loaded, by that name or by a soname", async () => {
    const started = process();
    await started.startUp();
    const names = ["liba.so", "libother.so", "ld-linux-x86-64.so.2", loaderPath, "libnone.so"];
    expect(await Promise.all(names.map((name) => started.find(name)))).toEqual([
      "/lib/liba.so",
      "/lib/liba.so",
      loaderPath,
      loaderPath,
      undefined,
    ]);
  });

  it("is what would be loaded, and the loader, before it starts", async () => {
    const names = ["liba.so", "libother.so", "ld-linux-x86-64.so.2", "/opt/own/libown.so"];
    expect(await Promise.all(names.map((name) => process().find(name)))).toEqual([
      "/lib/liba.so",
      undefined,
      loaderPath,
      "/opt/own/libown.so",
    ]);
  });

  it("depends on who asks", async () => {
    const started = process();
    await started.startUp();
    const find = (path?: string) => started.find("libown.so", path === undefined ? undefined : toAbsPath(path));
    expect(await find()).toBeUndefined();
    expect(await find("/opt/own/plug.so")).toBe("/opt/own/libown.so");
    expect(await find("/lib/libhere.so")).toBe("/opt/own/libown.so");
    expect(await find("/opt/own/text.so")).toBeUndefined();
    expect(await find("/opt/own/none.so")).toBeUndefined();
  });
});

describe("an object that is loaded later", () => {
  it("brings what it needs, as a warning where that is missing", async () => {
    const process = processOf(`${glibc}
//- /bin/main elf=x86_64 loader
//- /opt/plug.so elf=x86_64 needed=liba.so,libnone.so
//- /lib/liba.so elf=x86_64
//- /opt/arm.so elf=aarch64
//- /opt/dir/
`);
    await process.startUp();
    const load = async (path: string): Promise<string> => brief(await process.loadObject(toAbsPath(path)));
    expect(await load("/opt/plug.so")).toBe("/lib/liba.so warning LIBRARY_MISSING");
    expect(await load("/opt/plug.so")).toBe("");
    expect(await load("/opt/none.so")).toBe("");
    expect(await load("/opt/arm.so")).toBe("warning LIBRARY_UNSUITABLE");
    expect(await load("/opt/dir")).toBe("warning LIBRARY_UNSUITABLE");
    expect(process.loaded()).toEqual(["/bin/main", loaderPath, "/opt/plug.so", "/lib/liba.so"]);
  });

  it("takes its cache entry along where that is how it was found", async () => {
    const flags = 0x303;
    const entries = ["a", "b"].map((one) => ({ name: `lib${one}.so`, path: `/opt/lib${one}.so`, flags }));
    const process = processOf(
      `${glibc}//- /bin/main elf=x86_64 loader\n//- /opt/liba.so elf=x86_64\n//- /opt/libb.so elf=x86_64\n`,
      { more: [["/etc/ld.so.cache", { content: writeLdSoCache(entries, true) }]] },
    );
    await process.startUp();
    expect([await process.find("liba.so"), await process.find("libb.so")]).toEqual(["/opt/liba.so", "/opt/libb.so"]);
    await process.loadObject(toAbsPath("/opt/libb.so"));
    expect(process.cacheEntries()).toEqual([{ name: "libb.so", path: "/opt/libb.so", flags }]);
  });
});

describe("the cache of glibc's loader", () => {
  const flags = 0x303;
  const cached = async (text: string, entries: readonly [name: string, path: string, hwcaps?: string][], rest = "") => {
    const content = writeLdSoCache(
      entries.map(([name, path, hwcaps]) => ({ name, path, flags, ...(hwcaps === undefined ? {} : { hwcaps }) })),
      true,
    );
    const process = processOf(`${glibc}//- /bin/main elf=x86_64 loader needed=liba.so ${rest}\n${text}`, {
      more: [["/etc/ld.so.cache", { content }]],
    });
    const yields = brief(await process.startUp()).replace(`${loaderPath} `, "");
    return `${yields}${process.usesCache() ? " by the cache" : ""}`;
  };
  const library = (...paths: readonly string[]): string => paths.map((path) => `//- ${path} elf=x86_64\n`).join("");

  it("comes before the system directories, and is not needed where those have the same file", async () => {
    const both = library("/lib/liba.so", "/opt/liba.so");
    expect(await cached(both, [["liba.so", "/opt/liba.so"]])).toBe("/opt/liba.so by the cache");
    expect(await cached(both, [["liba.so", "/lib/liba.so"]])).toBe("/lib/liba.so");
    expect(await cached(both, [])).toBe("/lib/liba.so");
    expect(await cached(both, [["liba.so", "/gone/liba.so"]])).toBe("/lib/liba.so");
  });

  it("is tried for the first baseline entry alone", async () => {
    const both = library("/lib/liba.so", "/z/liba.so");
    expect(
      await cached(both, [
        ["liba.so", "/a/liba.so"],
        ["liba.so", "/z/liba.so"],
      ]),
    ).toBe("/lib/liba.so");
  });

  it("stops at a file that is unsuitable, and passes over one for another machine", async () => {
    const text = "//- /opt/liba.so\ntext\n";
    expect(await cached(library("/lib/liba.so") + text, [["liba.so", "/opt/liba.so"]])).toBe(
      "error LIBRARY_UNSUITABLE",
    );
    const foreign = "//- /opt/liba.so elf=aarch64\n";
    expect(await cached(library("/lib/liba.so") + foreign, [["liba.so", "/opt/liba.so"]])).toBe("/lib/liba.so");
  });

  it("leads to what only newer machines take, beside the baseline", async () => {
    const hwcaps = (level: string) => ["liba.so", `/opt/${level}/liba.so`, level] as [string, string, string];
    const all = library("/opt/liba.so", "/opt/x86-64-v3/liba.so", "/opt/x86-64-v2/liba.so");
    expect(await cached(all, [["liba.so", "/opt/liba.so"], hwcaps("x86-64-v3"), hwcaps("x86-64-v2")])).toBe(
      "/opt/liba.so /opt/x86-64-v2/liba.so /opt/x86-64-v3/liba.so by the cache",
    );
    expect(await cached(all, [["liba.so", "/opt/liba.so"], hwcaps("x86-64-v4")])).toBe("/opt/liba.so by the cache");
  });

  it("has entries for older loaders alone, and some that those do not take", async () => {
    const libraries = library("/opt/liba.so", "/opt/x86-64-v3/liba.so");
    const main = "//- /bin/main elf=x86_64 loader needed=liba.so\n";
    const level = "x86-64-v3";
    const entries = [
      { name: "liba.so", path: `/opt/${level}/liba.so`, flags, hwcaps: level },
      { name: "liba.so", path: "/opt/liba.so", flags },
    ];
    const content = Buffer.from(writeLdSoCache(entries, true));
    const load = async (head: string): Promise<string> =>
      brief(await processOf(head + main + libraries, { more: [["/etc/ld.so.cache", { content }]] }).startUp());
    expect(await load(glibc)).toBe(`${loaderPath} /opt/liba.so /opt/${level}/liba.so`);
    expect(await load(glibc.replace("2.41", "2.32"))).toBe(`${loaderPath} /opt/liba.so`);
    // The first entry becomes one of the capability bits of older loaders.
    content.writeUInt32LE(1, 48 + 20);
    expect(await load(glibc)).toBe(`${loaderPath} /opt/liba.so`);
    expect(await load(glibc.replace("2.41", "2.32"))).toBe(`${loaderPath} /opt/liba.so`);
  });

  it("leads into no system directory where an object keeps out of those", async () => {
    const both = library("/lib/liba.so", "/opt/liba.so", "/library/liba.so");
    const apart = "flags1=0x800";
    expect(await cached(both, [["liba.so", "/lib/liba.so"]], apart)).toBe("error LIBRARY_MISSING");
    expect(await cached(both, [["liba.so", "/opt/liba.so"]], apart)).toBe("/opt/liba.so by the cache");
    expect(await cached(both, [["liba.so", "/library/liba.so"]], apart)).toBe("/library/liba.so by the cache");
  });
});

describe("a library that only newer machines find", () => {
  it("is taken where no machine finds another, best first", async () => {
    const at = (...levels: readonly string[]): string =>
      levels.map((level) => `//- /lib/glibc-hwcaps/x86-64-${level}/liba.so elf=x86_64\n`).join("");
    const main = "//- /bin/main elf=x86_64 loader needed=liba.so\n";
    expect(await start(`${main}${at("v2", "v3")}`)).toBe(
      "/lib/glibc-hwcaps/x86-64-v3/liba.so /lib/glibc-hwcaps/x86-64-v2/liba.so",
    );
    const own = "//- /bin/main elf=x86_64 loader runpath=/opt needed=liba.so\n";
    const variants = "//- /opt/glibc-hwcaps/x86-64-v3/liba.so elf=x86_64\n";
    expect(await start(`${own}${variants}`)).toBe("/opt/glibc-hwcaps/x86-64-v3/liba.so");
    expect(await start(`${own}${variants}//- /lib/liba.so elf=x86_64\n${at("v2")}`)).toBe(
      "/lib/liba.so /opt/glibc-hwcaps/x86-64-v3/liba.so /lib/glibc-hwcaps/x86-64-v2/liba.so",
    );
  });
});

it("two files of one soname are told once, where somebody needs that name", async () => {
  const text = `
//- /bin/main elf=x86_64 loader needed=liba.so,NEEDED
//- /lib/liba.so elf=x86_64 soname=libx.so
//- /lib/libb.so elf=x86_64 soname=libx.so
//- /opt/plug.so elf=x86_64
`;
  const processWith = (needed: string) => processOf(glibc + text.replace("NEEDED", needed));
  expect(brief(await processWith("libb.so").startUp())).not.toContain("LIBRARY_TWICE");
  const told = processWith("libb.so,libx.so");
  expect(brief(await told.startUp())).toContain("warning LIBRARY_TWICE");
  expect(brief(await told.loadObject(toAbsPath("/opt/plug.so")))).toBe("");
});

describe("a name with a slash", () => {
  it("is that file, of every platform, or none", async () => {
    const needing = (name: string) => `//- /bin/main elf=x86_64 loader needed=${name}\n`;
    const libraries = `
//- /opt/haswell/liba.so elf=x86_64
//- /opt/x86_64/liba.so elf=x86_64
//- /opt/arm.so elf=aarch64
//- /opt/text.so
text
//- /bin/libmain.so elf=x86_64
`;
    expect(await start(needing("/opt/$PLATFORM/liba.so") + libraries)).toBe("/opt/x86_64/liba.so /opt/haswell/liba.so");
    expect(await start(needing("$ORIGIN/libmain.so") + libraries)).toBe("/bin/libmain.so");
    expect(await start(needing("/opt/none.so") + libraries)).toBe("error LIBRARY_MISSING");
    const [, foreign] = await processOf(glibc + needing("/opt/arm.so") + libraries).startUp();
    expect(foreign).toMatchObject({
      finding: {
        code: "LIBRARY_UNSUITABLE",
        message: "cannot load /opt/arm.so: the loader takes /opt/arm.so for /bin/main, but it is for another machine",
      },
    });
    expect(await start(needing("/opt/text.so") + libraries)).toBe("error LIBRARY_UNSUITABLE");
  });
});

describe("what is preloaded", () => {
  const text = `
//- /bin/main elf=x86_64 loader needed=liba.so
//- /lib/liba.so elf=x86_64
//- /lib/libone.so elf=x86_64
//- /lib/libtwo.so elf=x86_64 needed=libthree.so
//- /lib/libthree.so elf=x86_64
`;

  it("is named by the environment, between spaces and colons, and comes first", async () => {
    const preload = (LD_PRELOAD: string) => start(text, { env: { LD_PRELOAD } });
    expect(await preload("libone.so libtwo.so")).toBe("/lib/libone.so /lib/libtwo.so /lib/liba.so /lib/libthree.so");
    expect(await preload(" :libtwo.so::libone.so:")).toBe(
      "/lib/libtwo.so /lib/libone.so /lib/liba.so /lib/libthree.so",
    );
    expect(await preload("")).toBe("/lib/liba.so");
  });

  it("is named by a file, which has comments", async () => {
    const listed = (content: string) => start(text, { more: [["/etc/ld.so.preload", { content }]] });
    expect(await listed("# libtwo.so\nlibone.so # libtwo.so\n\n")).toBe(
      "/etc/ld.so.preload* /lib/libone.so /lib/liba.so",
    );
    expect(await listed("libthree.so:libone.so\tliba.so")).toBe(
      "/etc/ld.so.preload* /lib/libthree.so /lib/libone.so /lib/liba.so",
    );
    expect(await listed(`libone.so\n#${"x".repeat(65_536)}`)).toBe("/etc/ld.so.preload* /lib/liba.so");
  });
});
