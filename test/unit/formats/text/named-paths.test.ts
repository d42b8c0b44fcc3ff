import { expect, it } from "vitest";
import { pathsInConfiguration } from "../../../../src/formats/text/named-paths.ts";

it("reads paths of JSON whose slashes are escaped", () => {
  const text = JSON.stringify({ words: "/usr/share/dict/words" }).replaceAll("/", "\\/");
  expect(pathsInConfiguration(text).map((one) => one.text)).toEqual(["/usr/share/dict/words"]);
});

it("reads paths on both sides of a comma", () => {
  const paths = (text: string): readonly string[] => pathsInConfiguration(text).map((one) => one.text);
  expect(paths("use map(/srv/names.map,none) and /srv/a,/srv/b")).toEqual(
    expect.arrayContaining(["/srv/names.map", "/srv/a", "/srv/b"]),
  );
  expect(paths("/srv/{a,b}/c")).toEqual(["/srv/"]);
});

it("reads no path of how other files begin", () => {
  const paths = (text: string): readonly string[] => pathsInConfiguration(text).map((one) => one.text);
  expect(paths("0\tstring\t#!\\ /bin/csh\tapplication/x-shellscript\n0 string #!/bin/ksh x\n")).toEqual([]);
  expect(paths('{"lines": ["", "#!/bin/sh"]}\n')).toEqual(["/bin/sh"]);
});
