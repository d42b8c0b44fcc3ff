import { expect, it } from "vitest";
import { applyRules } from "../../support/rules.ts";

it("reads OpenSSL's configuration whatever its length and number of parts", async () => {
  const parts = Array.from({ length: 40 }, (_, at) => `part${String(at).padStart(2, "0")}.cnf`);
  const text = `
//- /bin/main elf=x86_64 loader needed=libcrypto.so.3
//- /usr/lib/libcrypto.so.3 elf=x86_64 soname=libcrypto.so.3
OPENSSLDIR: "/usr/lib/ssl"
//- /usr/lib/ssl/openssl.cnf
${"# for people\n".repeat(25_000)}.include /etc/ssl/more.d
${parts.map((name) => `//- /etc/ssl/more.d/${name}\nmodule = /opt/${name}.so\n//- /opt/${name}.so elf=x86_64\n`).join("")}`;
  const applied = await applyRules(text);
  for (const name of parts) expect(applied).toContain(`openssl: /opt/${name}.so (object, rule)`);
});
