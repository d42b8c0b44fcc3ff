import type { ExecMount } from "../../formats/llb/state.ts";

/** Where a step finds the certificates that the command line hands to it. */
const file = "/run/secrets/pith-certificates.pem";

/**
 * Variables that name a file of certificates to the tools of builds. Each tool takes the file for all that it trusts;
 * Node and Bun add it to their own.
 */
const variables: readonly string[] = [
  "AWS_CA_BUNDLE",
  "BUNDLE_SSL_CA_CERT",
  "CARGO_HTTP_CAINFO",
  "CURL_CA_BUNDLE",
  "DENO_CERT",
  "GIT_SSL_CAINFO",
  "HEX_CACERTS_PATH",
  "NODE_EXTRA_CA_CERTS",
  "NPM_CONFIG_CAFILE",
  "PIP_CERT",
  "REQUESTS_CA_BUNDLE",
  "SSL_CERT_FILE",
  "UV_NATIVE_TLS",
  "YARN_HTTPS_CA_FILE_PATH",
];

/** What a step gets so that its tools trust the certificates of a secret. Nothing of it stays in a layer. */
export interface Trust {
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly ExecMount[];
}

/** The trust that the secret `id` gives; without one, the builder's own stays as it is. */
export function trustOf(id: string | undefined): Trust {
  if (id === undefined) return { env: {}, mounts: [] };
  const env = Object.fromEntries(variables.map((name) => [name, name === "UV_NATIVE_TLS" ? "true" : file]));
  // A step of any user reads it. The engine says so where the secret is not given.
  return { env, mounts: [{ type: "secret", dest: file, id, mode: 0o444, optional: false }] };
}
