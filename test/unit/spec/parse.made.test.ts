import { expect, test } from "vitest";
import { type ParseOptions, parseText } from "./parse-text.ts";

interface MadeSpec extends ParseOptions {
  readonly name: string;
  readonly spec: string | Uint8Array;
}

const good = "from: debian:trixie-slim\nbinaries: [nginx]\n";
const bytes = (...values: readonly number[]) => new Uint8Array(values);
const joined = (...parts: readonly (string | Uint8Array)[]) =>
  new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(part))));
const many = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, at) => line(at)).join("");

/** Bad specs that are too large, too strange or of too many files to stand in a file of their own. */
const specs: readonly MadeSpec[] = [
  { name: "nul", spec: `from: debian\0:trixie\n` },
  { name: "escape-character", spec: "from: debian\nuser: \u001b[31mroot\n" },
  { name: "lone-carriage-return", spec: "from: debian\rbinaries: [x]\n" },
  { name: "utf-16", spec: bytes(0xff, 0xfe, 0x66, 0, 0x72, 0) },
  { name: "utf-16-without-mark", spec: bytes(0x66, 0, 0x72, 0, 0x6f, 0, 0x6d, 0) },
  { name: "latin-1", spec: joined("from: debian\nlabels: {name: caf", bytes(0xe9), "}\n") },
  { name: "latin-1-after-utf-8", spec: joined("from: debian\nlabels: {name: é, other: caf", bytes(0xe9), "}\n") },
  { name: "overlong", spec: joined("from: ", bytes(0xc0, 0xaf), "\n") },
  { name: "surrogate", spec: joined("from: ", bytes(0xed, 0xa0, 0x80), "\n") },
  { name: "truncated-utf-8", spec: joined("from: ", bytes(0xf0, 0x9f, 0x98)) },
  { name: "empty-file", spec: "" },
  { name: "five-megabytes", spec: `${good}labels: {a: "${"x".repeat(5 * 1024 * 1024)}"}\n` },
  { name: "hundred-thousand-keys", spec: many(100_000, (at) => `k${at}: v\n`) },
  { name: "thirty-thousand-keys", spec: many(15_000, (at) => `k${at}: 1\n`) },
  { name: "three-thousand-problems", spec: `${good}env:\n${many(3000, (at) => `  K${at}: 1\n`)}` },
  { name: "commas", spec: `from: [${",".repeat(200_000)}]\n` },
  { name: "nested-lists", spec: `from: ${"[".repeat(5000)}${"]".repeat(5000)}\n` },
  { name: "nested-maps", spec: `from: ${"{a: ".repeat(5000)}` },
  { name: "nested-dashes", spec: `from:\n  ${"- ".repeat(5000)}x\n` },
  { name: "nested-lines", spec: many(300, (at) => `${" ".repeat(at)}k:\n`) },
  { name: "nested-questions", spec: `${"? ".repeat(5000)}x\n` },
  { name: "alias-flood", spec: many(4000, (at) => `k${at}: &a${at} *a${at}\n`) },
  { name: "include-missing", spec: `include: [base.yaml]\n${good}` },
  { name: "include-escape", file: "deploy/pith.yaml", spec: `include: [../../base.yaml, /etc/passwd, ""]\n${good}` },
  {
    name: "include-cycle",
    spec: `include: [a.yaml]\n${good}`,
    files: { "a.yaml": "include: [sub/b.yaml]\n", "sub/b.yaml": "include: [../pith.yaml]\n" },
  },
  {
    name: "include-with-problems",
    spec: "include: [base.yaml, worse.yaml]\nuser: 0\n",
    files: { "base.yaml": "from: debian\nbinaris: [x]\n", "worse.yaml": "from: [\n" },
  },
  {
    name: "include-flood",
    spec: `include: [${many(70, (at) => `f${at}.yaml, `)}]\n${good}`,
    files: Object.fromEntries(Array.from({ length: 70 }, (_, at) => [`f${at}.yaml`, "user: root\n"])),
  },
  {
    name: "arg-bomb",
    spec: `args:\n  A0: "${"x".repeat(1000)}"\n${many(30, (at) => `  A${at + 1}: "\${A${at}}\${A${at}}"\n`)}${good}`,
  },
  {
    name: "config-too-large",
    buildArgs: { BIG: "x".repeat(200_000) },
    spec: `args: {BIG: ""}\n${good}env:\n${many(6, (at) => `  V${at}: "\${BIG}"\n`)}`,
  },
  { name: "too-many-targets", spec: `${good}targets:\n${many(65, (at) => `  t${at}: {user: root}\n`)}` },
  {
    name: "build-arg-unknown",
    spec: `args: {VERSION: "1"}\n${good}`,
    buildArgs: {
      VERSON: "2",
      OTHER: "x",
      http_proxy: "y",
      BUILDKIT_SYNTAX: "z",
      SOURCE_DATE_EPOCH: "0",
      TARGETARCH: "x",
    },
  },
  { name: "long-line", spec: `${good}cmd: [${many(60, (at) => `"argument ${at}", `)}1]\n` },
];

test.for(specs)("$name", async ({ name, spec, ...options }) => {
  const { rendered, diagnostics } = await parseText(spec, options);
  expect(diagnostics.length).toBeGreaterThan(0);
  await expect(rendered).toMatchFileSnapshot(new URL(`fixtures/made/${name}.txt`, import.meta.url).pathname);
});
