const block = /-----BEGIN ([A-Z0-9 ]+)-----\n[A-Za-z0-9+/=\n]*-----END \1-----/gu;

/** A text without its keys and certificates, whose letters name nothing (RFC 7468). */
export function withoutEncoded(text: string): string {
  return text.includes("-----BEGIN ") ? text.replaceAll(block, "") : text;
}
