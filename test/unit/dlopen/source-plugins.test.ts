import { expect, it } from "vitest";
import { allPlugins } from "../../../src/resolver/plugins.ts";
import { binary, closureOf } from "../../support/closure.ts";

const packageOf = (name: string, depends: string, source = "pictures"): string =>
  `Package: ${name}\nSource: ${source}\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\nDepends: ${depends}\n\n`;

async function pluginsOf(imports: string): Promise<readonly string[]> {
  const root = `
//- /var/lib/dpkg/status
${packageOf("libpicture1", "libpicture-codec, libpicture-data, libother")}${packageOf("libpicture-codec", "libpicture1")}${packageOf("libpicture-extra", "libpicture1")}${packageOf("libpicture-data", "libc6")}${packageOf("libother", "libpicture1", "other")}
//- /var/lib/dpkg/info/libpicture1.list
/usr/lib/libpicture.so.1
//- /var/lib/dpkg/info/libpicture-codec.list
/usr/lib/picture/plugins/codec.so
//- /var/lib/dpkg/info/libpicture-extra.list
/usr/lib/picture/plugins/extra.so
//- /var/lib/dpkg/info/libpicture-data.list
/usr/lib/picture/data.so
//- /var/lib/dpkg/info/libother.list
/usr/lib/other/other.so
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/bin/show 0755 elf=x86_64 loader needed=libpicture.so.1
//- /usr/lib/libpicture.so.1 elf=x86_64 soname=libpicture.so.1 ${imports}
//- /usr/lib/libcodec.so.1 elf=x86_64 soname=libcodec.so.1
//- /usr/lib/picture/plugins/codec.so elf=x86_64 needed=libcodec.so.1
//- /usr/lib/picture/plugins/extra.so elf=x86_64
//- /usr/lib/picture/data.so elf=x86_64
//- /usr/lib/other/other.so elf=x86_64
`;
  const plugins = { ...allPlugins(), features: [] };
  const { entries } = await closureOf({ root, roots: [binary("/usr/bin/show")], plugins });
  return entries.filter(({ kind }) => kind === "file").map(({ path }) => path);
}

it("takes plug-ins of packages that the package of a library cannot do without, and that need it", async () => {
  expect(await pluginsOf("imports=dlopen")).toEqual([
    "/lib64/ld-linux-x86-64.so.2",
    "/usr/bin/show",
    "/usr/lib/libcodec.so.1",
    "/usr/lib/libpicture.so.1",
    "/usr/lib/picture/plugins/codec.so",
  ]);
  expect(await pluginsOf("")).not.toContain("/usr/lib/picture/plugins/codec.so");
});
