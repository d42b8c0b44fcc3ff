import { expect, it } from "vitest";
import type { RequestRoot } from "../../../../src/closure/model/request.ts";
import { readImageFacts } from "../../../../src/resolver/image-facts.ts";
import { binary, type ClosureCase, closureOf, lineRuntime, openCase } from "../../../support/closure.ts";

const system = `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/lib/libc.so.6 elf=x86_64
//- /usr/bin/tool 0755 elf=x86_64 loader needed=libc.so.6
//- /usr/bin/line 0755 elf=x86_64 loader needed=libc.so.6
//- /usr/bin/foreign 0755 elf=aarch64 loader
//- /usr/bin/text 0755
no program
//- /usr/bin/data
no program
//- /usr/bin/first 0755
#!/usr/bin/second
//- /usr/bin/second 0755
#!/usr/bin/third
//- /usr/bin/third 0755
#!/usr/bin/fourth
//- /usr/bin/fourth 0755
#!/usr/bin/fifth
//- /usr/bin/fifth 0755
#!/usr/bin/sixth
//- /usr/bin/sixth 0755
#!/usr/bin/tool
//- /usr/bin/dos 0755
#!/bin/sh\r
//- /usr/share/pipe fifo
//- /usr/share/loop -> loop
`;

async function findings(input: Omit<ClosureCase, "root">): Promise<string> {
  const { diagnostics } = await closureOf({ root: system, ...input });
  const lines = diagnostics.map(({ severity, code, pointer = "", message, hint = "" }) => {
    return `${severity} ${code} ${pointer}: ${message} (${hint})`;
  });
  return `\n${lines.join("\n")}\n`;
}

it("refuses what cannot be started", async () => {
  const names = ["text", "data", "first", "dos", "foreign", "nothing", "/usr/share"];
  const programs = names.map((name, index) => binary(name.startsWith("/") ? name : `/usr/bin/${name}`, { index }));
  expect(await findings({ roots: programs, process: { entrypoint: [] } })).toMatchInlineSnapshot(`
    "
    error PROGRAM_MISSING /binaries/5: cannot find /usr/bin/nothing: not in the builder (add the package that has it to the builder's \`packages\`)
    error PROGRAM_NOT_EXECUTABLE /binaries/1: cannot run /usr/bin/data: its mode has no execute bit (name a program that the kernel can run)
    error SHEBANG_CRLF /binaries/3: cannot run /usr/bin/dos: its first line ends in CR LF, so that the kernel looks for "/bin/sh\\r" (save the script with LF line ends)
    error SHEBANG_TOO_DEEP /binaries/2: cannot run /usr/bin/fifth: more than 4 scripts interpret each other; asked for by /usr/bin/fourth <- /usr/bin/third <- /usr/bin/second <- /usr/bin/first (name a program that is not a script in the first line)
    error PROGRAM_ARCHITECTURE /binaries/4: cannot run /usr/bin/foreign: it is not a program for amd64 (build it for amd64, or take it from a builder of that platform)
    error PROGRAM_NOT_EXECUTABLE /binaries/0: cannot run /usr/bin/text: it is neither an ELF file nor a script that starts with "#!" (name a program that the kernel can run)
    error PROGRAM_NOT_EXECUTABLE /binaries/6: cannot run /usr/share: it is a directory (name a program that the kernel can run)
    "
  `);
});

it("says nothing of the command when its program is not there", async () => {
  const interpreter = { kind: "interpreter", pointer: "/interpreter", view: "main", path: "python3" } as const;
  expect(await findings({ roots: [interpreter, binary("tool")], process: { cmd: ["app.py"] } })).toMatchInlineSnapshot(`
    "
    error PROGRAM_MISSING /interpreter: cannot find python3: no such program in /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin (add the package that has it to the builder's \`packages\`, or name it by its path)
    "
  `);
});

it("refuses an image that starts nothing", async () => {
  const entrypoint = { kind: "entrypoint", pointer: "/image/entrypoint", view: "main" } as const;
  expect(await findings({ roots: [binary("tool"), entrypoint], process: { entrypoint: [] } })).toMatchInlineSnapshot(`
    "
    error ENTRYPOINT_MISSING /image/entrypoint: cannot start the image: it has no entrypoint and no command (write \`cmd\` or \`entrypoint\` into the spec)
    "
  `);
});

it("shows a file of the command that is not there at the command", async () => {
  const interpreter = { kind: "interpreter", pointer: "/interpreter", view: "main", path: "line" } as const;
  const one = { roots: [interpreter], plugins: { runtimes: [lineRuntime] } };
  expect([
    await findings({ ...one, process: { cmd: ["app.line"] } }),
    await findings({ ...one, process: { entrypoint: ["/usr/bin/line", "/app.line"] } }),
  ]).toMatchInlineSnapshot(`
    [
      "
    error FILE_MISSING /image/cmd: cannot find /app.line: not in the builder; asked for by /usr/bin/line (correct the command, or add the file to the application)
    ",
      "
    error FILE_MISSING /image/entrypoint: cannot find /app.line: not in the builder; asked for by /usr/bin/line (correct the command, or add the file to the application)
    ",
    ]
  `);
});

