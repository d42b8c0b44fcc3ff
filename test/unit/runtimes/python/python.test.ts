import { expect, it } from "vitest";
import { check, debian } from "./trace-python.ts";

it("takes only what is reached at level reachable", async () => {
  const root = `${debian}
//- /usr/lib/python3.13/random.py
if x: import statistics
//- /usr/lib/python3.13/statistics.py
//- /usr/lib/python3.13/shutil.py
try: import bz2
except ImportError: pass
//- /usr/lib/python3.13/bz2.py
//- /usr/lib/python3.13/encodings/aliases.py
aliases = { 'cp1250': 'cp1250', 'windows_1250': 'cp1250', 'big5_tw': 'big5' }
//- /usr/lib/python3.13/encodings/cp1250.py
//- /usr/lib/python3.13/encodings/big5.py
//- /app/app.py
import random, shutil
shutil.make_archive("x", "bztar")
"".encode("windows-1250")
`;
  const proc = { stdlib: "reachable", prune: "reachable" } as const;
  expect(await check({ root, cmd: ["app.py"], process: proc })).toMatchInlineSnapshot(`
    "
    /app/app.py  system  /usr/bin/python3.13 is told to run it (declared)
    /usr/lib/python3.13/bz2.py  interpreter  /usr/lib/python3.13/shutil.py imports bz2 (proved)
    /usr/lib/python3.13/encodings/__init__.py  interpreter  /usr/bin/python3.13 loads it to start or to report an error (rule)
    /usr/lib/python3.13/encodings/aliases.py  interpreter  /usr/bin/python3.13 has it as a basic encoding (rule)
    /usr/lib/python3.13/encodings/cp1250.py  interpreter  /app/app.py names the encoding windows-1250 (string)
    /usr/lib/python3.13/os.py  interpreter  /usr/bin/python3.13 loads it to start or to report an error (rule)
    /usr/lib/python3.13/random.py  interpreter  /app/app.py imports random (proved)
    /usr/lib/python3.13/shutil.py  interpreter  /app/app.py imports shutil (proved)
    /usr/lib/python3.13/site.py  interpreter  /usr/bin/python3.13 loads it to start or to report an error (rule)
    "
  `);
});

it("takes the system's time zones when a program looks zones up", async () => {
  const root = `${debian}
//- /usr/lib/python3.13/zoneinfo/__init__.py
//- /usr/share/zoneinfo/Europe/Paris
//- /usr/share/zoneinfo/right/Europe/Paris
//- /app/app.py
def now():
    from zoneinfo import ZoneInfo
`;
  const zones = (text: string): readonly string[] => text.split("\n").filter((line) => line.includes("share/zoneinfo"));
  expect(zones(await check({ root, cmd: ["app.py"] }))).toEqual([
    "/usr/share/zoneinfo/Europe/Paris  system  /app/app.py looks up time zones (rule)",
  ]);
  expect(zones(await check({ root: root.replace("from zoneinfo import ZoneInfo", "pass"), cmd: ["app.py"] }))).toEqual(
    [],
  );
});
