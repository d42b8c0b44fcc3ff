import { expect, it } from "vitest";
import { debian, withoutLibrary } from "./trace-python.ts";

it("takes libraries that are loaded by name, and warns of lookups", async () => {
  const root = `${debian}
//- /usr/lib/python3.13/ctypes/util.py
//- /usr/lib/libmagic.so.1 elf=x86_64 soname=libmagic.so.1
//- /usr/lib/libsound.so.2 elf=x86_64 soname=libsound.so.2
//- /app/app.py
import ctypes.util
a = ctypes.CDLL("libmagic.so.1")
b = ctypes.util.find_library("sound")
c = ctypes.CDLL("libabsent.so.1")
`;
  const text = await withoutLibrary({ root, cmd: ["app.py"] });
  expect(text).toMatchInlineSnapshot(`
    "
    /app/app.py  system  /usr/bin/python3.13 is told to run it (declared)
    /usr/lib/libmagic.so.1  system  /app/app.py loads libmagic.so.1 by ctypes (string)
    /usr/lib/libsound.so.2  system  /app/app.py loads libsound.so.2 by ctypes (string)
    warning PYTHON_LIBRARY_LOOKUP: cannot promise that find_library("sound") works in the image: this Python does not ask /sbin/ldconfig; asked for by /app/app.py <- /usr/bin/python3.13 <- /usr/bin/python3
    "
  `);
});
