import { expect, it } from "vitest";
import { trace } from "./trace-shell.ts";

const own = `//- /opt/own/classpath 0755
#!/bin/sh
cp=
while read -r name rest; do
  jar=/usr/share/java/$name.jar
  [ -e "$jar" ] || { echo "$jar is missing" >&2; exit 1; }
  cp=$cp:$jar
done < "$OWN_HOME/jars.list"
printf '%s\\n' "\${cp#:}"
//- /opt/own/jars.list
# name  why
http    server
store   tables
//- /opt/own/version
3.1
//- /usr/share/java/http.jar
//- /usr/share/java/store.jar
//- /usr/share/java/other.jar
`;

it.each([
  ["a script", `CP=$(/opt/own/classpath)`, "/usr/share/java/http.jar:/usr/share/java/store.jar"],
  [
    "a function",
    `jars() { for one in "$@"; do printf '%s:' "/usr/share/java/$one.jar"; done; }\nCP=$(jars http store)`,
    "/usr/share/java/http.jar:/usr/share/java/store.jar",
  ],
  ["a loop", `CP=$(for one in http store; do printf '%s,' "$one"; done)`, "http,store"],
  ["a function's default", `home() { echo "\${1:-/opt/own}/lib"; }\nCP=$(home)`, "/opt/own/lib"],
  ["cat", `CP=/opt/own-$(cat "$OWN_HOME/version")/lib`, "/opt/own-3.1/lib"],
  ["a file", `CP=/opt/own-$(<"$OWN_HOME/version")/lib`, "/opt/own-3.1/lib"],
  ["a loop over its lines", `while read -r one rest; do CP=$CP:$one; done < $OWN_HOME/jars.list`, ":http:store"],
])("knows what %s prints", async (_, script, value) => {
  const lines = await trace(`${script}\ntar --path "$CP"`, { more: own, env: { OWN_HOME: "/opt/own" } });
  expect(lines).toContain(`program /usr/bin/tar [--path, ${value}]`);
});

it("bounds the functions and scripts that print what others print", async () => {
  const calls = (name: string): string => `echo "$(${name} "$1a")$(${name} "$1b")"\n`.repeat(40);
  const functions = Array.from({ length: 9 }, (_, at) => `f${at}() {\n${calls(`f${(at + 1) % 9}`)}}\n`).join("");
  const scripts = Array.from(
    { length: 20 },
    (_, at) => `//- /opt/own/s${at} 0755\n#!/bin/sh\n${calls(`/opt/own/s${(at + 1) % 20}`)}`,
  );
  const found = await trace(`${functions}tar "$(f0 x)" "$(/opt/own/s0)"`, { more: scripts.join("") });
  expect(found).toContain("program /usr/bin/tar");
});
