import { expect, it } from "vitest";
import { openProcess } from "../../../../src/loader/process.ts";
import { memoryRootFs } from "../../../../src/rootfs/memory.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { java } from "../../../../src/runtimes/java/java.ts";
import { closureOf } from "../../../support/closure.ts";
import { writeElf } from "../../../support/elf-writer.ts";
import { parseFixture } from "../../../support/fixture.ts";
import { writeZip } from "../../../support/write-zip.ts";

const home = "/usr/lib/jvm/java-21";
const system = `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/bin/java -> ${home}/bin/java
//- ${home}/bin/java 0755 elf=x86_64 loader needed=libjli.so rpath=$ORIGIN/../lib
//- ${home}/lib/jspawnhelper 0755 elf=x86_64 loader
//- ${home}/lib/jvm.cfg
//- ${home}/lib/libjli.so elf=x86_64
//- ${home}/lib/server/libjvm.so elf=x86_64 soname=libjvm.so
//- /usr/lib/libgcc_s.so.1 elf=x86_64
//- /usr/lib/libz.so.1 elf=x86_64
`;

const mainClass = "com/amazonaws/services/lambda/runtime/api/client/AWSLambda.class";
const client = writeZip({ [mainClass]: "x" });
const handler = "example.App::handleRequest";

type Files = Readonly<Record<string, string | Uint8Array>>;

/** The start, the shipped files of the application and of the libraries, and the findings. */
async function check(files: Files, name = handler, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const contents = Object.entries(files).map(([path, content]) => {
    return [path, { content: typeof content === "string" ? new TextEncoder().encode(content) : content }] as const;
  });
  const { entrypoint, cmd, entries, diagnostics } = await closureOf({
    root: "",
    tree: memoryRootFs([...parseFixture(system), ...contents]),
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/java" }],
    process: {
      workdir: toAbsPath("/app"),
      appRoot: toAbsPath("/app"),
      env,
      call: { platform: "aws-lambda", handler: name },
    },
    plugins: { runtimes: [java], openProcess: (options) => Promise.resolve(openProcess(options)) },
  });
  const paths = entries
    .filter(({ kind, path }) => kind === "file" && /^\/(?:app\/|usr\/lib\/lib)/u.test(path))
    .map(({ path }) => path);
  const findings = diagnostics.map(
    ({ code, pointer = "", message, hint = "" }) => `${code} ${pointer}: ${message}\n  ${hint}`,
  );
  return `\n${[[...entrypoint.slice(1), "|", ...cmd].join(" "), ...paths, ...findings].join("\n")}\n`;
}

it("starts the client with the classes and jars of the platform's own layout", async () => {
  const files = { "/app/example/App.class": "x", "/app/lib/client.jar": client, "/app/lib/core.jar": writeZip({}) };
  expect(await check(files)).toMatchInlineSnapshot(`
    "
    -cp /app:/app/lib/* com.amazonaws.services.lambda.runtime.api.client.AWSLambda | example.App::handleRequest
    /app/example/App.class
    /app/lib/client.jar
    /app/lib/core.jar
    "
  `);
});