it("tells who writes how one starts a program what the command takes", async () => {
  const interpreter = { kind: "interpreter", pointer: "/interpreter", view: "main", path: "line" } as const;
  const plugins = { runtimes: [lineRuntime] };
  const itself = await findings({ roots: [interpreter], plugins, process: { cmd: ["python3", "main.py", "-v"] } });
  expect(itself).toContain("(write `cmd: [main.py, -v]`: cmd holds the arguments of the interpreter alone)");
  const found = await findings({ roots: [interpreter], plugins, process: { cmd: ["npm", "start"] } });
  expect(found).toMatchInlineSnapshot(`
    "
    error FILE_MISSING /image/cmd: cannot find /npm: not in the builder; asked for by /usr/bin/line (name the file that it runs: cmd holds the arguments of the interpreter, and npm is none of its files)
    "
  `);
});

it("refuses files that cannot ship, and patterns that match nothing", async () => {
  const include = (path: string, index: number) =>
    ({ kind: "include", pointer: `/closure/include/${index}`, view: "main", path }) as const;
  const paths = ["/usr/share/pipe", "/usr/share/loop", "/usr/share/none/**", "/etc/none"];
  expect(await findings({ roots: [binary("tool"), ...paths.map(include)] })).toMatchInlineSnapshot(`
    "
    error LINK_LOOP /closure/include/1: cannot follow /usr/share/loop: more than 40 links, the last one /usr/share/loop (repair the links in the builder)
    error INCLUDE_EMPTY /closure/include/3: cannot include /etc/none: nothing in "main" matches (correct the pattern, or remove it from closure.include)
    error INCLUDE_EMPTY /closure/include/2: cannot include /usr/share/none/**: nothing in "main" matches (correct the pattern, or remove it from closure.include)
    error FILE_NOT_REGULAR /closure/include/0: cannot ship /usr/share/pipe: it is a fifo (name a regular file, a directory or a link)
    "
  `);
});

it("refuses a user that nobody knows", async () => {
  const input = { root: system, roots: [binary("tool")], process: { user: "webserver:web" } };
  const { request, views } = openCase(input);
  const view = views.get("main");
  if (view === undefined) throw new Error("no view");
  expect((await readImageFacts(await closureOf(input), { request, view })).findings).toMatchInlineSnapshot(`
    [
      {
        "code": "USER_UNKNOWN",
        "hint": "write the number, or add the user to \`accounts\`",
        "message": "cannot run as webserver:web: no such user or group in the spec's accounts or in the builder",
        "pointer": "/image/user",
        "severity": "error",
      },
    ]
  `);
});

it("refuses what a user that the image does not know cannot read", async () => {
  const root = `${system}
//- /opt/ 0750
//- /opt/key 0640
`;
  const roots: readonly RequestRoot[] = [
    binary("tool"),
    { kind: "include", pointer: "/closure/include/0", view: "main", path: "/opt/key" },
  ];
  const input = { root, roots, process: { isAnyUser: true } };
  const { request, views } = openCase(input);
  const view = views.get("main");
  if (view === undefined) throw new Error("no view");
  const { findings } = await readImageFacts(await closureOf(input), { request, view });
  expect(findings.map(({ code, message }) => `${code}: ${message}`)).toMatchInlineSnapshot(`
    [
      "SERVERLESS_UNREADABLE: cannot run as the platform's own user: only their owner may read /opt, /opt/key",
    ]
  `);
});

it("refuses to call a function where no client is known", async () => {
  const known = { ...lineRuntime, name: "known", claims: () => false, callFunction: () => Promise.resolve(undefined) };
  expect(
    await findings({
      roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/tool" }],
      process: { call: { platform: "aws-lambda", handler: "example.Handler" } },
      plugins: { runtimes: [known] },
    }),
  ).toMatchInlineSnapshot(`
    "
    error CLIENT_UNKNOWN /serverless/handler: cannot call example.Handler: no client of aws-lambda is known for /usr/bin/tool, only for known (use one of them, or write a program called bootstrap that speaks the platform's protocol and name it in binaries)
    "
  `);
});

it("asks for an interpreter where a function's own run-time is missing", async () => {
  const roots: readonly RequestRoot[] = [{ kind: "entrypoint", pointer: "/serverless", view: "main" }];
  expect(await findings({ roots, process: { entrypoint: ["/app/bootstrap"], cmd: ["greet"] } })).toMatchInlineSnapshot(`
    "
    error PROGRAM_MISSING /serverless: cannot find /app/bootstrap: not in the builder (add interpreter, whose client then calls the function, or put a program called bootstrap there)
    "
  `);
});
