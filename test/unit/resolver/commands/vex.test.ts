import { expect, test } from "vitest";
import { z } from "zod";
import { printManifest } from "../../../../src/inspect/manifest/manifest.ts";
import { dpkg } from "../../../../src/packages/dpkg/dpkg.ts";
import { pythonDistributions } from "../../../../src/packages/python/python-dist.ts";
import type { ImageSubject } from "../../../../src/plan/image-subject.ts";
import { answerRequest } from "../../../../src/resolver/answer.ts";
import { printVex } from "../../../../src/resolver/commands/vex.ts";
import type { OutputFile } from "../../../../src/resolver/mounts.ts";
import { bare, binary, openCase } from "../../../support/closure.ts";
import { fixtureRoot } from "../../../support/fixture.ts";

const plugins = { ...bare, packages: [dpkg, pythonDistributions] };
const root = `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/bin/tool 0755
tool
//- /usr/bin/tool-debug 0755
debug
//- /usr/lib/libt.so.1
libt
//- /usr/lib/libt-extra.so.1
extra
//- /usr/bin/copied 0755
what was copied
//- /opt/other-name 0755
what was copied
//- /usr/lib/librenamed.so.1
first build
//- /opt/librenamed.so.1
second build
//- /usr/lib/python3/dist-packages/Py_Gone-1.0.dist-info/METADATA
Name: Py_Gone
Version: 1.0
//- /etc/os-release
ID=debian
VERSION_ID="13"
VERSION_CODENAME=trixie
//- /var/lib/dpkg/status
Package: tool
Status: install ok installed
Version: 1.0-1+b1
Architecture: amd64
Source: tools (1.0-1)

Package: tool-debug
Status: install ok installed
Version: 1.0-1+b1
Architecture: amd64
Source: tools (1.0-1)

Package: gone
Status: install ok installed
Version: 1:2.0-1
Architecture: amd64

Package: unlisted
Status: install ok installed
Version: 1
Architecture: amd64

Package: copied
Status: install ok installed
Version: 1
Architecture: amd64

Package: renamed
Status: install ok installed
Version: 1
Architecture: amd64
//- /var/lib/dpkg/info/tool.list
/usr/bin/tool
/usr/lib/libt.so.1
/usr/lib/libt-extra.so.1
//- /var/lib/dpkg/info/tool-debug.list
/usr/bin/tool-debug
//- /var/lib/dpkg/info/gone.list
/usr/bin/gone
//- /var/lib/dpkg/info/copied.list
/usr/bin/copied
//- /var/lib/dpkg/info/renamed.list
/usr/lib/librenamed.so.1
`;

/** The image has the program and library of `tool`, and two files of no package. */
async function makeFiles(list: string, product?: string, subject: ImageSubject = {}): Promise<readonly OutputFile[]> {
  const include = ["/usr/lib/libt.so.1", "/opt/other-name", "/opt/librenamed.so.1"].map((path, index) => ({
    kind: "include" as const,
    pointer: `/closure/include/${String(index)}`,
    view: "main",
    path,
  }));
  const { request } = openCase({ root, roots: [binary("/usr/bin/tool"), ...include] });
  const roots = [fixtureRoot(root)];
  const { manifest } = await answerRequest({
    request,
    roots,
    plugins,
    writeLayers: async () => Promise.resolve(),
    countTrees: () => [{ files: 1, bytes: 1 }],
  });
  const texts = new Map([
    ["/opt/other-name", "what was copied\n"],
    ["/opt/librenamed.so.1", "second build\n"],
  ]);
  const { files, diagnostics } = await printVex({
    request,
    roots,
    plugins,
    closure: printManifest(manifest),
    list: { name: "list.json", text: list },
    product,
    subject,
    read: ({ path }) => Buffer.from(texts.get(path) ?? ""),
  });
  const told = diagnostics.map(({ code, message }) => `${code}: ${message}`).join("\n");
  return files ?? [{ name: "vex.json", text: `${told}\n` }];
}

/** The statements as OpenVEX, or the findings. */
async function state(list: string, product?: string): Promise<string> {
  return textOf(await makeFiles(list, product), "vex.json");
}

