import { describe, expect, it } from "vitest";
import { addedPathsIn, printAddedPath } from "../../../../src/runtimes/python/added-paths.ts";

const sources: readonly (readonly [source: string, added: readonly string[]])[] = [
  ['sys.path.insert(0, "lib")', ["./lib"]],
  ["sys.path.append('/opt/x/')", ["/opt/x"]],
  ["sys.path.append(os.path.dirname(__file__))", [".."]],
  ['sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "vendor"))', ["../../vendor"]],
  ['sys.path[0:0] = [dirname(dirname(realpath(__file__))) + "/lib", "x"]', ["../../lib", "./x"]],
  ["sys.path += [os.getcwd(), join(os.getcwd(), 'a')]", ["./", "./a"]],
  ['here = Path(__file__).resolve().parent\nsys.path.insert(0, str(here / "a" / "b"))', ["../a/b"]],
  ['ROOT: Path = Path(__file__).parents[1]\nsys.path.append(str(ROOT.joinpath("src")))', ["../../src"]],
  ['site.addsitedir(os.path.join(os.path.dirname(__file__), "site"))', ["../site"]],
  [
    "sys.path.extend(((vendor_path := os.path.join(os.path.dirname(os.path.dirname(__file__)), 'setuptools', '_vendor')) not in sys.path) * [vendor_path])",
    ["../../setuptools/_vendor"],
  ],
  // Unknown names.
  ["sys.path.insert(0, unknown)", []],
  ['sys.path.insert(0, os.path.join(unknown, "lib"))', []],
  ['sys.path.append(os.environ["X"])', []],
  ["sys.path.append(x.parent)", []],
  ["a = b\nb = a\nsys.path.append(a)", []],
  ['sys.path == ["x"]', []],
  ["sys.path.append(__file__)", []],
  ["sys.path.append('../x')", []],
  ["sys.path.append(", []],
];

describe("directories that a source adds to sys.path", () => {
  it.each(sources)("%s", (source, added) => {
    expect(addedPathsIn(source)).toEqual(added);
    const printed = added.map((path) => `sys.path.append(${printAddedPath(path)})`).join("\n");
    expect(addedPathsIn(printed)).toEqual(added);
  });
});
