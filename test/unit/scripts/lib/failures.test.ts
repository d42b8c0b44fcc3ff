import { expect, test } from "vitest";
import { describeFailure, Lack } from "../../../../scripts/lib/failures.ts";

function systemError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

test("a lack is said with what to do", () => {
  const lack = new Lack("cannot start a private engine: it needs root", "run it as root");
  expect(describeFailure(lack)).toEqual({
    text: "cannot start a private engine: it needs root\nrun it as root",
    code: 1,
  });
});

test("causes are reasons, and their codes say what to do", () => {
  const refused = new TypeError("fetch failed", {
    cause: systemError("ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:5000"),
  });
  expect(describeFailure(refused)).toEqual({
    text:
      "cannot go on: fetch failed: connect ECONNREFUSED 127.0.0.1:5000\n" +
      "check the network and the proxy of this machine, and run it again",
    code: 1,
  });
  const both = new AggregateError([systemError("ETIMEDOUT", "connect ETIMEDOUT 10.0.0.1:443")], "");
  expect(describeFailure(new TypeError("fetch failed", { cause: both })).text).toBe(
    "cannot go on: fetch failed: connect ETIMEDOUT 10.0.0.1:443\n" +
      "check the network and the proxy of this machine, and run it again",
  );
});

test.each([
  systemError("ENOSPC", "ENOSPC: no space left on device, write"),
  new Error("cannot go on: docker load ended with code 1\nwrite /x: no space left on device"),
])("a full disk is told with how to use another: %s", (failure) => {
  expect(describeFailure(failure).text).toMatch(
    /\nfree some space, or let PITH_ENGINE_DIR and TMPDIR name folders of another disk$/u,
  );
});

test.each([
  [
    "EACCES",
    "EACCES: permission denied, mkdir '/root/x'",
    "run it as a user who may do that, or in a clone of your own",
  ],
  ["EROFS", "EROFS: read-only file system, open '/x'", "run it in a clone on a disk that can be written"],
])("%s is told with what to do", (code, message, hint) => {
  expect(describeFailure(systemError(code, message))).toEqual({ text: `cannot go on: ${message}\n${hint}`, code: 1 });
});

test("the colours of other programs are left out", () => {
  expect(describeFailure(new Error("cannot run x: \u001b[31mred\u001b[0m")).text).toBe("cannot run x: red");
});
