import { describe, expect, it } from "vitest";
import { speaksTls } from "../../../src/dlopen/speaks-tls.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { openFixture } from "../../support/rules.ts";

describe("speaksTls", () => {
  it.each([
    ["elf=x86_64 loader needed=libssl.so.3,libc.so.6", true],
    ["elf=x86_64 needed=libgnutls.so.30", true],
    ["elf=x86_64 loader needed=libc.so.6", false],
    ["elf=x86_64 loader needed=libssl_nothing.so.1", false],
    ["elf=x86_64 static\ncrypto/x509.(*Certificate).Verify", true],
    ["elf=x86_64 static\nnet/http.Get", false],
    ["elf=x86_64 loader needed=libz.so.1\ncrypto/x509.x", true],
    ["elf=x86_64 soname=libx.so.1 needed=libz.so.1\ncrypto/x509.x", false],
    ["elf=x86_64 loader needed=libgcc_s.so.1,libc.so.6\n/etc/sslSSL_CERT_FILESSL_CERT_DIR RUST_BACKTRACEfull", true],
    ["elf=x86_64 static\n/etc/sslSSL_CERT_FILESSL_CERT_DIR RUST_BACKTRACEfull", true],
    ["elf=x86_64 loader needed=libgcc_s.so.1,libc.so.6\nSSL_CERT_FILE", false],
    ["elf=x86_64 loader needed=libgcc_s.so.1,libc.so.6\nRUST_BACKTRACE", false],
  ])("%s: %s", async (text, expected) => {
    const { proc } = await openFixture(`//- /bin/main ${text}`);
    const elf = await proc.readElf(toAbsPath("/bin/main"));
    expect(elf && (await speaksTls(elf))).toBe(expected);
  });
});
