import { expect, it } from "vitest";
import { check, debian } from "./trace-python.ts";

it("takes data that distributions moved to other places", async () => {
  const root = `${debian}
//- /app/app.py
import babel
import plots
FONT = "/usr/share/fonts/one/one.ttf"
ZONES = "/usr/share/zoneinfo/UTC"
//- /usr/lib/python3/dist-packages/babel/__init__.py
//- /usr/lib/python3/dist-packages/babel/data -> ../../../../share/babel-data/all
//- /usr/lib/python3/dist-packages/babel/itself -> .
//- /usr/share/babel-data/all/de.dat
//- /usr/share/babel-data/all/plural.h
//- /usr/share/babel-data/other.dat
//- /usr/lib/python3/dist-packages/plots/__init__.py
def where(): return '/usr/share/plots/styles'
LOOKS = ["/usr/share/fonts", "/usr/share/absent", "/usr/share/other/one.txt", "/etc/plotsrc", "/etc/other.conf"]
//- /etc/plotsrc
//- /etc/other.conf
//- /usr/share/plots/styles/a.style
//- /usr/share/plots/unused.txt
//- /usr/share/fonts/one/one.ttf
//- /usr/share/fonts/one/two.ttf
//- /usr/share/other/one.txt
//- /usr/share/zoneinfo/UTC
`;
  const lines = (await check({ root, cmd: ["app.py"] })).split("\n");
  expect(lines.filter((line) => /^\/usr\/share|^\/etc|babel/u.test(line))).toMatchInlineSnapshot(`
    [
      "/etc/plotsrc  system  /usr/lib/python3/dist-packages/plots/__init__.py names /etc/plotsrc (string)",
      "/usr/lib/python3/dist-packages/babel/__init__.py  dependencies  /app/app.py imports babel (proved)",
      "/usr/lib/python3/dist-packages/babel/data  dependencies  /usr/lib/python3/dist-packages/babel/__init__.py needs the package, to which it belongs (rule)",
      "/usr/share/babel-data/all/de.dat  dependencies  /usr/lib/python3/dist-packages/babel/__init__.py needs the package, to which it belongs (rule)",
      "/usr/share/fonts/one/one.ttf  system  /app/app.py names /usr/share/fonts/one/one.ttf (string)",
      "/usr/share/other/one.txt  system  /usr/lib/python3/dist-packages/plots/__init__.py names /usr/share/other/one.txt (string)",
      "/usr/share/plots/styles/a.style  system  /usr/lib/python3/dist-packages/plots/__init__.py names /usr/share/plots/styles (string)",
      "/usr/share/zoneinfo/UTC  system  /app/app.py names /usr/share/zoneinfo/UTC (string)",
    ]
  `);
});
