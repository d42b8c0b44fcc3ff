import type { ElfFile } from "../formats/elf/elf-file.ts";
import { isProgram, mayBeGo } from "./matching.ts";

const tlsLibraries = /^lib(?:ssl|ssl3|gnutls|mbedtls|wolfssl|nss3)\.so(?:\.|$)/u;

/**
 * True when an object speaks TLS, so that the image wants the certificates of authorities: it needs a TLS library, is a
 * Go program with Go's own, or one of Rust that looks for the system's certificates.
 */
export async function speaksTls(elf: ElfFile): Promise<boolean> {
  if (elf.needed.some((name) => tlsLibraries.test(name))) return true;
  // .NET opens OpenSSL by its name.
  if (elf.soname === "libSystem.Security.Cryptography.Native.OpenSsl.so") return true;
  // The packages of a Go program show in its table of functions.
  if (!isProgram(elf)) return false;
  const strings = (await mayBeGo(elf)) ? await elf.strings("crypto/x509.") : [];
  if (strings.some((text) => text.startsWith("crypto/x509."))) return true;
  // Rare texts are searched first: then one reading of a large file tells.
  return isRust(elf) && (await elf.holds("RUST_BACKTRACE")) && (await elf.holds("SSL_CERT_FILE"));
}

/** False for what cannot be of Rust, whose library unwinds by that of gcc, if it is not linked whole. */
function isRust(elf: ElfFile): boolean {
  return elf.needed.length === 0 || elf.needed.includes("libgcc_s.so.1");
}
