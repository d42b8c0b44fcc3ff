import type { ElfFile } from "../../elf/elf-file.ts";
import { isProgram } from "./matching.ts";

const tlsLibraries = /^lib(?:ssl|ssl3|gnutls|mbedtls|wolfssl|nss3)\.so(?:\.|$)/u;

/**
 * True when an object speaks TLS, so that the image wants the certificates of authorities: it needs a TLS library, or is a
 * Go program with Go's own.
 */
export async function speaksTls(elf: ElfFile): Promise<boolean> {
  if (elf.needed.some((name) => tlsLibraries.test(name))) return true;
  // The packages of a Go program show in its table of functions.
  if (!isProgram(elf)) return false;
  const strings = await elf.strings("crypto/x509.");
  return strings.some((text) => text.startsWith("crypto/x509."));
}
