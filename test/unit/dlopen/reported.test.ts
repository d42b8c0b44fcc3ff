import { describe, expect, it } from "vitest";
import { reportDlopenStrings } from "../../../src/dlopen/reported.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { openFixture } from "../../support/rules.ts";

describe("reportDlopenStrings", () => {
  it("tells what an object may open by a name in its strings", async () => {
    const { proc } = await openFixture(`
//- /bin/main elf=x86_64 loader needed=libc.so.6 imports=dlopen
libgcc_s.so.1
libabsent.so.1
libc.so.6
not a library.so
//- /bin/quiet elf=x86_64 loader needed=libc.so.6
libgcc_s.so.1
`);
    const report = async (path: string) => {
      const elf = await proc.readElf(toAbsPath(path));
      return elf && reportDlopenStrings({ path: toAbsPath(path), elf }, proc);
    };
    expect(await report("/bin/main")).toEqual([
      { from: "/bin/main", soname: "libgcc_s.so.1", path: "/lib/libgcc_s.so.1" },
    ]);
    expect(await report("/bin/quiet")).toEqual([]);
  });

  it("takes a name for the one library that has it with a version, beside the object", async () => {
    const { proc } = await openFixture(`
//- /bin/main elf=x86_64 loader needed=libc.so.6 imports=dlopen
libownHttp.so
libownTwo.so
//- /bin/libownHttp-5.so elf=x86_64
//- /bin/libownHttpMore-5.so elf=x86_64
//- /bin/libownTwo-4.so elf=x86_64
//- /bin/libownTwo-5.so elf=x86_64
`);
    const path = toAbsPath("/bin/main");
    const elf = await proc.readElf(path);
    const found = elf && (await reportDlopenStrings({ path, elf }, proc));
    expect(found?.map((one) => one.path)).toEqual(["/bin/libownHttp-5.so"]);
  });

  it("takes a name with places to be filled for all libraries that it can become, beside what the object loads", async () => {
    const { proc } = await openFixture(`
//- /bin/main elf=x86_64 loader needed=libc.so.6 imports=dlopen
libicuuc.so.%s
libverto-%s.so
lib%s.so
/usr/lib/x/lib%s.so
//- /usr/lib/libicuuc.so.76 elf=x86_64
//- /usr/lib/libverto-ev.so elf=x86_64
//- /usr/lib/libvertomore.so elf=x86_64
//- /usr/lib/libicuuc.so elf=x86_64
`);
    const path = toAbsPath("/bin/main");
    const elf = await proc.readElf(path);
    const found = elf && (await reportDlopenStrings({ path, elf }, proc));
    expect(found?.map(({ soname }) => soname)).toEqual(["libicuuc.so.76", "libverto-ev.so"]);
  });

  it("takes libraries whose names go on from that of one which finds out its own", async () => {
    const { proc } = await openFixture(`
//- /bin/main elf=x86_64 loader needed=libverto.so.1
//- /usr/lib/libverto.so.1 elf=x86_64 soname=libverto.so.1 imports=dlopen,dladdr
//- /usr/lib/libother.so.1 elf=x86_64 soname=libother.so.1 imports=dlopen
//- /usr/lib/libverto-libev.so.1 elf=x86_64
//- /usr/lib/libother-more.so.1 elf=x86_64
//- /usr/lib/libvertos.so.1 elf=x86_64
`);
    const report = async (name: string) => {
      const path = toAbsPath(name);
      const elf = await proc.readElf(path);
      return elf && (await reportDlopenStrings({ path, elf }, proc)).map(({ soname }) => soname);
    };
    expect(await report("/usr/lib/libverto.so.1")).toEqual(["libverto-libev.so.1"]);
    expect(await report("/usr/lib/libother.so.1")).toEqual([]);
  });
});
