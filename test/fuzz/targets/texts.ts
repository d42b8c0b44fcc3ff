import { parseImageConfig } from "../../../src/formats/oci/image-config.ts";
import { parseConfigRoot, parseManifest } from "../../../src/formats/oci/manifest.ts";
import { formatReference, parseReference } from "../../../src/formats/oci/reference.ts";
import { dpkg } from "../../../src/packages/dpkg/dpkg.ts";
import { memoryRootFs } from "../../../src/rootfs/memory.ts";
import { findReferenceProblem } from "../../../src/spec/reference.ts";
import { must, type Target } from "../target.ts";

const status = `Package: libc6
Status: install ok installed
Architecture: amd64
Source: glibc (2.41-1)
Version: 2.41-1
Maintainer: A <a@b.c>
Description: the C library
 Package: not-a-field

Package: dash
Status: install ok installed
Version: 1:0.5~rc1
`;
const separator = "\n====\n";

/** Package databases: a status file, a list of files and diversions, parted by lines. */
export const dpkgDatabase: Target = {
  name: "dpkg",
  seeds: [
    [status, "/.\n/bin\n/bin/dash\n/usr/share/doc/dash/a b\n", "/bin/dash\n/bin/dash.real\ndash\n"],
    [status.replaceAll("\n", "\r\n"), "relative\n/usr/bin/../../../etc/x\n//a/./b/\n", ":\n/a\n"],
  ].map((parts) => Buffer.from(parts.join(separator))),
  words: [
    "Package: ",
    "Status: install ok installed\n",
    "Version: ",
    ": ",
    "\n\n",
    "\n ",
    "../",
    "/",
    "\0",
    separator,
    "\u00ff",
  ],
  async run(bytes) {
    const [statusText, list = "", diversions = ""] = bytes.toString("latin1").split(separator);
    const root = memoryRootFs([
      ["/bin", { target: "usr/bin" }],
      ["/usr/bin/dash.real", { content: "" }],
      ["/var/lib/dpkg/status", { content: Buffer.from(statusText ?? "", "latin1") }],
      ["/var/lib/dpkg/info/dash.list", { content: Buffer.from(list, "latin1") }],
      ["/var/lib/dpkg/diversions", { content: Buffer.from(diversions, "latin1") }],
    ]);
    const seen: string[] = [];
    for await (const { name, version, files } of dpkg.read(root, [])) {
      must(/^[A-Za-z0-9][A-Za-z0-9+.-]*$/u.test(name) && version !== "", "packages have names and versions");
      for (const file of files) {
        must(file.startsWith("/") && !file.split("/").includes(".."), "files are in the root");
      }
      seen.push(`${String(name.length > 5)} ${files.length > 3 ? "many" : files.length}`);
    }
    return seen.join(", ");
  },
};

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;

/** Image references: read, written and read again they are the same, and what cannot be read has a reason. */
export const references: Target = {
  name: "references",
  seeds: [
    "debian",
    "debian:trixie-slim",
    `localhost:5000/a/b@${digest}`,
    "[::1]:5000/a",
    "user:pass@host/a",
    "https://a/b",
    `a:1@${digest}`,
  ].map((text) => Buffer.from(text)),
  words: [
    ":",
    "/",
    "@",
    "sha256:",
    digest,
    "..",
    "__",
    "A",
    "[::1]",
    "docker.io/",
    "index.docker.io/",
    "library/",
    "://",
    "\u00e9",
    "\0",
  ],
  run(bytes) {
    const text = bytes.toString("utf8");
    const parsed = parseReference(text);
    const problem = findReferenceProblem(text);
    must((parsed === undefined) === (problem !== undefined), "a text is a reference or has a problem");
    if (parsed === undefined) return problem?.reason ?? "";
    const full = formatReference(parsed);
    const again = parseReference(full);
    must(again !== undefined && formatReference(again) === full, "a full reference means itself");
    return `${String(parsed.tag === undefined)} ${String(parsed.digest === undefined)} ${String(parsed.registry === "docker.io")}`;
  },
};

const descriptor = { mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", digest, size: 5 };
const documents = [
  { schemaVersion: 2, config: descriptor, layers: [descriptor] },
  {
    schemaVersion: 2,
    manifests: [{ ...descriptor, platform: { os: "linux", architecture: "amd64" }, annotations: { a: "b" } }],
  },
  {
    os: "linux",
    architecture: "amd64",
    config: { Env: ["A=b"], Cmd: ["a"], User: "1" },
    rootfs: { type: "layers", diff_ids: [digest] },
  },
];

/** Manifests, indexes and configurations of images. */
export const manifests: Target = {
  name: "manifests",
  seeds: documents.map((document) => Buffer.from(JSON.stringify(document))),
  words: ['"', "{", "}", "[", "]", ":", ",", "null", "-1", "1e999", '"__proto__":', '"size":', digest, "\\u0000"],
  run(bytes) {
    const manifest = parseManifest(bytes);
    const settings = parseImageConfig(bytes);
    const root = parseConfigRoot(bytes);
    const kind = manifest.kind === "invalid" ? manifest.why.replaceAll(/"[^]*"/gu, '""') : manifest.kind;
    return `${kind} ${String(settings === undefined)} ${String(root === undefined)}`;
  },
};
