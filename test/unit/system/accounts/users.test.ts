import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { python } from "../../../../src/runtimes/python/python.ts";
import { features } from "../../../../src/system/features.gen.ts";
import { closureOf } from "../../../support/closure.ts";

it.each(['USER = "www-data"', '//- /app/own.json\n{"user": "www-data"}'])(
  "an account that a text of the application names is in the image: %s",
  async (text) => {
    const { entries } = await closureOf({
      root: `
//- /usr/bin/python3 0755 elf=x86_64
//- /usr/lib/python3.13/os.py
//- /etc/passwd
root:x:0:0:root:/root:/bin/sh
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
list:x:38:38:list:/var/list:/usr/sbin/nologin
//- /app/app.py
import settings, json
json.load(open("/app/own.json"))
list = []
//- /app/settings.py
${text}
`,
      roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
      process: { cmd: ["app.py"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app") },
      plugins: { runtimes: [python], features },
    });
    const passwd = entries.find(({ path }) => path === "/etc/passwd")?.content;
    const users = passwd !== undefined && "text" in passwd ? passwd.text : "";
    expect(users).toContain("www-data:x:33:");
    expect(users).not.toContain("list:");
  },
);

it("an account that long settings name is in the image, and none that a long table has as a word", async () => {
  const comments = "# for people\n".repeat(6000);
  const { entries } = await closureOf({
    root: `
//- /usr/sbin/own 0755 elf=x86_64 loader
/etc/own.conf
/etc/own.types
//- /etc/passwd
root:x:0:0:root:/root:/bin/sh
own:x:33:33:own:/var/own:/usr/sbin/nologin
list:x:38:38:list:/var/list:/usr/sbin/nologin
//- /etc/own.conf
${comments}effective_user own
//- /etc/own.types
${comments}text/list list
`,
    roots: [{ kind: "binary", pointer: "/binaries", view: "main", path: "/usr/sbin/own" }],
    plugins: { features },
  });
  const passwd = entries.find(({ path }) => path === "/etc/passwd")?.content;
  const users = passwd !== undefined && "text" in passwd ? passwd.text : "";
  expect(users).toContain("own:x:33:");
  expect(users).not.toContain("list:");
});
