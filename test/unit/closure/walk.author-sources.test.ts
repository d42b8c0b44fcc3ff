import { expect, it } from "vitest";
import { allPlugins } from "../../../src/resolver/plugins.ts";
import { binary, closureOf } from "../../support/closure.ts";

const root = `
//- /var/lib/dpkg/status
Package: maker
Status: install ok installed
Version: 1
Architecture: all
//- /var/lib/dpkg/info/maker.list
/usr/bin/maker
/usr/lib/python3.13/site-packages/maker/__init__.py
//- /bin/sh 0755 elf=x86_64 static
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/bin/python3 -> python3.13
//- /usr/bin/python3.13 0755 elf=x86_64 loader
//- /usr/lib/python3.13/os.py
//- /usr/lib/python3.13/site-packages/maker/__init__.py
//- /usr/lib/python3.13/site-packages/copied/__init__.py
//- /usr/lib/python3.13/site-packages/checker/__init__.py
//- /usr/bin/maker 0755
#!/usr/bin/python3
import maker
//- /srv/docs/conf.py
extensions = ["copied"]
//- /srv/docs/tests/check.py
import checker
//- /usr/local/bin/start 0755
#!/bin/sh
cd /srv/docs
maker
`;

it("follows what sources of the author name, whoever they ship for, but for tests", async () => {
  const { entries } = await closureOf({
    root,
    roots: [binary("/usr/local/bin/start")],
    plugins: { ...allPlugins(), features: [] },
  });
  const found = entries.map(({ path }) => path).filter((path) => /^\/(?:srv\/.*|.*site-packages\/.*)\.py$/u.test(path));
  expect(found).toEqual([
    "/srv/docs/conf.py",
    "/srv/docs/tests/check.py",
    "/usr/lib/python3.13/site-packages/copied/__init__.py",
    "/usr/lib/python3.13/site-packages/maker/__init__.py",
  ]);
});
