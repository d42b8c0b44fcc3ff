import { expect, it } from "vitest";
import type { RequestRoot } from "../../../../src/closure/model/request.ts";
import { policyKinds } from "../../../../src/spec/policy-kinds.ts";
import type { PolicySpec } from "../../../../src/spec/spec.ts";
import { binary } from "../../../support/closure.ts";
import { dumpFindings, type PolicyCase, policyOf } from "../../../support/policy.ts";

const program = (path: string, text: string, mode = "0755") => `//- ${path} ${mode} elf=x86_64 loader\n${text}\n`;

/** One program of each capability under a name that tells nothing, and one file of each other kind. */
const everything = `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
${program("/opt/a", "GNU bash, version %s-(%s)")}
${program("/opt/b", "Usage: apt-get [options] command")}
${program("/opt/c", "Usage: curl [options...] <url>")}
${program("/opt/d", "socat by Gerhard Rieger")}
${program("/opt/e", "This is perl 5")}
${program("/opt/f", "GNU assembler version %s")}
${program("/opt/g", "GNU 'tar' saves many files together")}
${program("/opt/h", "GNU nano, version %s")}
${program("/opt/i", "Run COMMAND, ignoring hangup signals.")}
${program("/opt/j", "Sudo version %s", "4755")}
${program("/opt/k", "ltrace about to exit")}
//- /usr/include/one.h
//- /usr/include/two.h
//- /srv/open 0666
//- /srv/wide/ 0777
//- /srv/log -> /dev/stdout
//- /srv/key
-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZWQy
-----END OPENSSH PRIVATE KEY-----
`;
const include = (path: string, index = 0): RequestRoot => ({
  kind: "include",
  pointer: `/closure/include/${String(index)}`,
  view: "main",
  path,
});
const gone: RequestRoot = {
  kind: "file",
  pointer: "/files/0",
  view: "main",
  file: { kind: "symlink", path: "/srv/gone", target: "nowhere" },
};
const roots = [include("/opt/**", 0), include("/usr/include/**", 1), include("/srv/**", 2), gone];
const input: PolicyCase = { root: everything, roots, policy: { forbid: policyKinds } };

it("forbids links that a pattern of closure.include finds and that lead nowhere, or to themselves", async () => {
  const links = "\n//- /srv/log -> /dev/stdout\n//- /srv/gone -> nowhere\n//- /srv/self -> self\n";
  const { diagnostics } = await policyOf({
    root: links,
    roots: [include("/srv/**")],
    policy: { forbid: ["dangling-link"] },
  });
  expect(diagnostics.map(({ message }) => message)).toEqual([
    "cannot ship /srv/gone and 1 more like it: policy forbids dangling-link, and it leads to nowhere, which is not in the image",
  ]);
});

