import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/closure/model/closure.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
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
