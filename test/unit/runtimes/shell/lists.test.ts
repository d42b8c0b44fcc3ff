import { expect, it } from "vitest";
import { trace } from "./trace-shell.ts";

it("runs the words of loops over arrays, and over lines that are read", async () => {
  const script = `TOOLS=(tar sed)
for tool in "\${TOOLS[@]}"; do "$tool" --version; done
while read -r name rest; do "$name" $rest; done <<END
cat /etc/app.conf.in
id
END`;
  const lines = (await trace(script)).split("\n").filter((line) => line.startsWith("program"));
  expect(lines.map((line) => line.split(" ")[1])).toEqual(
    expect.arrayContaining(["tar", "sed", "cat", "id"].map((name) => `/usr/bin/${name}`)),
  );
});

it("goes through the words of a variable that a loop is given without quotes", async () => {
  const more = "//- /opt/app/lib.sh\nmake() { tar -x; }\n";
  const script = `places="/none/include /opt/app ./include"
for one in $places; do [ -d $one ] && found=$one; done
. $found/lib.sh
make`;
  expect(await trace(script, { more })).toContain("program /usr/bin/tar [-x]");
});