it("knows what Maven and Gradle make, and a jar that holds everything", async () => {
  const app = writeZip({ "example/App.class": "x" });
  const both = writeZip({ [mainClass]: "x", "example/App.class": "x" });
  const layouts: readonly Files[] = [
    { "/app/target/classes/example/App.class": "x", "/app/target/dependency/client.jar": client },
    {
      "/app/build/classes/java/main/example/App.class": "x",
      "/app/build/resources/main/app.properties": "",
      "/app/build/dependencies/client.jar": client,
    },
    { "/app/app.jar": app, "/app/lib/client.jar": client },
    { "/app/target/app.jar": both, "/app/target/original-app.jar": app },
    { "/app/build/libs/app-all.jar": both },
  ];
  const started = await Promise.all(layouts.map(async (files) => (await check(files)).trim()));
  expect(started.join("\n\n")).toMatchInlineSnapshot(`
    "-cp /app/target/classes:/app/target/dependency/* com.amazonaws.services.lambda.runtime.api.client.AWSLambda | example.App::handleRequest
    /app/target/classes/example/App.class
    /app/target/dependency/client.jar

    -cp /app/build/classes/java/main:/app/build/resources/main:/app/build/dependencies/* com.amazonaws.services.lambda.runtime.api.client.AWSLambda | example.App::handleRequest
    /app/build/classes/java/main/example/App.class
    /app/build/dependencies/client.jar
    /app/build/resources/main/app.properties

    -cp /app/lib/*:/app/* com.amazonaws.services.lambda.runtime.api.client.AWSLambda | example.App::handleRequest
    /app/app.jar
    /app/lib/client.jar

    -cp /app/target/app.jar com.amazonaws.services.lambda.runtime.api.client.AWSLambda | example.App::handleRequest
    /app/target/app.jar

    -cp /app/build/libs/* com.amazonaws.services.lambda.runtime.api.client.AWSLambda | example.App::handleRequest
    /app/build/libs/app-all.jar"
  `);
});

it("leaves the class path to the environment that has one", async () => {
  const files = { "/app/classes/example/App.class": "x", "/app/jars/client.jar": client };
  expect(await check(files, handler, { CLASSPATH: "classes:jars/*" })).toMatchInlineSnapshot(`
    "
    com.amazonaws.services.lambda.runtime.api.client.AWSLambda | example.App::handleRequest
    /app/classes/example/App.class
    /app/jars/client.jar
    "
  `);
  expect(await check(files, handler, { CLASSPATH: "classes" })).toContain("CLIENT_MISSING");
});

it("brings what the client's compiled part needs, where the builder has it", async () => {
  const ric = writeZip({
    [mainClass]: "x",
    "jni/libric.glibc.so": writeElf({ machine: "x86_64", needed: ["libgcc_s.so.1", "libown.so"] }),
    "jni/libown.so": writeElf({ machine: "x86_64" }),
    "jni/libric.musl.so": writeElf({ machine: "x86_64", needed: ["libz.so.1", "libc.musl-x86_64.so.1"] }),
    "jni/libric.arm.so": writeElf({ machine: "aarch64", needed: ["libz.so.1"] }),
    "jni/broken.so": "no library",
  });
  expect(await check({ "/app/example/App.class": "x", "/app/lib/ric.jar": ric })).toMatchInlineSnapshot(`
    "
    -cp /app:/app/lib/* com.amazonaws.services.lambda.runtime.api.client.AWSLambda | example.App::handleRequest
    /app/example/App.class
    /app/lib/ric.jar
    /usr/lib/libgcc_s.so.1
    "
  `);
});

it("says what is missing, and where it looked", async () => {
  const files: Files = { "/app/example/App.class": "x", "/app/lib/client.jar": client };
  const found = await Promise.all([
    check({ "/app/example/App.class": "x" }),
    check(files, "example.Other::handleRequest"),
    check(files, "example.App.handleRequest"),
    check(files, "a::b::c"),
  ]);
  expect(found.map((text) => text.slice(text.search(/(?:CLIENT|HANDLER)_MISSING/u))).join("")).toMatchInlineSnapshot(`
    "CLIENT_MISSING /serverless/handler: cannot start com.amazonaws.services.lambda.runtime.api.client.AWSLambda, the platform's client for Java: no jar of /app or its lib, target and build folders holds it
      add com.amazonaws:aws-lambda-java-runtime-interface-client to the application's dependencies, and put their jars into lib: mvn dependency:copy-dependencies -DoutputDirectory=lib
    HANDLER_MISSING /serverless/handler: cannot call example.Other::handleRequest: there is no class example.Other on the class path (/app:/app/lib/*)
      correct handler, or compile the class before
    HANDLER_MISSING /serverless/handler: cannot call example.App.handleRequest: there is no class example.App.handleRequest on the class path (/app:/app/lib/*)
      write example.App::handleRequest
    HANDLER_MISSING /serverless/handler: cannot call a::b::c: it does not name a class and a method of it
      write it as CLASS::METHOD, such as example.App::handleRequest
    "
  `);
});
