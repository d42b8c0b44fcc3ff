import { expect, test } from "vitest";
import type { Finding } from "../../../../src/closure/model/closure.ts";
import { trackReach } from "../../../../src/languages/javascript/reach.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";

const [server, worker, tool] = ["/app/server.js", "/app/worker.js", "/app/tool.js"].map((path) => toAbsPath(path));

function missing(name: string): Finding {
  return { severity: "error", code: "MODULE_MISSING", message: `cannot find module ${name}`, hint: `install ${name}` };
}

function told(reach: ReturnType<typeof trackReach>): readonly string[] {
  return [...reach.release()].map((one) =>
    "finding" in one ? `${one.finding.severity} ${one.finding.message}` : "unknown" in one ? one.unknown.what : "need",
  );
}

test("what a source lacks that another process starts later is told when it does", () => {
  if (server === undefined || worker === undefined || tool === undefined) throw new Error("no paths");
  const reach = trackReach();
  reach.begin(server);
  reach.hold({ from: worker, finding: missing("queue"), isUsual: true });
  reach.hold({ from: tool, finding: missing("chalk"), isUsual: false });
  reach.hold({ from: server, finding: missing("http2"), isUsual: false });
  expect(told(reach)).toEqual(["warning cannot find module chalk", "error cannot find module http2"]);
  expect(told(reach)).toEqual([]);
  reach.begin(worker);
  expect(told(reach)).toEqual(["error cannot find module queue"]);
  reach.follow(worker, tool);
  expect(told(reach)).toEqual(["error cannot find module chalk"]);
  expect(told(reach)).toEqual([]);
});

test("an unknown of a source is told once, whether or not it is found to run", () => {
  if (server === undefined || tool === undefined) throw new Error("no paths");
  const reach = trackReach();
  const unknown = { kind: "computed-name", what: "require(name)", bound: { kind: "anything" } } as const;
  reach.begin(server);
  reach.hold({ from: tool, unknown, isUsual: false });
  expect(told(reach)).toEqual(["require(name)"]);
  reach.follow(server, tool);
  expect(told(reach)).toEqual([]);
});
