import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { projectFolder } from "../../../scripts/lib/project.ts";
import { upstreamPackages } from "../../../src/languages/upstream.ts";
import { type MemoryEntry, memoryRootFs } from "../../../src/rootfs/memory.ts";
import { compareBytes, type RootFs, toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { upstreamBuilds } from "../../../src/runtimes/upstream.gen.ts";

const database = upstreamPackages(upstreamBuilds);

async function read(root: RootFs, paths: readonly string[]): Promise<readonly string[]> {
  const near = paths.map((path) => toAbsPath(path)).sort(compareBytes);
  const lines: string[] = [];
  for await (const { purl, cpe, files } of database.read(root, near))
    lines.push(`${purl} ${cpe ?? "-"} ${files.join(" ")}`);
  return lines;
}

const installations: Readonly<Record<string, string>> = {
  "/usr/local/bin/node": `${"x".repeat(2 ** 22 - 20)}https://nodejs.org/download/release/v24.1.0/node-v24.1.0-headers.tar.gz`,
  "/usr/local/lib/node_modules/npm/package.json": "{}",
  "/usr/local/lib/python3.13/os.py": "",
  "/usr/local/lib/python3.13/json/decoder.py": "",
  "/usr/local/lib/python3.13/site-packages/six.py": "",
  "/usr/local/bin/python3.13": "\0%d.%d\0\x003.13.5\0more",
  "/opt/jdk/lib/modules": "",
  "/opt/jdk/lib/server/libjvm.so": "",
  "/opt/jdk/release": 'IMPLEMENTOR="X"\nJAVA_RUNTIME_VERSION="21.0.5+11-LTS"\nJAVA_VERSION="21.0.5"\n',
  "/usr/local/lib/ruby/3.4.0/x86_64-linux/rbconfig.rb": '  CONFIG["RUBY_PROGRAM_VERSION"] = "3.4.2"\n',
  "/usr/local/lib/ruby/3.4.0/set.rb": "",
  "/usr/local/lib/ruby/gems/3.4.0/gems/rack-3/lib/rack.rb": "",
  "/usr/local/sbin/php-fpm": "X-Powered-By: PHP/8.4.3\n",
  "/usr/local/lib/perl5/5.40.0/x86_64-linux/Config.pm": "    version => '5.40.0',\n",
  "/usr/local/bin/deno": "user agent Deno/2.1.4 ",
  "/usr/local/bin/bun": "Bun/1.1.38",
  // None of them says what it is.
  "/srv/bin/node": "#!/bin/sh\n",
  "/srv/lib/modules": "",
  "/srv/bun": "a cake",
};

it("knows runtimes that no distribution packaged, with their versions and files", async () => {
  const entries = Object.entries(installations).map(([path, content]): readonly [string, MemoryEntry] => [
    path,
    { content },
  ]);
  expect(await read(memoryRootFs(entries), Object.keys(installations))).toMatchInlineSnapshot(`
    [
      "pkg:generic/bun@1.1.38 cpe:2.3:a:oven:bun:1.1.38:*:*:*:*:*:*:* /usr/local/bin/bun",
      "pkg:generic/deno@2.1.4 cpe:2.3:a:deno:deno:2.1.4:*:*:*:*:*:*:* /usr/local/bin/deno",
      "pkg:generic/openjdk@21.0.5%2B11-LTS cpe:2.3:a:oracle:openjdk:21.0.5:*:*:*:*:*:*:* /opt/jdk/lib/modules /opt/jdk/lib/server/libjvm.so /opt/jdk/release",
      "pkg:generic/node@24.1.0 cpe:2.3:a:nodejs:node.js:24.1.0:*:*:*:*:*:*:* /usr/local/bin/node",
      "pkg:generic/perl@5.40.0 cpe:2.3:a:perl:perl:5.40.0:*:*:*:*:*:*:* /usr/local/lib/perl5/5.40.0/x86_64-linux/Config.pm",
      "pkg:generic/php@8.4.3 cpe:2.3:a:php:php:8.4.3:*:*:*:*:*:*:* /usr/local/sbin/php-fpm",
      "pkg:generic/python@3.13.5 cpe:2.3:a:python:python:3.13.5:*:*:*:*:*:*:* /usr/local/bin/python3.13 /usr/local/lib/python3.13/json/decoder.py /usr/local/lib/python3.13/os.py",
      "pkg:generic/ruby@3.4.2 cpe:2.3:a:ruby-lang:ruby:3.4.2:*:*:*:*:*:*:* /usr/local/lib/ruby/3.4.0/set.rb /usr/local/lib/ruby/3.4.0/x86_64-linux/rbconfig.rb",
    ]
  `);
});

it("finds the version of a real program", async () => {
  const folder = `${projectFolder}/node_modules/node`;
  const [, version = ""] = /"version": "([^"]+)"/u.exec(readFileSync(`${folder}/package.json`, "utf8")) ?? [];
  const root = memoryRootFs([["/bin/node", { content: readFileSync(`${folder}/bin/node`) }]]);
  expect(await read(root, ["/bin/node"])).toEqual([
    `pkg:generic/node@${version} cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:* /bin/node`,
  ]);
});
