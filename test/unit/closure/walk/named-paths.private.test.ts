import { expect, test } from "vitest";
import { shipped } from "./named-path-cases.ts";

test("who calls the function that looks up passwords is told as well", async () => {
  const root = `
//- /usr/bin/host 0755 elf=x86_64 loader needed=libpart.so.1
//- /lib64/ld-linux-x86-64.so.2 elf=x86_64
//- /usr/lib/libpart.so.1 elf=x86_64 imports=getspnam_r
//- /etc/shadow 0640
bob:$y$j9T$salt$hash:1::::::
`;
  expect((await shipped(root)).filter((line) => line.startsWith("warning"))).toEqual([
    "warning FILE_PRIVATE: cannot ship 1 file with passwords of accounts: private files need a line of the spec: /etc/shadow; asked for by /usr/lib/libpart.so.1",
  ]);
});

test("who looks up passwords is told that they stay out, where an account has one", async () => {
  const root = (field: string): string => `
//- /usr/bin/host 0755 elf=x86_64
/etc/shadow
//- /etc/shadow 0640
root:*:1::::::
joe:${field}:1::::::
`;
  expect(await shipped(root("!"))).toEqual(["/usr/bin/host  user: names /usr/bin/host"]);
  expect(await shipped(root("$y$j9T$x$y"))).toContain(
    "warning FILE_PRIVATE: cannot ship 1 file with passwords of accounts: private files need a line of the spec: /etc/shadow; asked for by /usr/bin/host",
  );
});

test("private files in a directory that is named are one warning", async () => {
  const key = (name: string): string => `//- /srv/keys/${name} 0600\nx\n`;
  const names = ["a", "b", "c", "d"].map(key).join("");
  const root = `//- /usr/bin/host 0755 elf=x86_64\n${names}//- /etc/host.conf\nkeys /srv/keys\n`;
  const found = await shipped(root, { process: { cmd: ["/etc/host.conf"] } });
  expect(found.filter((line) => line.includes("FILE_PRIVATE"))).toEqual([
    "warning FILE_PRIVATE: cannot ship 4 files in /srv/keys: private files need a line of the spec: /srv/keys/a, /srv/keys/b, /srv/keys/c, /srv/keys/d; asked for by /etc/host.conf",
  ]);
});