function textOf(files: readonly OutputFile[], name: string): string {
  const text = files.find((one) => one.name === name)?.text ?? "";
  return typeof text === "string" ? text : [...text].join("");
}

const osv = (id: string, affected: object, ecosystem = "Debian:13") => ({
  id,
  affected: [
    {
      ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }] }],
      ...affected,
      package: { ecosystem, name: "tools", ...pick(affected) },
    },
  ],
});
const pick = (affected: object) => ("name" in affected ? { name: affected.name } : {});
const fixed = (version: string) => ({
  ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }, { fixed: version }] }],
});

const documentSchema = z.object({
  statements: z.array(
    z.object({
      vulnerability: z.object({ name: z.string() }),
      products: z.array(z.object({ subcomponents: z.array(z.object({ "@id": z.string() })) })),
      justification: z.string(),
      status_notes: z.string(),
    }),
  ),
});

/** Which vulnerabilities are stated, of which packages and why. */
async function lines(records: readonly object[]): Promise<readonly string[]> {
  const text = await state(JSON.stringify(records));
  const { statements } = documentSchema.parse(JSON.parse(text));
  return statements.map(({ vulnerability, products, justification, status_notes: notes }) => {
    const names = products.flatMap(({ subcomponents }) =>
      subcomponents.map((one) => /([^/]+)@/u.exec(one["@id"])?.[1]),
    );
    return `${vulnerability.name} ${names.join(" ")}: ${justification}. ${notes.replace(/ Evidence: .*$/u, "")}`;
  });
}

test("states what is absent, and nothing of what is there", async () => {
  const binaries = (...names: readonly string[]) => ({
    ecosystem_specific: { binaries: names.map((name) => ({ binary_name: name, binary_version: "1" })) },
  });
  const files = (...paths: readonly string[]) => ({ database_specific: { files: paths } });
  expect(
    await lines([
      osv("present-alone", {}),
      osv("absent", { name: "gone", ...fixed("1:2.0-2") }),
      osv("fixed-before", { name: "gone", ...fixed("1:2.0-1") }),
      osv("older-release", { name: "gone" }, "Debian:12"),
      osv("any-release", { name: "gone" }, "Debian"),
      osv("other-distribution", { name: "gone" }, "Ubuntu:24.04"),
      osv("binary-absent", binaries("tool-debug")),
      osv("binary-present", binaries("tool")),
      osv("binary-unknown", binaries("tool-typo")),
      osv("file-absent", files("/usr/lib/libt-extra.so.1")),
      osv("file-present", files("/usr/lib/libt.so.1", "/usr/lib/libt-extra.so.1")),
      osv("file-unknown", files("/usr/lib/libt-typo.so.1")),
      osv("copy-by-content", { name: "copied" }),
      osv("files-unknown", { name: "unlisted" }),
      osv("copy-by-name", { name: "renamed" }),
      osv("python", { name: "py.gone" }, "PyPI"),
      {
        id: "settled-by-one-alone",
        affected: [osv("", files("/usr/lib/libt-extra.so.1")), osv("", {})].flatMap((one) => one.affected),
      },
      { ...osv("withdrawn", { name: "gone" }), withdrawn: "2026-01-01T00:00:00Z" },
    ]),
  ).toMatchInlineSnapshot(`
    [
      "absent gone: component_not_present. No file of this package is in the image.",
      "any-release gone: component_not_present. No file of this package is in the image.",
      "binary-absent tool-debug: component_not_present. No file of this package is in the image.",
      "binary-absent tool: vulnerable_code_not_present. No file of tool-debug is in the image.",
      "binary-present tool-debug: component_not_present. No file of this package is in the image.",
      "binary-unknown tool-debug: component_not_present. No file of this package is in the image.",
      "file-absent tool-debug: component_not_present. No file of this package is in the image.",
      "file-absent tool: vulnerable_code_not_present. The image does not have /usr/lib/libt-extra.so.1.",
      "file-present tool-debug: component_not_present. No file of this package is in the image.",
      "file-unknown tool-debug: component_not_present. No file of this package is in the image.",
      "present-alone tool-debug: component_not_present. No file of this package is in the image.",
      "python py-gone: component_not_present. No file of this package is in the image.",
      "settled-by-one-alone tool-debug: component_not_present. No file of this package is in the image.",
    ]
  `);
});

