import { expect, test } from "vitest";
import {
  compareRuns,
  findMissingFiles,
  type MissingFile,
  type MissingFileSearch,
} from "../../../../src/inspect/explain/missing-files.ts";
import { parseObservations } from "../../../../src/inspect/explain/observed.ts";
import { openCase } from "../../../support/closure.ts";

const builder = `
  //- /usr/lib/a.so.1
  //- /usr/lib/alias -> a.so.1
  //- /usr/lib/python/json/decoder.py
  //- /usr/lib/python/json/encoder.py
  //- /usr/lib/python/json/__pycache__/encoder.cpython-313.pyc
  //- /usr/lib/python/json/page.js.map
  //- /usr/lib/python/yaml/__init__.py
  //- /usr/lib/python/yaml/_yaml.so
  //- /usr/lib/python/dist-packages/other.pth
  //- /usr/share/gems/specifications/other-1.gemspec
  //- /usr/share/gems/specifications/plug.conf
  //- /etc/ssl/cert.pem -> certs/all.crt
  //- /etc/ssl/certs/all.crt
  //- /etc/other.conf
  //- /usr/bin/draw -> ../lib/draw/draw-2
  //- /usr/lib/draw/draw-2
  //- /tmp/cache/old
`;

const shipped = [
  "/usr",
  "/usr/lib",
  "/usr/lib/python",
  "/usr/lib/python/json",
  "/usr/lib/python/json/encoder.py",
  "/usr/lib/python/json/page.js",
  "/etc",
];

/** Records as the tracer writes them, oldest first. */
function records(...lines: readonly string[]): ReturnType<typeof parseObservations> {
  const text = lines.map((line) => `${line.replaceAll(" ", "\t")}\0`).join("");
  return parseObservations(new TextEncoder().encode(text));
}

function search(seen: MissingFileSearch["seen"], excluded: readonly string[] = []): MissingFileSearch {
  const { request, views } = openCase({
    root: builder,
    roots: [],
    closure: { exclude: excluded.map((path) => ({ path, force: true })) },
  });
  const view = views.get("main");
  if (view === undefined) throw new Error("no view");
  return { request, view, shipped: new Set(shipped), seen };
}

const lines = (missing: readonly MissingFile[]): readonly string[] =>
  missing.map(({ path, kind, program, excludedBy, isNamed }) =>
    [kind, path, program, excludedBy === undefined ? "" : `exclude ${excludedBy}`, isNamed ? "named" : ""]
      .join(" ")
      .trim(),
  );

test("what the builder has and the image lacks, the spec's own exclusions first, then what the output names", async () => {
  const seen = records(
    "missing /bin/x /usr/lib/alias",
    "missing /bin/x /nowhere/a.so.1",
    "missing /bin/x /usr/lib/python/json/encoder.py",
    "missing /bin/x /usr/lib/python/json/__pycache__/encoder.cpython-313.pyc",
    "missing /bin/x /usr/lib/python/json/page.js.map",
    "missing /bin/x /etc/ssl/cert.pem",
    "missing /bin/x /proc/nothing",
    "missing /bin/x /etc/other.conf",
    "denied /bin/x /etc/other.conf",
    "opened /bin/x /etc",
  );
  expect(lines(await findMissingFiles(search(seen), "a.so.1: cannot open shared object file"))).toMatchInlineSnapshot(`
    [
      "file /usr/lib/a.so.1 /bin/x  named",
      "file /etc/other.conf /bin/x",
      "file /etc/ssl/certs/all.crt /bin/x",
    ]
  `);
  expect(lines(await findMissingFiles(search(seen, ["/etc/ssl/**", "/etc/other.conf"]), ""))).toMatchInlineSnapshot(`
    [
      "file /etc/other.conf /bin/x exclude 1",
      "file /etc/ssl/certs/all.crt /bin/x exclude 0",
      "file /usr/lib/a.so.1 /bin/x",
    ]
  `);
});

test("of a directory that was read only what the output names", async () => {
  const seen = records("listed /bin/python /usr/lib/python", "listed /bin/python /usr/lib/python/json");
  expect(await findMissingFiles(search(seen), "it failed")).toEqual([]);
  expect(
    lines(await findMissingFiles(search(seen), "ModuleNotFoundError: No module named 'json.decoder'")),
  ).toMatchInlineSnapshot(`
    [
      "file /usr/lib/python/json/decoder.py /bin/python  named",
    ]
  `);
  expect(
    lines(await findMissingFiles(search(seen), "ModuleNotFoundError: No module named 'yaml'")),
  ).toMatchInlineSnapshot(`
    [
      "directory /usr/lib/python/yaml /bin/python  named",
    ]
  `);
});

test("of two runs, what the builder's opened and the other looked for or would have found in a directory that it read", async () => {
  const inBuilder = records(
    "opened /bin/x /usr/lib/alias",
    "opened /bin/python /usr/lib/python/json/__pycache__/encoder.cpython-313.pyc",
    "opened /bin/python /usr/lib/python/json/decoder.py",
    "opened /bin/python /usr/lib/python/yaml/__init__.py",
    "opened /bin/python /usr/lib/python/yaml/_yaml.so",
    "opened /bin/x /etc/other.conf",
    "opened /bin/x /gone",
  );
  const seen = records(
    "missing /bin/x /usr/lib/a.so.1",
    "missing /bin/python /usr/lib/python/yaml",
    "listed /bin/python /usr/lib/python/json",
  );
  expect(lines(await compareRuns(search(seen, ["/usr/lib/python/yaml/**"]), inBuilder))).toMatchInlineSnapshot(`
    [
      "file /usr/lib/a.so.1 /bin/x",
      "file /usr/lib/python/json/decoder.py /bin/python",
      "file /usr/lib/python/yaml/__init__.py /bin/python exclude 0",
      "file /usr/lib/python/yaml/_yaml.so /bin/python exclude 0",
    ]
  `);
  expect(await compareRuns(search([]), inBuilder)).toEqual([]);
});

