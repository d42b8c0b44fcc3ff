import type { ElfFile } from "../../elf/elf-file.ts";

const tlsLibraries = /^lib(?:ssl|ssl3|gnutls|mbedtls|wolfssl|nss3)\.so(?:\.|$)/u;
const isOfC = /^(?:lib(?:c|pthread|dl|resolv|rt|m)|ld-linux[\w-]*|libc\.musl[\w-]*)\.so/u;

/**
 * True when an object speaks TLS, so that the image wants the certificates of authorities: it needs a TLS library, or is a
 * Go program with Go's own.
 */
export async function speaksTls(elf: ElfFile): Promise<boolean> {
  if (elf.needed.some((name) => tlsLibraries.test(name))) return true;
  // Go programs need the C library alone, or nothing; their own packages show in the table of functions.
  if (elf.loader === undefined && elf.needed.length > 0) return false;
  if (elf.soname !== undefined || elf.needed.some((name) => !isOfC.test(name))) return false;
  const strings = await elf.strings("crypto/x509.");
  return strings.some((text) => text.startsWith("crypto/x509."));
}