test("the document is OpenVEX, the same each time", async () => {
  const record = { ...osv("DEBIAN-CVE-2026-1", { name: "gone" }), upstream: ["CVE-2026-1"] };
  const text = await state(JSON.stringify(record), "pkg:oci/app");
  expect(text).toMatchInlineSnapshot(`
    "{
     "@context": "https://openvex.dev/ns/v0.2.0",
     "@id": "urn:uuid:278a109a-865f-8134-86cb-7a1beae91052",
     "author": "Pith",
     "role": "Image builder",
     "timestamp": "1980-01-01T00:00:00Z",
     "version": 1,
     "tooling": "pith/1.0.0 (without SOURCE_DATE_EPOCH: the time is a constant)",
     "statements": [
      {
       "vulnerability": {
        "name": "CVE-2026-1",
        "aliases": [
         "DEBIAN-CVE-2026-1"
        ]
       },
       "products": [
        {
         "@id": "pkg:oci/app",
         "subcomponents": [
          {
           "@id": "pkg:deb/debian/gone@2.0-1?arch=amd64&distro=debian-13&epoch=1"
          }
         ]
        }
       ],
       "status": "not_affected",
       "status_notes": "No file of this package is in the image. Evidence: {\\"database\\":\\"dpkg\\",\\"source\\":\\"gone\\",\\"files\\":[\\"/usr/bin/gone\\"]}",
       "justification": "component_not_present"
      }
     ]
    }
    "
  `);
  expect(await state(JSON.stringify({ vulns: [record] }), "pkg:oci/app")).toBe(text);
  expect(await state(`${JSON.stringify(record)}\n${JSON.stringify(record)}\n`, "pkg:oci/app")).toBe(text);
  expect(await state(JSON.stringify(record))).toContain('"@id": "urn:uuid:');
});

test("Debian's tracker counts for the builder's release", async () => {
  const release = (status: string, fixedIn?: string) => ({
    releases: {
      trixie: { status, ...(fixedIn === undefined ? {} : { fixed_version: fixedIn }) },
      sid: { status: "open" },
    },
  });
  const text = await state(
    JSON.stringify({
      gone: {
        "CVE-1": release("open"),
        "CVE-2": release("resolved", "1:2.0-1"),
        "CVE-3": release("resolved", "1:3.0-1"),
        "CVE-4": release("resolved", "0"),
        "CVE-5": release("undetermined"),
        "CVE-6": { releases: { sid: { status: "open" } } },
      },
      tools: { "CVE-7": release("open") },
    }),
  );
  expect(text.match(/"name": "[^"]+"/gu)).toEqual([
    '"name": "CVE-1"',
    '"name": "CVE-3"',
    '"name": "CVE-5"',
    '"name": "CVE-7"',
  ]);
  expect(text.match(/"@id": "pkg:deb[^"]+"/gu)?.at(-1)).toContain("/tool-debug@");
});

test.for([
  ["no JSON", "{"],
  ["nothing", ""],
  ["a number", "5"],
  ["another file", '{"name":"app","version":"1.0.0"}'],
  ["a broken record", '[{"id":"A"},{"id":"B","affected":[{"package":{"ecosystem":5}}]},{"id":5}]'],
  ["a file that is not a path", '[{"id":"A","affected":[{"database_specific":{"files":["libx.so"]}}]}]'],
  ["a tracker of tomorrow", '{"tools":{"CVE-1":{"releases":{"trixie":{"status":"new"}}}}}'],
  ["brackets", "[".repeat(200_000)],
] as const)("%s is refused", async ([name, text], { expect: check }) => {
  await check(await state(text)).toMatchFileSnapshot(`fixtures/vex-${name.replaceAll(" ", "-")}.txt`);
});