test("what a run makes in memory on /tmp is not what its image lacks", async () => {
  const inBuilder = records("opened /bin/x /tmp/cache", "opened /bin/x /etc/other.conf");
  const seen = records("missing /bin/x /tmp/cache", "missing /bin/x /etc/other.conf");
  expect(lines(await compareRuns(search(seen), inBuilder))).toEqual(["file /etc/other.conf /bin/x"]);
});

test("a program goes by the name that it was started by, and was looked for by who would start it", async () => {
  const inBuilder = records("opened /bin/x /usr/bin/draw", "opened /usr/lib/draw/draw-2 /usr/lib/draw/draw-2");
  const seen = records("missing /bin/x /usr/bin/draw");
  expect(lines(await compareRuns(search(seen), inBuilder))).toEqual(["symlink /usr/bin/draw /bin/x"]);
  expect(lines(await compareRuns(search(seen), inBuilder.slice(1)))).toEqual(["file /usr/lib/draw/draw-2 /bin/x"]);
  expect(lines(await findMissingFiles(search(seen), "cannot run 'draw'"))).toEqual([
    "symlink /usr/bin/draw /bin/x  named",
  ]);
});

test("records that are none are left out", () => {
  const text =
    "missing\t/bin/x\t/a\0other\t/bin/x\t/b\0missing\t/bin/x\tc\0\0opened\t\t/d/../e\0opened\t/x\t/a\tb\nc\0missing";
  expect(parseObservations(new TextEncoder().encode(text))).toMatchInlineSnapshot(`
    [
      {
        "kind": "missing",
        "path": "/a",
        "program": "/bin/x",
      },
      {
        "kind": "opened",
        "path": "/e",
        "program": "",
      },
      {
        "kind": "opened",
        "path": "/a	b
    c",
        "program": "/x",
      },
    ]
  `);
});

test("a file is asked for by its name or as a file of its directory, and deeper ones are known by listing", async () => {
  const inBuilder = records(
    "opened /bin/x /usr/lib/python/yaml/__init__.py",
    "opened /bin/x /etc/ssl/certs/all.crt",
    "opened /bin/x /etc/other.conf",
  );
  const seen = records(
    "missing /bin/x /usr/lib/python/yaml",
    "missing /bin/x /etc/ssl",
    "missing /bin/x /etc/other.conf",
  );
  const found = await compareRuns(search(seen), inBuilder);
  expect(found.map(({ path, isListed }) => [path, isListed ?? false])).toEqual([
    ["/usr/lib/python/yaml/__init__.py", false],
    ["/etc/ssl/certs/all.crt", true],
    ["/etc/other.conf", false],
  ]);
});

test("what a run-time reads of every package that is installed is asked for by its name alone", async () => {
  const places = ["/usr/lib/python/dist-packages", "/usr/share/gems/specifications"];
  const paths = [`${places[0]}/other.pth`, `${places[1]}/other-1.gemspec`, `${places[1]}/plug.conf`];
  const opened = records(...paths.map((path) => `opened /bin/x ${path}`));
  const listed = await compareRuns(search(records(...places.map((path) => `listed /bin/x ${path}`))), opened);
  expect(listed.map(({ isListed }) => isListed ?? false)).toEqual([true, true, false]);
  const asked = await compareRuns(search(records(...paths.map((path) => `missing /bin/x ${path}`))), opened);
  expect(asked.map(({ isListed }) => isListed ?? false)).toEqual([false, false, false]);
});

test("of a directory that was read in both and is empty in the image, the first file; of one that is not there, what the output names", async () => {
  const seen = records("listed /bin/x /usr/share/gems/specifications", "missing /bin/x /etc/ssl/certs");
  const inBuilder = records("listed /bin/x /usr/share/gems/specifications", "listed /bin/x /etc/ssl/certs");
  const found = await compareRuns(search(seen), inBuilder, "cannot read '/etc/ssl/certs'");
  expect(found.map(({ path, isListed }) => [path, isListed ?? false])).toEqual([
    ["/usr/share/gems/specifications/other-1.gemspec", true],
    ["/etc/ssl/certs", false],
  ]);
  expect((await compareRuns(search(seen), inBuilder)).map(({ path }) => path)).toEqual([
    "/usr/share/gems/specifications/other-1.gemspec",
  ]);
  const half = records("listed /bin/x /usr/lib/python/json");
  expect(await compareRuns(search(half), half)).toEqual([]);
});

test("a library is named as it is loaded, not as the file with its version", async () => {
  const root = "//- /usr/lib/libx.so.1 -> libx.so.1.13.0\n//- /usr/lib/libx.so.1.13.0\n";
  const { request, views } = openCase({ root, roots: [] });
  const view = views.get("main");
  if (view === undefined) throw new Error("no view");
  const seen = records("missing /bin/x /usr/lib/libx.so.1");
  const found = await findMissingFiles({ request, view, shipped: new Set(["/usr", "/usr/lib"]), seen }, "");
  expect(lines(found)).toEqual(["symlink /usr/lib/libx.so.1 /bin/x"]);
});
