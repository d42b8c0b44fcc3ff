import { expect, it } from "vitest";
import { features } from "../../../src/system/features.gen.ts";
import { binary } from "../../support/closure.ts";
import { contentsOf } from "./system-cases.ts";

it("makes the bundle of certificates where the package was only unpacked", async () => {
  const root = `
//- /bin/true 0755 elf=x86_64 static
//- /usr/share/ca-certificates/mozilla/B.crt
-----BEGIN CERTIFICATE-----b
//- /usr/share/ca-certificates/mozilla/A.crt
-----BEGIN CERTIFICATE-----a
//- /usr/share/ca-certificates/mozilla/notes.txt
no certificate
`;
  const contents = await contentsOf({
    root,
    roots: [binary("true")],
    plugins: { features },
    system: { certificates: true },
  });
  expect(contents["/etc/ssl/certs/ca-certificates.crt"]).toEqual({
    text: "-----BEGIN CERTIFICATE-----a\n-----BEGIN CERTIFICATE-----b\n",
  });
});
