import { readBeam } from "../../../src/formats/beam/beam-file.ts";
import { parseDeps } from "../../../src/formats/dotnet/deps.ts";
import { parseRecordWithComments } from "../../../src/formats/json/json-with-comments.ts";
import { parsePackageJson } from "../../../src/languages/javascript/package-json.ts";
import { parseRuntimeConfig } from "../../../src/runtimes/dotnet/frameworks.ts";
import { parseIni } from "../../../src/runtimes/php/ini.ts";
import {
  parseEntryPoints,
  parseMetadata,
  parseRecord,
  parseRequiresFile,
} from "../../../src/runtimes/python/dist-info.ts";
import { must, type Target } from "../target.ts";

const separator = "\n====\n";

/** What installers of Python leave of a package. */
export const distInfo: Target = {
  name: "Python metadata",
  seeds: [
    [
      "Metadata-Version: 2.1\nName: a.B_c\nVersion: 1!2.0\nRequires-Dist: d (>=1) ; python_version < '3.9' and extra == \"e\"\nLicense: MIT\n\nText\n",
      'a/b.py,sha256=x,3\n"a/c, d.py",,\n../../bin/e,,\n',
      "[console_scripts]\nx = a.b:c.d [e]\n; no\n[g]\ny=z\n",
    ].join(separator),
  ].map((text) => Buffer.from(text)),
  words: [
    separator,
    "Requires-Dist: ",
    "Name: ",
    "; ",
    "extra == ",
    " and ",
    " or not (",
    "in '3.9'",
    '"',
    ",,",
    "[",
    "]",
    "=",
    ":",
    "\r\n",
    "\n ",
  ],
  run(bytes) {
    const [metadata = "", record = "", entries = ""] = bytes.toString("utf8").split(separator);
    const header = parseMetadata(metadata, "3.12");
    const files = parseRecord(record);
    const points = parseEntryPoints(entries);
    const { requires } = parseRequiresFile(record);
    must(files.length <= record.split("\n").length, "a line names one file");
    return `${String(header.requires.length > 0)} ${String(requires.length > 0)} ${String(files.length)} ${String(points.length)}`;
  },
};

/** JSON that programs and their builds leave, some of it with comments. */
export const jsonFiles: Target = {
  name: "JSON files",
  seeds: [
    '{"name":"a","exports":{".":{"import":"./a.mjs","require":["./a.js"]},"./b/*":"./b/*.js"},"imports":{"#c":"./c.js"},"bin":"x"}',
    '{"runtimeTarget":{"name":".NETCoreApp,Version=v8.0/linux-x64"},"targets":{".NETCoreApp,Version=v8.0":{"a/1.0.0":{"runtime":{"lib/a.dll":{}},"native":{"b.so":{}},"runtimeTargets":{"runtimes/linux-x64/native/c.so":{"rid":"linux-x64","assetType":"native"}}}}},"libraries":{"a/1.0.0":{"type":"package","path":"a/1.0.0"}}}',
    '{"runtimeOptions":{"framework":{"name":"Microsoft.NETCore.App","version":"8.0.0"},"rollForward":"Major","configProperties":{"System.Globalization.Invariant":true}}}',
    '{/* a */ "compilerOptions": {"paths": {"@/*": ["./src/*"],}, // b\n "baseUrl": "."},}',
  ].map((text) => Buffer.from(text)),
  words: [
    '"',
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "null",
    "true",
    "1e999",
    '"__proto__":',
    '"exports":',
    '"*"',
    "//",
    "/*",
    "*/",
    '"runtimeTarget":',
    "\\u0000",
    "\\",
  ],
  run(bytes) {
    const text = bytes.toString("utf8");
    const json = parsePackageJson(text);
    const deps = tolerated(() => parseDeps(text, "linux-x64"));
    const settings = tolerated(() => parseRuntimeConfig(text));
    const commented = parseRecordWithComments(text);
    return [json, deps, settings, commented].map((one) => String(one === undefined)).join(" ");
  },
};

/** These say by a SyntaxError that a text is no JSON, which their callers tell. */
function tolerated<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (failure) {
    if (!(failure instanceof SyntaxError)) throw failure;
    return undefined;
  }
}

/** Settings of PHP. */
export const ini: Target = {
  name: "php.ini",
  seeds: ["; c\n[PHP]\nextension=a.so\nx = \"b;c\" ; d\ny='e'\nz = ${HOME}/f\n[PATH=/g]\nv = On\n"].map((text) =>
    Buffer.from(text),
  ),
  words: ["[", "]", "=", '"', "'", ";", "${", "}", "extension=", "\n", "\r", "\\"],
  run(bytes) {
    const settings = parseIni(bytes.toString("utf8"));
    must(
      settings.every(([name]) => name !== ""),
      "settings have names",
    );
    return "x".repeat(Math.min(settings.length, 5));
  },
};

const chunk = (name: string, content: Buffer): Buffer => {
  const head = Buffer.alloc(8);
  head.write(name, "latin1");
  head.writeUInt32BE(content.length, 4);
  return Buffer.concat([head, content, Buffer.alloc((4 - (content.length % 4)) % 4)]);
};
const atoms = Buffer.concat([Buffer.from([0, 0, 0, 2, 1]), Buffer.from("a"), Buffer.from([4]), Buffer.from("load")]);
const imports = Buffer.from("000000010000000100000002000000 01".replaceAll(" ", ""), "hex");
const form = (...chunks: readonly Buffer[]): Buffer => {
  const body = Buffer.concat([Buffer.from("BEAM"), ...chunks]);
  const head = Buffer.alloc(8);
  head.write("FOR1", "latin1");
  head.writeUInt32BE(body.length, 4);
  return Buffer.concat([head, body]);
};

/** Compiled modules of Erlang. */
export const beam: Target = {
  name: "BEAM files",
  seeds: [
    form(chunk("AtU8", atoms), chunk("ImpT", imports)),
    form(chunk("Atom", atoms), chunk("LitT", Buffer.alloc(8))),
  ],
  words: [
    "FOR1",
    "BEAM",
    "AtU8",
    "ImpT",
    "LitT",
    "StrT",
    "Code",
    Buffer.alloc(4, 0xff),
    Buffer.from("00000001", "hex"),
  ],
  run(bytes) {
    const file = readBeam(bytes);
    return file === undefined
      ? "none"
      : Object.values(file)
          .map((value: unknown) => (Array.isArray(value) ? Math.min(value.length, 3) : "-"))
          .join(" ");
  },
};