it("finds one violation of every kind, each with its place, what brought it in and what to do", async () => {
  const { diagnostics, record } = await policyOf({
    ...input,
    policy: { ...input.policy, max: { bytes: 10, files: 3, packages: 0 } },
    roots: [...roots, binary("/opt/a")],
    fileCapabilities: ["/opt/d"],
  });
  expect(dumpFindings(diagnostics)).toMatchInlineSnapshot(`
    "
    POLICY_FORBIDDEN: cannot ship /opt/a: policy forbids shell, and it is a shell (bash by its content)
      at /policy/forbid/0, brought in by /binaries/0
      hint: leave out what asks for it, or add {path: /opt/a, because: "..."} to policy.allow
    POLICY_FORBIDDEN: cannot ship /opt/b: policy forbids package-manager, and it is a package manager (apt-get by its content)
      at /policy/forbid/1, brought in by /closure/include/0
      hint: leave out what asks for it, or add {path: /opt/b, because: "..."} to policy.allow
    POLICY_FORBIDDEN: cannot ship /opt/c: policy forbids downloader, and it is a program that downloads or uploads (curl by its content)
      at /policy/forbid/2, brought in by /closure/include/0
      hint: leave out what asks for it, or add {path: /opt/c, because: "..."} to policy.allow
    POLICY_FORBIDDEN: cannot ship /opt/d: policy forbids network, and it is a network tool (socat by its content)
      at /policy/forbid/3, brought in by /closure/include/0
      hint: leave out what asks for it, or add {path: /opt/d, because: "..."} to policy.allow
    POLICY_FORBIDDEN: cannot ship /opt/e: policy forbids interpreter, and it is an interpreter (perl by its content)
      at /policy/forbid/4, brought in by /closure/include/0
      hint: leave out what asks for it, or add {path: /opt/e, because: "..."} to policy.allow
    POLICY_FORBIDDEN: cannot ship /opt/f: policy forbids compiler, and it is a compiler or build tool (as by its content)
      at /policy/forbid/5, brought in by /closure/include/0
      hint: leave out what asks for it, or add {path: /opt/f, because: "..."} to policy.allow
    POLICY_FORBIDDEN: cannot ship /opt/g: policy forbids encoder, and it is an encoder or archiver (tar by its content)
      at /policy/forbid/6, brought in by /closure/include/0
      hint: leave out what asks for it, or add {path: /opt/g, because: "..."} to policy.allow
    POLICY_FORBIDDEN: cannot ship /opt/h: policy forbids editor, and it is an editor or pager (nano by its content)
      at /policy/forbid/7, brought in by /closure/include/0
      hint: leave out what asks for it, or add {path: /opt/h, because: "..."} to policy.allow
    POLICY_FORBIDDEN: cannot ship /opt/i: policy forbids launcher, and it is a program that starts others (nohup by its content)
      at /policy/forbid/8, brought in by /closure/include/0
      hint: leave out what asks for it, or add {path: /opt/i, because: "..."} to policy.allow
    POLICY_FORBIDDEN: cannot ship /opt/j: policy forbids privilege, and it is a program that changes rights, users or containers (sudo by its content)
      at /policy/forbid/9, brought in by /closure/include/0
      hint: leave out what asks for it, or add {path: /opt/j, because: "..."} to policy.allow
    POLICY_FORBIDDEN: cannot ship /opt/k: policy forbids debugger, and it is a debugger or tracer (ltrace by its content)
      at /policy/forbid/10, brought in by /closure/include/0
      hint: leave out what asks for it, or add {path: /opt/k, because: "..."} to policy.allow
    POLICY_FORBIDDEN: cannot ship /usr/include/one.h and 1 more like it: policy forbids headers, and it is of use to compilers only
      at /policy/forbid/11, brought in by /closure/include/1
      hint: exclude it in closure.exclude, or add {kind: headers, because: "..."} to policy.allow
    POLICY_FORBIDDEN: cannot ship /opt/j: policy forbids setuid, and it runs as its owner where it comes from (mode 4755)
      at /policy/forbid/12, brought in by /closure/include/0
      hint: leave out what asks for it, or add {path: /opt/j, because: "..."} to policy.allow
    POLICY_FORBIDDEN: cannot ship /opt/d: policy forbids file-capability, and it has file capabilities where it comes from
      at /policy/forbid/13, brought in by /closure/include/0
      hint: leave out what asks for it, or add {path: /opt/d, because: "..."} to policy.allow
    POLICY_FORBIDDEN: cannot ship /srv/open and 1 more like it: policy forbids world-writable, and anybody may write it (mode 0666)
      at /policy/forbid/14, brought in by /closure/include/2
      hint: state a mode without it in files, or change it in build, or add {kind: world-writable, because: "..."} to policy.allow
    POLICY_FORBIDDEN: cannot ship /srv/gone: policy forbids dangling-link, and it leads to nowhere, which is not in the image
      at /policy/forbid/15, brought in by /files/0
      hint: add what it leads to, or exclude it in closure.exclude, or add {path: /srv/gone, because: "..."} to policy.allow
    SECRET_SHIPPED: cannot keep /srv/key secret: line 1 holds a private key, and everybody who has the image can read it
      at /policy/forbid/16, brought in by /closure/include/2
      hint: leave it out and give it when the container starts, or add {path: /srv/key, because: "..."} to policy.allow
    POLICY_LIMIT: cannot ship 5,057 bytes: policy allows 10 bytes, which is 5,047 bytes less; the largest file is /opt/i with 431 bytes
      at /policy/max/bytes, brought in by /closure/include/0
      hint: leave out what the application does without, or raise policy.max.bytes
    POLICY_LIMIT: cannot ship 16 files: policy allows 3 files, which is 13 files less; /opt has 11 of them
      at /policy/max/files, brought in by /binaries/0
      hint: leave out what the application does without, or raise policy.max.files
    "
  `);
  expect(record?.limits.map(({ figure, limit }) => `${figure} ${String(limit)}`)).toEqual([
    "bytes 10",
    "files 3",
    "packages 0",
  ]);
});

it("allows by kind, by path and by pattern, and keeps what each was needed for", async () => {
  const { diagnostics, record } = await policyOf({
    ...input,
    root: `${everything}//- /bin -> opt\n`,
    roots: [...roots, include("/bin", 3)],
    policy: {
      forbid: ["shell", "package-manager", "downloader", "secret", "headers"],
      allow: [
        { path: "/bin/a", because: "the entrypoint is a script" },
        { kind: "downloader", because: "health checks" },
        { path: "/srv/**", kind: "secret" },
        { path: "/opt/b", kind: "shell" },
        { path: "/usr/include/*.h" },
      ],
    },
  });
  expect(diagnostics.map(({ message }) => message)).toEqual([
    "cannot ship /opt/b: policy forbids package-manager, and it is a package manager (apt-get by its content)",
  ]);
  expect(record?.allow).toEqual([
    { path: "/bin/a", because: "the entrypoint is a script", used: ["shell /opt/a"] },
    { kind: "downloader", because: "health checks", used: ["downloader /opt/c"] },
    { path: "/srv/**", kind: "secret", used: ["secret /srv/key"] },
    { path: "/opt/b", kind: "shell", used: [] },
    { path: "/usr/include/*.h", used: ["headers /usr/include/one.h", "headers /usr/include/two.h"] },
  ]);
});

