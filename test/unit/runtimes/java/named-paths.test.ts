import { expect, it } from "vitest";
import { writeZip } from "../../../support/write-zip.ts";
import { classFile, debian, trace } from "./trace-java.ts";

it("brings the data that classes name by absolute paths: those of the application directories as well", async () => {
  const root = `${debian}
//- /usr/share/words/de.txt
//- /usr/share/texts/a.txt
//- /etc/lib/settings
`;
  const main = classFile(["/usr/share/words/de.txt", "/usr/share/texts/\u0001.txt", "/usr/share/gone"], "println");
  const other = classFile(["/etc/lib/settings", "/usr/share/words"], "println");
  const jars = {
    "/app/app.jar": writeZip({
      "META-INF/MANIFEST.MF": "Main-Class: org.example.app.Main\r\n\r\n",
      "org/example/app/Main.class": main,
      "net/lib/Other.class": other,
    }),
  };
  expect(await trace({ root, args: ["-jar", "app.jar"], jars })).toMatchInlineSnapshot(`
    "/app/app.jar module: runs the jar of its arguments
    /etc/lib/settings file: names /etc/lib/settings
    /usr/share/words/de.txt file: names /usr/share/words/de.txt
    unknown the directory /usr/share/texts: {"kind":"directory","path":"/usr/share/texts"}"
  `);
  const classes = { "/app/a/Main.class": main };
  expect(await trace({ root, args: ["-cp", ".", "a.Main"], jars: classes })).toContain("/usr/share/words/de.txt file");
});
