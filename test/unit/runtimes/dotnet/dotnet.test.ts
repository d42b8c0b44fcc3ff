import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { parseDeps } from "../../../../src/formats/dotnet/deps.ts";
import { openProcess } from "../../../../src/loader/process.ts";
import { memoryRootFs } from "../../../../src/rootfs/memory.ts";
import { type RootFs, toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { dotnet } from "../../../../src/runtimes/dotnet/dotnet.ts";
import { dotnetHost as dotnetRule } from "../../../../src/runtimes/dotnet/host-rule.ts";
import { chooseVersion, parseVersion, rollForwardOf } from "../../../../src/runtimes/dotnet/versions.ts";
import { closureOf } from "../../../support/closure.ts";
import { writeElf } from "../../../support/elf-writer.ts";
import { fixtureRoot, parseFixture } from "../../../support/fixture.ts";
import { processIn } from "../node/trace-node.ts";

const libc = `
//- /lib64/ld-linux-x86-64.so.2 elf=x86_64 soname=ld-linux-x86-64.so.2
//- /usr/lib/libc.so.6 elf=x86_64 soname=libc.so.6
//- /lib -> usr/lib
`;
/** An installation as the packages of Microsoft and of distributions lay it out. */
const installation = `
//- /usr/bin/dotnet -> ../lib/dotnet/dotnet
//- /usr/lib/dotnet/dotnet 0755 elf=x86_64 loader needed=libc.so.6
//- /usr/lib/dotnet/host/fxr/8.0.11/libhostfxr.so elf=x86_64 needed=libc.so.6
//- /usr/lib/dotnet/host/fxr/9.0.0/libhostfxr.so elf=x86_64 needed=libc.so.6
//- /usr/lib/dotnet/host/fxr/10.0.0-rc.1/libhostfxr.so elf=x86_64 needed=libc.so.6
//- /usr/lib/dotnet/shared/Microsoft.NETCore.App/8.0.11/Microsoft.NETCore.App.deps.json
{}
//- /usr/lib/dotnet/shared/Microsoft.NETCore.App/8.0.11/System.Private.CoreLib.dll
//- /usr/lib/dotnet/shared/Microsoft.NETCore.App/8.0.11/System.Private.CoreLib.xml
//- /usr/lib/dotnet/shared/Microsoft.NETCore.App/8.0.11/libcoreclr.so elf=x86_64 needed=libc.so.6
//- /usr/lib/dotnet/shared/Microsoft.NETCore.App/8.0.11/libcoreclrtraceprovider.so elf=x86_64 needed=liblttng-ust.so.0
//- /usr/lib/dotnet/shared/Microsoft.NETCore.App/8.0.11/libSystem.Globalization.Native.so elf=x86_64 needed=libc.so.6 imports=dlopen
CLR_ICU_VERSION_OVERRIDE
//- /usr/lib/dotnet/shared/Microsoft.NETCore.App/8.0.11/libSystem.Security.Cryptography.Native.OpenSsl.so elf=x86_64 needed=libc.so.6 imports=dlopen
DOTNET_OPENSSL_VERSION_OVERRIDE
//- /usr/lib/dotnet/shared/Microsoft.NETCore.App/8.0.11/libSystem.Net.Security.Native.so elf=x86_64 needed=libc.so.6 imports=dlopen
libgssapi_krb5.so.2
//- /usr/lib/dotnet/shared/Microsoft.NETCore.App/9.0.0/unused.dll
//- /usr/lib/dotnet/shared/Microsoft.AspNetCore.App/8.0.11/Microsoft.AspNetCore.App.runtimeconfig.json
{"runtimeOptions": {"framework": {"name": "Microsoft.NETCore.App", "version": "8.0.11"}}}
//- /usr/lib/dotnet/shared/Microsoft.AspNetCore.App/8.0.11/Microsoft.AspNetCore.dll
//- /usr/lib/dotnet/sdk/9.0.100/dotnet.dll
//- /usr/lib/libicuuc.so.72 elf=x86_64 soname=libicuuc.so.72 needed=libicudata.so.72
//- /usr/lib/libicuuc.so.76 elf=x86_64 soname=libicuuc.so.76 needed=libicudata.so.76
//- /usr/lib/libicui18n.so.76 elf=x86_64 soname=libicui18n.so.76 needed=libicuuc.so.76
//- /usr/lib/libicudata.so.76 elf=x86_64 soname=libicudata.so.76
//- /usr/lib/libssl.so.3 elf=x86_64 soname=libssl.so.3
//- /usr/lib/libssl.so.1.1 elf=x86_64 soname=libssl.so.1.1
//- /usr/lib/libgssapi_krb5.so.2 elf=x86_64 soname=libgssapi_krb5.so.2
//- /usr/share/zoneinfo/Europe/Paris
`;
const application = `
//- /app/web.runtimeconfig.json
{"runtimeOptions": {"tfm": "net8.0", "frameworks": [{"name": "Microsoft.AspNetCore.App", "version": "8.0.0"}]}}
//- /app/web.deps.json
{"runtimeTarget": {"name": ".NETCoreApp,Version=v8.0"}, "targets": {".NETCoreApp,Version=v8.0": {
  "web/1.0.0": {"runtime": {"web.dll": {}}},
  "Lib/2.0.0": {"runtime": {"lib/net8.0/Lib.dll": {}}, "resources": {"lib/net8.0/fr/Lib.resources.dll": {"locale": "fr"}},
    "runtimeTargets": {
      "runtimes/linux-x64/native/liblib.so": {"rid": "linux-x64", "assetType": "native"},
      "runtimes/win-x64/native/lib.dll": {"rid": "win-x64", "assetType": "native"}}},
  "Gone/1.0.0": {"runtime": {"lib/Gone.dll": {}}}}},
 "libraries": {"web/1.0.0": {"type": "project"}, "Lib/2.0.0": {"type": "package", "path": "lib/2.0.0"}}}
//- /app/web.dll
MZ\0
//- /app/web.pdb
//- /app/appsettings.json
//- /app/Lib.dll
//- /app/fr/Lib.resources.dll
//- /app/runtimes/linux-x64/native/liblib.so elf=x86_64 needed=libdep.so.1
//- /app/runtimes/win-x64/native/lib.dll
//- /usr/lib/libdep.so.1 elf=x86_64 soname=libdep.so.1
`;

interface Started {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly appRoot?: string;
  readonly tree?: RootFs;
}

/** Findings and files of an image that starts with a command in /app. */
async function listOf(fixture: string, { command, env = {}, appRoot, tree }: Started): Promise<readonly string[]> {
  const { entries, diagnostics } = await closureOf({
    root: libc + fixture,
    ...(tree === undefined ? {} : { tree }),
    roots: [{ kind: "entrypoint", pointer: "/entrypoint", view: "main" }],
    process: {
      entrypoint: command.slice(0, 1),
      cmd: command.slice(1),
      workdir: toAbsPath("/app"),
      env,
      ...(appRoot === undefined ? {} : { appRoot: toAbsPath(appRoot) }),
    },
    plugins: {
      runtimes: [dotnet],
      rules: [dotnetRule],
      openProcess: (options) => Promise.resolve(openProcess(options)),
    },
  });
  return [
    ...diagnostics.map(({ severity, code, message }) => `! ${severity} ${code}: ${message}`),
    ...entries.filter(({ kind }) => kind !== "directory").map(({ path }) => path),
  ];
}

describe("dotnet FILE.dll", () => {
  it("takes the frameworks that it asks for, what is listed, and what is opened by version", async () => {
    expect(
      await listOf(installation + application, { command: ["/usr/bin/dotnet", "web.dll"] }),
    ).toMatchInlineSnapshot(`
      [
        "/app/Lib.dll",
        "/app/appsettings.json",
        "/app/fr/Lib.resources.dll",
        "/app/runtimes/linux-x64/native/liblib.so",
        "/app/web.deps.json",
        "/app/web.dll",
        "/app/web.runtimeconfig.json",
        "/lib",
        "/lib64/ld-linux-x86-64.so.2",
        "/usr/bin/dotnet",
        "/usr/lib/dotnet/dotnet",
        "/usr/lib/dotnet/host/fxr/10.0.0-rc.1/libhostfxr.so",
        "/usr/lib/dotnet/shared/Microsoft.AspNetCore.App/8.0.11/Microsoft.AspNetCore.App.runtimeconfig.json",
        "/usr/lib/dotnet/shared/Microsoft.AspNetCore.App/8.0.11/Microsoft.AspNetCore.dll",
        "/usr/lib/dotnet/shared/Microsoft.NETCore.App/8.0.11/Microsoft.NETCore.App.deps.json",
        "/usr/lib/dotnet/shared/Microsoft.NETCore.App/8.0.11/System.Private.CoreLib.dll",
        "/usr/lib/dotnet/shared/Microsoft.NETCore.App/8.0.11/libSystem.Globalization.Native.so",
        "/usr/lib/dotnet/shared/Microsoft.NETCore.App/8.0.11/libSystem.Net.Security.Native.so",
        "/usr/lib/dotnet/shared/Microsoft.NETCore.App/8.0.11/libSystem.Security.Cryptography.Native.OpenSsl.so",
        "/usr/lib/dotnet/shared/Microsoft.NETCore.App/8.0.11/libcoreclr.so",
        "/usr/lib/dotnet/shared/Microsoft.NETCore.App/8.0.11/libcoreclrtraceprovider.so",
        "/usr/lib/libc.so.6",
        "/usr/lib/libdep.so.1",
        "/usr/lib/libgssapi_krb5.so.2",
        "/usr/lib/libicudata.so.76",
        "/usr/lib/libicui18n.so.76",
        "/usr/lib/libicuuc.so.76",
        "/usr/lib/libssl.so.3",
        "/usr/share/zoneinfo/Europe/Paris",
      ]
    `);
  });

  it("takes what is listed where the spec gives the application, and no ICU where nothing asks for it", async () => {
    const started = { command: ["/usr/bin/dotnet", "web.dll"], appRoot: "/app" };
    const without = {
      ...started,
      env: { DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: "1", DOTNET_SYSTEM_TIMEZONE_INVARIANT: "1" },
    };
    const all = await listOf(installation + application, started);
    const less = await listOf(installation + application, without);
    expect(all.filter((path) => !less.includes(path))).toEqual([
      "/usr/lib/libicudata.so.76",
      "/usr/lib/libicui18n.so.76",
      "/usr/lib/libicuuc.so.76",
      "/usr/share/zoneinfo/Europe/Paris",
    ]);
    expect(all).not.toContain("/app/appsettings.json");
    const stated = application.replace('"tfm"', '"configProperties": {"System.Globalization.Invariant": true}, "tfm"');
    expect(await listOf(installation + stated, started)).not.toContain("/usr/lib/libicuuc.so.76");
  });

  it("opens the versions that the environment names, and says what is not there", async () => {
    const env = { CLR_ICU_VERSION_OVERRIDE: "72.1", DOTNET_OPENSSL_VERSION_OVERRIDE: "1.1" };
    const command = ["/usr/bin/dotnet", "web.dll"];
    const paths = await listOf(installation + application, { command, env });
    expect(paths.filter((path) => /icuuc|libssl/u.test(path))).toMatchInlineSnapshot(`
      [
        "! warning LIBRARY_MISSING: cannot find libicudata.so.72: needed by /lib/libicuuc.so.72, not in /lib64:/usr/lib64:/lib:/usr/lib; asked for by /usr/lib/libicuuc.so.72 <- /usr/lib/dotnet/shared/Microsoft.NETCore.App/8.0.11/libSystem.Globalization.Native.so <- /usr/lib/dotnet/dotnet <- /usr/bin/dotnet",
        "/usr/lib/libicuuc.so.72",
        "/usr/lib/libssl.so.1.1",
      ]
    `);
    const bare = installation.replaceAll(/^.*libicu.*$\n?/gmu, "");
    expect(
      (await listOf(bare + application, { command })).filter((line) => line.startsWith("!")),
    ).toMatchInlineSnapshot(`
      [
        "! warning LIBRARY_MISSING: cannot find libicuuc.so: /usr/lib/dotnet/shared/Microsoft.NETCore.App/8.0.11/libSystem.Globalization.Native.so opens the newest version that is there, and programs of .NET do not start without one; asked for by /usr/lib/dotnet/dotnet <- /usr/bin/dotnet",
      ]
    `);
  });

  it("says which framework is missing, by all that may change it", async () => {
    const findings = async (args: string, env: Readonly<Record<string, string>> = {}): Promise<readonly string[]> =>
      (await listOf(installation + application, { command: ["/usr/bin/dotnet", ...args.split(" ")], env })).filter(
        (line) => line.startsWith("! error DOTNET"),
      );
    expect(await findings("exec --fx-version 8.0.1 web.dll")).toMatchInlineSnapshot(`
      [
        "! error DOTNET_RUNTIME_MISSING: cannot run /app/web.dll: Microsoft.AspNetCore.App 8.0.1 is asked for, and there is 8.0.11; asked for by /usr/lib/dotnet/dotnet <- /usr/bin/dotnet",
      ]
    `);
    expect(await findings("web.dll", { DOTNET_ROLL_FORWARD: "Disable" })).toMatchInlineSnapshot(`
      [
        "! error DOTNET_RUNTIME_MISSING: cannot run /app/web.dll: Microsoft.AspNetCore.App 8.0.0 is asked for, and there is 8.0.11; asked for by /usr/lib/dotnet/dotnet <- /usr/bin/dotnet",
      ]
    `);
    expect(await findings("--roll-forward LatestMinor web.dll", { DOTNET_ROLL_FORWARD: "Disable" })).toEqual([]);
    expect(await findings("build")).toEqual([]);
  });

  it("says that a host is alone", async () => {
    const alone = installation.replaceAll(/^.*libhostfxr.*$\n/gmu, "");
    expect(
      (await listOf(alone + application, { command: ["/usr/bin/dotnet", "web.dll"] })).slice(0, 1),
    ).toMatchInlineSnapshot(`
      [
        "! error DOTNET_RUNTIME_MISSING: cannot run /app/web.dll: no host/fxr/VERSION/libhostfxr.so in /usr/lib/dotnet; asked for by /usr/lib/dotnet/dotnet <- /usr/bin/dotnet",
      ]
    `);
  });

  it("looks for packages where it is told to", async () => {
    const fixture = application
      .replace("//- /app/Lib.dll", "//- /packages/lib/2.0.0/lib/net8.0/Lib.dll")
      .replace('"tfm"', '"additionalProbingPaths": ["/packages"], "tfm"');
    expect(
      await listOf(installation + fixture, { command: ["/usr/bin/dotnet", "web.dll"], appRoot: "/app" }),
    ).toContain("/packages/lib/2.0.0/lib/net8.0/Lib.dll");
  });
});

describe("a host of its own", () => {
  const host = "//- /app/web 0755 elf=x86_64 loader needed=libc.so.6\n";

  it.each([
    ["DOTNET_ROOT", "", { DOTNET_ROOT: "/usr/lib/dotnet" }],
    ["the variable of its machine", "", { DOTNET_ROOT_X64: "/usr/lib/dotnet", DOTNET_ROOT: "/nowhere" }],
    ["/etc/dotnet", "//- /etc/dotnet/install_location\n/usr/lib/dotnet\n", {}],
    ["the usual places", "", {}],
  ])("finds the installation by %s", async (_, more, env) => {
    const paths = await listOf(installation + application + host + more, {
      command: ["/app/web"],
      env,
      appRoot: "/app",
    });
    expect(paths).toContain("/usr/lib/dotnet/host/fxr/10.0.0-rc.1/libhostfxr.so");
    expect(paths).toContain("/usr/lib/dotnet/shared/Microsoft.NETCore.App/8.0.11/libcoreclr.so");
    expect(paths).toContain("/usr/lib/libdep.so.1");
    expect(paths.filter((path) => path.startsWith("!"))).toEqual([]);
  });

  it("has its run-time beside it where it was published so", async () => {
    const fixture = `${host}
//- /app/web.runtimeconfig.json
{"runtimeOptions": {"includedFrameworks": [{"name": "Microsoft.NETCore.App", "version": "8.0.11"}]}}
//- /app/web.dll
//- /app/web.deps.json
{"targets": {"x": {"runtimepack/8.0.11": {"native": {"libSystem.Native.so": {}}, "runtime": {"System.Runtime.dll": {}}}}}}
//- /app/System.Runtime.dll
//- /app/libhostfxr.so elf=x86_64 needed=libc.so.6
//- /app/libhostpolicy.so elf=x86_64 needed=libc.so.6
//- /app/libcoreclr.so elf=x86_64 needed=libm.so.6
//- /app/libSystem.Native.so elf=x86_64 needed=libc.so.6
//- /usr/lib/libm.so.6 elf=x86_64 soname=libm.so.6
`;
    expect(await listOf(fixture, { command: ["/app/web"], appRoot: "/app" })).toMatchInlineSnapshot(`
      [
        "/app/System.Runtime.dll",
        "/app/libSystem.Native.so",
        "/app/libcoreclr.so",
        "/app/libhostfxr.so",
        "/app/libhostpolicy.so",
        "/app/web",
        "/app/web.deps.json",
        "/app/web.dll",
        "/app/web.runtimeconfig.json",
        "/lib",
        "/lib64/ld-linux-x86-64.so.2",
        "/usr/lib/libc.so.6",
        "/usr/lib/libm.so.6",
      ]
    `);
  });

  /** A host with a bundle behind it. */
  function bundled(runtimeConfig: string, { major = 6, strings = [] as readonly string[] } = {}): Uint8Array {
    const config = Buffer.from(runtimeConfig);
    const write = (header: number): Buffer => {
      const mark = Buffer.alloc(8);
      mark.writeBigUInt64LE(BigInt(header));
      const data = Buffer.concat([mark, createHash("sha256").update(".net core bundle\n").digest()]);
      const loader = "/lib64/ld-linux-x86-64.so.2";
      return Buffer.from(
        writeElf({
          machine: "x86_64",
          loader,
          needed: ["libc.so.6"],
          imports: ["dlopen"],
          strings,
          sections: { ".data": data },
        }),
      );
    };
    const length = write(0).length;
    const header = Buffer.alloc(12 + 1 + 12 + 40);
    header.writeUInt32LE(major);
    header.writeUInt32LE(1, 8);
    header[12] = 12;
    header.writeBigUInt64LE(BigInt(length), 25 + 16);
    header.writeBigUInt64LE(BigInt(config.length), 25 + 24);
    return Buffer.concat([write(length + config.length), config, header]);
  }

  it("has everything inside, but for the framework and what is opened by version", async () => {
    const config = '{"runtimeOptions": {"framework": {"name": "Microsoft.NETCore.App", "version": "8.0.0"}}}';
    const started = async (content: Uint8Array): Promise<readonly string[]> => {
      const tree = memoryRootFs([...parseFixture(libc + installation), ["/app/one", { content, mode: 0o755 }]]);
      return listOf("", { command: ["/app/one"], tree });
    };
    expect(await started(bundled(config))).toContain(
      "/usr/lib/dotnet/shared/Microsoft.NETCore.App/8.0.11/libcoreclr.so",
    );
    // Self-contained: the host has the run-time inside, and opens ICU itself.
    const whole = bundled('{"runtimeOptions": {}}', { strings: ["DOTNET_ICU_VERSION_OVERRIDE"] });
    expect(await started(whole)).toMatchInlineSnapshot(`
      [
        "/app/one",
        "/lib",
        "/lib64/ld-linux-x86-64.so.2",
        "/usr/lib/libc.so.6",
        "/usr/lib/libicudata.so.76",
        "/usr/lib/libicui18n.so.76",
        "/usr/lib/libicuuc.so.76",
        "/usr/share/zoneinfo/Europe/Paris",
      ]
    `);
    const invariant = '{"runtimeOptions": {"configProperties": {"System.Globalization.Invariant": true}}}';
    expect(await started(bundled(invariant, { strings: ["DOTNET_ICU_VERSION_OVERRIDE"] }))).not.toContain(
      "/usr/lib/libicuuc.so.76",
    );
    // A file that is cut, or of an earlier version, has no configuration.
    expect(await started(bundled(config).subarray(0, -30))).not.toContain(
      "/usr/lib/dotnet/host/fxr/10.0.0-rc.1/libhostfxr.so",
    );
    expect(await started(bundled(config, { major: 1 }))).not.toContain(
      "/usr/lib/dotnet/host/fxr/10.0.0-rc.1/libhostfxr.so",
    );
  });

  it("was compiled ahead of time: a program like any other, with what it opens by version", async () => {
    const fixture = `${installation}//- /app/aot 0755 elf=x86_64 loader needed=libc.so.6 imports=dlopen
DOTNET_ICU_VERSION_OVERRIDE
DOTNET_OPENSSL_VERSION_OVERRIDE
`;
    expect(await listOf(fixture, { command: ["/app/aot"] })).toMatchInlineSnapshot(`
      [
        "/app/aot",
        "/lib",
        "/lib64/ld-linux-x86-64.so.2",
        "/usr/lib/libc.so.6",
        "/usr/lib/libicudata.so.76",
        "/usr/lib/libicui18n.so.76",
        "/usr/lib/libicuuc.so.76",
        "/usr/lib/libssl.so.3",
      ]
    `);
  });
});

describe("versions of frameworks", () => {
  it.each([
    ["8.0.0", "Minor", "8.0.1 8.0.3 8.1.0 9.0.0", "8.0.3"],
    ["8.0.0", "Minor", "8.1.0 8.1.2 8.2.0", "8.1.2"],
    ["8.0.0", "Minor", "9.0.0", undefined],
    ["8.0.0", "Major", "9.0.0 9.0.4 9.1.0 10.0.0", "9.0.4"],
    ["8.0.0", "LatestPatch", "8.1.0", undefined],
    ["8.0.0", "LatestMinor", "8.0.0 8.2.0 8.1.0", "8.2.0"],
    ["8.0.0", "LatestMajor", "8.0.0 10.0.0 9.0.0", "10.0.0"],
    ["8.0.1", "Disable", "8.0.1 8.0.2", "8.0.1"],
    ["8.0.2", "Minor", "8.0.1", undefined],
    ["3.0.0", "Minor", "3.0.1-preview 3.1.0", "3.1.0"],
    ["3.0.0", "Minor", "3.0.1-preview", "3.0.1-preview"],
    ["3.0.0", "Minor", "3.0.0-rc.1", undefined],
    ["3.0.0-preview.2", "Minor", "3.0.0-preview.2 3.0.0-preview.10", "3.0.0-preview.2"],
    ["3.0.0-preview.9", "Minor", "3.0.0-preview.10 3.0.0", "3.0.0-preview.10"],
  ])("%s %s of %s: %s", (wanted, rollForward, available, expected) => {
    const version = parseVersion(wanted);
    const setting = rollForwardOf(rollForward);
    if (version === undefined || setting === undefined) throw new Error("no version or setting");
    const all = available.split(" ").flatMap((text) => parseVersion(text) ?? []);
    expect(chooseVersion(all, { wanted: version, rollForward: setting })?.text).toBe(expected);
  });
});

it("reads lists of dependencies that are none, and none that leads out of its directory", () => {
  for (const text of ["", "[]", '{"targets": 7}', '{"targets": {"x": {"a/1": 7, "b/1": {"runtime": []}}}}']) {
    expect(parseDeps(text, "linux-x64")).toEqual({ assets: [], libraries: [] });
  }
  const hostile =
    '{"targets": {"x": {"a/1": {"native": {"../../etc/shadow": {}, "/etc/shadow": {}, "a/..\\\\b": {}}}}}}';
  expect(parseDeps(hostile, "linux-x64").assets).toEqual([]);
});

it.each([
  ["/app", ["web.dll"]],
  ["/srv", ["/app/web.dll"]],
])("starts the only assembly of the application from %s", async (workdir, args) => {
  const root = fixtureRoot(application);
  const proc = await processIn(root, { program: "/usr/bin/dotnet", workdir });
  expect(await dotnet.defaultArgs?.(proc)).toEqual(args);
});