it("covers /bin/sh by its name where only /usr/bin ships", async () => {
  const { diagnostics } = await policyOf({
    root: `
//- /bin -> usr/bin
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/bin/sh -> dash
//- /usr/bin/dash 0755 elf=x86_64 loader
`,
    roots: [binary("/usr/bin/sh")],
    policy: { forbid: ["shell"], allow: [{ path: "/bin/sh" }] },
  });
  expect(diagnostics).toEqual([]);
});

it("takes exactly as much as a limit says, and not a byte more", async () => {
  const { bytes } = await policyOf(input);
  const limited = (max: PolicySpec["max"]) => policyOf({ ...input, policy: { max } });
  expect(
    (await limited({ bytes, files: 16, packages: 0 })).diagnostics.filter(({ code }) => code === "POLICY_LIMIT"),
  ).toEqual([]);
  const above = await limited({ bytes: bytes - 1, files: 15 });
  expect(above.diagnostics.map(({ message }) => message.split(";")[0])).toEqual([
    `cannot ship ${bytes.toLocaleString("en-US")} bytes: policy allows ${(bytes - 1).toLocaleString("en-US")} bytes, which is 1 byte less`,
    "cannot ship 16 files: policy allows 15 files, which is 1 file less",
  ]);
});

it("lets the interpreter of the spec be one, and no other program", async () => {
  const { diagnostics } = await policyOf({
    root: `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/bin/python3 -> python3.13
${program("/usr/bin/python3.13", "Py_BytesMain")}
${program("/usr/bin/other", "Py_BytesMain")}
`,
    roots: [
      { kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" },
      binary("/usr/bin/other"),
    ],
    policy: { forbid: ["interpreter"] },
  });
  expect(diagnostics.map(({ message }) => message)).toEqual([
    "cannot ship /usr/bin/other: policy forbids interpreter, and it is an interpreter (python3 by its content)",
  ]);
});

it("takes the interpreter of the spec for any other program where it is of another forbidden kind too", async () => {
  const { diagnostics } = await policyOf({
    root: `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
${program("/usr/bin/bash", "GNU bash, version %s-(%s)")}
`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/bash" }],
    policy: { forbid: ["interpreter", "shell"] },
  });
  expect(diagnostics.map(({ message, pointer }) => [pointer, message])).toEqual([
    ["/policy/forbid/1", "cannot ship /usr/bin/bash: policy forbids shell, and it is a shell (bash by its content)"],
  ]);
});

it("fails where file capabilities are forbidden and nothing can tell which files have some", async () => {
  const judge = async (forbid: PolicySpec["forbid"]): Promise<readonly string[]> => {
    const { diagnostics } = await policyOf({ ...input, policy: { forbid }, fileCapabilities: "unknown" });
    return diagnostics.map(({ severity, code, pointer }) => `${severity} ${code} ${pointer ?? ""}`);
  };
  expect(await judge(["setuid", "file-capability"])).toContain("error POLICY_UNCHECKED /policy/forbid/1");
  expect((await judge(["setuid"])).join("\n")).not.toContain("POLICY_UNCHECKED");
});

it("says nothing and keeps nothing where there is no policy", async () => {
  expect(await policyOf({ root: everything, roots })).toMatchObject({ diagnostics: [], record: undefined });
});

it("tells of programs that had file capabilities, as of those that had a setuid bit", async () => {
  const root = "\n//- /usr/bin/ping 0755 elf=x86_64\n//- /usr/bin/tool 0755 elf=x86_64\n//- /etc/data 0644\na\n";
  const { diagnostics } = await policyOf({
    root,
    roots: [binary("ping"), binary("tool")],
    fileCapabilities: ["/usr/bin/ping", "/etc/data"],
  });
  expect(dumpFindings(diagnostics)).toMatchInlineSnapshot(`
    "
    FILE_CAPABILITY_DROPPED (warning): cannot keep the file capability of /usr/bin/ping: no file of an image has one
      at /binaries/0
      hint: give the container the capability, as with docker run --cap-add
    "
  `);
  const unknown = await policyOf({ root, roots: [binary("ping")], fileCapabilities: "unknown" });
  expect(unknown.diagnostics).toEqual([]);
});
