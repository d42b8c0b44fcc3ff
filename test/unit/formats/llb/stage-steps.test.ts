import { expect, test } from "vitest";
import { endingIn, readDefinition } from "../../../../src/formats/llb/definition.ts";
import { marshal } from "../../../../src/formats/llb/marshal.ts";
import { runExec } from "../../../../src/formats/llb/ops/exec.ts";
import { editFiles } from "../../../../src/formats/llb/ops/file.ts";
import { mergeStates } from "../../../../src/formats/llb/ops/merge.ts";
import { sourceImage, sourceLocal } from "../../../../src/formats/llb/ops/source.ts";
import { readStageSteps } from "../../../../src/formats/llb/stage-steps.ts";
import type { State } from "../../../../src/formats/llb/state.ts";

const plain = { sourceFiles: [], language: "YAML" };
const named = { name: "" };
const image = sourceImage("docker.io/library/base:1", {
  ...named,
  platform: { os: "linux", architecture: "amd64" },
  resolveMode: "default",
});
const context = sourceLocal("context", { ...named, sessionId: "s", sharedKeyHint: "context" });

const run = (root: State, text: string): State => runExec({ root, args: ["/bin/sh", "-c", text] }, named).root;

function copy(base: State, from: State, ...pairs: readonly (readonly [src: string, dest: string])[]): State {
  return editFiles(
    base,
    pairs.map(([src, dest]) => ({ kind: "copy", from, src, dest }) as const),
    named,
  );
}

/** As `COPY a /b [stage]`, the last step first. */
function stepsOf(state: State): readonly string[] {
  return readStageSteps(readDefinition(marshal(state, plain))).map((step) =>
    step.kind === "run"
      ? `RUN ${step.args.join(" ")}`
      : `COPY ${step.copies.map(({ src, dest, isOfStage }) => `${src} ${dest}${isOfStage ? " [stage]" : ""}`).join(", ")}`,
  );
}

test("the steps of a stage, the last one first, without those of the stages that it copies from", () => {
  const build = run(copy(image, context, ["/main.c", "/src/"]), "make");
  const first = copy(run(image, "apt-get update"), build, ["/out/tool", "/usr/bin/tool"], ["/out/lib", "/usr/lib/"]);
  expect(stepsOf(run(copy(first, context, ["/*.sh", "/usr/local/bin/"]), "chmod +x /usr/local/bin/*"))).toEqual([
    "RUN /bin/sh -c chmod +x /usr/local/bin/*",
    "COPY /*.sh /usr/local/bin/",
    "COPY /out/tool /usr/bin/tool [stage], /out/lib /usr/lib/ [stage]",
    "RUN /bin/sh -c apt-get update",
  ]);
});

test("texts of the Dockerfile, a directory of the context and linked copies", () => {
  const text = editFiles(
    undefined,
    [{ kind: "make-file", path: "/text", mode: 0o644, content: Buffer.from("a=1\n") }],
    named,
  );
  const below = copy(undefined, context, ["/sub", "/"]);
  const linked = copy(undefined, image, ["/bin/x", "/bin/x"]);
  expect(
    stepsOf(mergeStates([copy(copy(image, text, ["/text", "/etc/a.conf"]), below, ["/b", "/b"]), linked], named)),
  ).toEqual(["COPY /bin/x /bin/x [stage]", "COPY /b /b", "COPY /text /etc/a.conf"]);
});

test("nothing is known of an image or an empty tree", () => {
  expect(stepsOf(image)).toEqual([]);
  expect(stepsOf(undefined)).toEqual([]);
});

test("a graph ends in another of its operations", () => {
  const definition = marshal(run(copy(image, context, ["/a", "/a"]), "true"), plain);
  const { output } = readDefinition(marshal(context, plain));
  if (output === undefined) throw new Error("the context has no operation");
  expect(readDefinition(endingIn(definition, output)).output).toEqual(output);
  expect([...readDefinition(endingIn(definition, output)).ops.keys()]).toEqual([
    ...readDefinition(definition).ops.keys(),
  ]);
});
