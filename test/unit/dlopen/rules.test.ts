import { describe, expect, it } from "vitest";
import type { SystemPackage } from "../../../src/closure/model/closure.ts";
import { erlang } from "../../../src/dlopen/erlang.ts";
import { namesInJoinedTexts } from "../../../src/dlopen/joined-texts.ts";
import { reportDlopenStrings } from "../../../src/dlopen/reported.ts";
import { speaksTls } from "../../../src/dlopen/speaks-tls.ts";
import { subCommands } from "../../../src/dlopen/sub-commands.ts";
import { begunCommand, commandsOf, systemCommands } from "../../../src/dlopen/system-commands.ts";
import { elfReader } from "../../../src/loader/read-elf.ts";
import { allRules } from "../../../src/resolver/plugins.ts";
import { memoryRootFs } from "../../../src/rootfs/memory.ts";
import { type AbsPath, toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { writeBeam } from "../../support/beam-writer.ts";
import { writeElf } from "../../support/elf-writer.ts";
import { applyRules, openFixture } from "../../support/rules.ts";

describe("the dlopen rules", () => {
  it("are sorted by name", () => {
    const names = allRules.map(({ name }) => name);
    expect(names).toEqual(names.toSorted());
  });

  it("take what notes declare, by priority and availability", async () => {
    expect(
      await applyRules(`
//- /bin/main elf=x86_64 loader needed=libc.so.6
[{"soname":["libnone.so.2","libzstd.so.1"],"feature":"zstd","priority":"recommended"}]
[{"soname":["libgcrypt.so.20"],"priority":"suggested"},{"soname":["libgone.so.1"],"priority":"required"}]
//- /usr/lib/libzstd.so.1 elf=x86_64
//- /usr/lib/libgcrypt.so.20 elf=x86_64
`),
    ).toMatchInlineSnapshot(
      `"dlopen-notes: /lib/libzstd.so.1 (object, declared): /bin/main declares that it opens libzstd.so.1 for zstd"`,
    );
  });

  it("follow the configuration of nginx through links, includes and modules", async () => {
    expect(
      await applyRules(
        `
//- /bin/nginx elf=x86_64 loader needed=libc.so.6
 --prefix=/usr/share/nginx --conf-path=/etc/nginx/nginx.conf --http-log-path=/var/log/nginx/access.log
//- /etc/nginx/nginx.conf
include modules-enabled/*.conf;
http { include mime.types; server { root /srv/www; ssl_certificate_key /etc/nginx/key.pem; } }
//- /etc/nginx/mime.types
types { text/html html; }
//- /etc/nginx/modules-enabled/echo.conf -> ../../../usr/share/nginx/echo.conf
//- /usr/share/nginx/echo.conf
load_module modules/echo.so;
//- /srv/www/index.html
`,
        undefined,
        "/bin/nginx",
      ),
    ).toMatchInlineSnapshot(`
      "nginx: /var/log/nginx (file, declared, optional): /bin/nginx keeps files in /var/log/nginx
      nginx: /etc/nginx/nginx.conf (file, declared, optional): /bin/nginx reads its configuration from /etc/nginx/nginx.conf
      nginx: /srv/www (tree, declared, optional): /bin/nginx serves /srv/www
      nginx: /etc/nginx/modules-enabled/echo.conf (file, declared, optional): /bin/nginx reads its configuration from /etc/nginx/modules-enabled/echo.conf
      nginx: /usr/share/nginx/modules/echo.so (object, declared): /bin/nginx loads module /usr/share/nginx/modules/echo.so
      nginx: /etc/nginx/mime.types (file, declared, optional): /bin/nginx reads its configuration from /etc/nginx/mime.types"
    `);
  });

  it("take the commands of a program that others bring", async () => {
    const path = toAbsPath("/usr/bin/own");
    const { proc } = await openFixture(`//- ${path} elf=x86_64 loader needed=libc.so.6`, undefined, path);
    const elf = await proc.readElf(path);
    if (elf === undefined || !subCommands.applies({ path, elf })) throw new Error("no rule");
    const findProgram = async (name: string): Promise<AbsPath | undefined> =>
      /^own-(?:shelf|-c)$/u.test(name) ? toAbsPath(name, "/usr/bin") : undefined;
    const found: string[] = [];
    const args = ["-c", "word", "shelf", "add", "--now"];
    for await (const one of subCommands.needs({ path, elf }, { ...proc, args, findProgram })) {
      if ("need" in one) found.push(`${one.need.path} ${one.need.args?.join(" ")}: ${one.need.why}`);
    }
    expect(found).toEqual(["/usr/bin/own-shelf add --now: has the command shelf by it"]);
    const ofScript: string[] = [];
    const interpreter = { ...proc, program: toAbsPath("/usr/bin/py"), realProgram: path, findProgram };
    for (const script of ["/usr/bin/own", "/srv/own"]) {
      const started = { ...interpreter, args: ["-E", script, "shelf", "add"] };
      for await (const one of subCommands.needs({ path, elf }, started)) {
        if ("need" in one) ofScript.push(`${one.need.path} ${one.need.args?.join(" ")}`);
      }
    }
    expect(ofScript).toEqual(["/usr/bin/own-shelf add"]);
  });

  it("take the symbols of objects for programs that look for them, and not for libraries", async () => {
    const more = "//- /usr/lib/debug/.build-id/f8/cba8.debug\n";
    const text = "/usr/lib/debug/.build-id/%c%c/%s.debug";
    expect(await applyRules(`//- /bin/main elf=x86_64 loader needed=libc.so.6\n${text}\n${more}`)).toBe(
      "debug-files: /usr/lib/debug (tree, string, optional): /bin/main looks for the symbols of objects in it",
    );
    expect(await applyRules(`//- /bin/main elf=x86_64 loader needed=libc.so.6\n${text}\n`)).toBe("");
    expect(await applyRules(`//- /bin/main elf=x86_64 soname=libbfd.so.2\n${text}\n${more}`)).toBe("");
  });

  it("take what Haskell's programs start of packages that go with their own, by the ends of texts", async () => {
    const path = toAbsPath("/usr/bin/own");
    const text = `//- ${path} elf=x86_64 loader needed=libc.so.6 imports=execvp\n+RTS\nuse-rsync\nno such lsof here`;
    const { proc } = await openFixture(text, undefined, path);
    const elf = await proc.readElf(path);
    if (elf === undefined || !namesInJoinedTexts.applies({ path, elf })) throw new Error("no rule");
    const packageOf = (
      name: string,
      programs: readonly string[],
      all: readonly SystemPackage[] = [],
    ): SystemPackage => ({
      name,
      source: name,
      files: [],
      programs: programs.map((one) => toAbsPath(one)),
      directories: [],
      dependencies: () => all,
      suggestions: () => (name === "own" ? [packageOf("lsof", ["/usr/bin/lsof"])] : []),
    });
    const own = packageOf("own", [], [packageOf("cover", [], [packageOf("rsync", ["/usr/bin/rsync"])])]);
    const found: string[] = [];
    for await (const one of namesInJoinedTexts.needs(
      { path, elf },
      { ...proc, systemPackage: () => Promise.resolve(own) },
    )) {
      if ("need" in one) found.push(one.need.path);
    }
    expect(found).toEqual(["/usr/bin/rsync"]);
    const rust = await openFixture(text.replace("+RTS", "/rustc/1/library/std"), undefined, path);
    const ofRust: string[] = [];
    const object = { path, elf: (await rust.proc.readElf(path)) ?? elf };
    const asking = { ...rust.proc, systemPackage: () => Promise.resolve(own) };
    for await (const one of namesInJoinedTexts.needs(object, asking)) if ("need" in one) ofRust.push(one.need.path);
    expect(ofRust).toEqual(["/usr/bin/rsync"]);
  });

  it("take programs that modules of Erlang start", async () => {
    const starting = writeBeam({ atoms: ["own", "os", "cmd"], imports: [[2, 3]], texts: ["df", "a", "uptime -p"] });
    const other = writeBeam({ atoms: ["own"], imports: [], texts: ["ps"] });
    const elixir = writeBeam({ atoms: ["own", "Elixir.System", "cmd"], imports: [[2, 3]], texts: ["openssl"] });
    const path = toAbsPath("/usr/lib/erlang/erts-15/bin/beam.smp");
    const { proc } = await openFixture(`//- ${path} elf=x86_64 loader needed=libc.so.6`, undefined, path);
    const elf = await proc.readElf(path);
    const root = memoryRootFs([
      ["/usr/lib/erlang/lib/os_mon-2/ebin/disksup.beam", { content: starting }],
      ["/usr/lib/erlang/lib/os_mon-2/ebin/other.beam", { content: other }],
      ["/usr/lib/erlang/lib/shop-1/ebin/Elixir.Shop.beam", { content: elixir }],
      ["/usr/lib/erlang/lib/os_mon-2/ebin/os_mon.app", { content: "{}" }],
    ]);
    const found: string[] = [];
    if (elf === undefined || !erlang.applies({ path, elf })) throw new Error("no rule");
    const findProgram = async (name: string): Promise<AbsPath> => toAbsPath(name, "/usr/bin");
    for await (const one of erlang.needs({ path, elf }, { ...proc, root, findProgram })) {
      if ("need" in one) found.push(`${one.need.path} ${one.need.role}: ${one.need.why}`);
    }
    expect(found).toEqual([
      "/usr/bin/df program: starts df from a module",
      "/usr/bin/openssl program: starts openssl from a module",
      "/usr/bin/uptime program: starts uptime from a module",
    ]);
  });

  it("take applications of Erlang that the builder installed by name, with those that they need", async () => {
    const path = toAbsPath("/usr/lib/erlang/erts-15/bin/beam.smp");
    const { proc } = await openFixture(`//- ${path} elf=x86_64 loader needed=libc.so.6`, undefined, path);
    const elf = await proc.readElf(path);
    const lib = "/usr/lib/erlang/lib";
    const root = memoryRootFs([
      [`${lib}/pool-1.5/ebin/pool.app`, { content: "{application,pool,[{applications,[kernel, fast_base]}]}." }],
      [`${lib}/base-2/ebin/fast_base.app`, { content: "{application,fast_base,[{applications,[kernel]}]}." }],
      [`${lib}/unused-1/ebin/unused.app`, { content: "{application,unused,[]}." }],
      [`${lib}/kernel-10/ebin/kernel.app`, { content: "{application,kernel,[]}." }],
    ]);
    const systemPackage = async (file: AbsPath) => {
      const [, name = "erlang"] = /lib\/(pool|base|unused)-/u.exec(file) ?? [];
      const one = { name, source: name, files: [], directories: [], isChosen: name === "pool", dependencies: () => [] };
      return Promise.resolve(one);
    };
    const found: string[] = [];
    if (elf === undefined) throw new Error("no program");
    for await (const one of erlang.needs({ path, elf }, { ...proc, root, systemPackage }))
      if ("unknown" in one && one.unknown.bound.kind === "directory") found.push(one.unknown.bound.path);
    expect(found).toEqual([`${lib}/pool-1.5`, `${lib}/kernel-10`, `${lib}/base-2`]);
  });

  it("take the shell of programs that start commands, and the commands that their strings hold whole", async () => {
    const main = "//- /bin/main elf=x86_64 loader needed=libc.so.6 imports=system";
    expect(
      await applyRules(
        `${main}
rm -rf %s/art_cache
sort by name
cd /tmp && gzip -c %s | mail -s x
//- /bin/sh
`,
        undefined,
        "/bin/main",
      ),
    ).toMatchInlineSnapshot(`"system-commands: /bin/sh (program, string, optional): /bin/main starts commands by it"`);
    expect(commandsOf("PATH=/bin find %s -name '*.x' | xargs rm -f; exit 1")).toEqual(["find", "xargs"]);
    expect(commandsOf("rm %s")).toEqual(["rm"]);
    for (const usage of [
      "log facility <kern|user|cron>$facility",
      "clear bgp <*|A.B.C.D|X:X::X:X> soft [<in|out>] {keep|drop}",
      "ip authentication <none|key-chain NAME> [A.B.C.D]",
      "show link (up|down)",
    ]) {
      expect(commandsOf(usage)).toEqual([]);
    }
    expect(commandsOf("file does not exist: %s")).toEqual([]);
    expect(commandsOf("sort </tmp/in >/tmp/out")).toEqual(["sort"]);
    expect(commandsOf("tar -cf $(date|tr -d :).tar %s")).toEqual(["tar", "tr"]);
    expect(commandsOf("-h, --help  show this")).toEqual([]);
    expect(commandsOf("sort by name")).toEqual([]);
  });

  it("take what the program puts before something that only the run tells", async () => {
    expect(["which ", "exit ", "sorted by ", " sort ", "sort"].flatMap((text) => begunCommand(text) ?? [])).toEqual([
      "which",
    ]);
    const path = toAbsPath("/bin/main");
    const text = `//- ${path} elf=x86_64 loader needed=libc.so.6 imports=system\nwhich \n`;
    const { proc } = await openFixture(text, undefined, path);
    const elf = await proc.readElf(path);
    if (elf === undefined) throw new Error("no program");
    const findProgram = async (name: string): Promise<AbsPath> => toAbsPath(name, "/usr/bin");
    const found: string[] = [];
    for await (const one of systemCommands.needs({ path, elf }, { ...proc, program: path, findProgram }))
      if ("need" in one) found.push(one.need.path);
    expect(found).toEqual(["/usr/bin/which", "/bin/sh"]);
  });

  it("take zones and media types for programs of Go that look them up", async () => {
    const files = `
//- /usr/share/zoneinfo/Europe/Paris
//- /etc/mime.types
`;
    const program = (texts: string) => `//- /bin/main elf=x86_64 loader needed=libc.so.6\n${texts}${files}`;
    expect(await applyRules(program("time.LoadLocation\nmime.TypeByExtension"))).toMatchInlineSnapshot(`
      "go: /usr/share/zoneinfo (tree, rule, optional): /bin/main looks up time zones
      go: /usr/local/share/mime/globs2 (file, rule, optional): /bin/main knows types of files by it
      go: /usr/share/mime/globs2 (file, rule, optional): /bin/main knows types of files by it
      go: /etc/mime.types (file, rule, optional): /bin/main knows types of files by it
      go: /etc/apache2/mime.types (file, rule, optional): /bin/main knows types of files by it
      go: /etc/apache/mime.types (file, rule, optional): /bin/main knows types of files by it
      go: /etc/httpd/conf/mime.types (file, rule, optional): /bin/main knows types of files by it"
    `);
    expect(await applyRules(program("time.LoadLocationFromTZData\nmime.init\nnet.readServicesX"))).toBe("");
  });

  it("search no program for what Go links that has sections and none of Go's", async () => {
    const speaks = async (sections: Readonly<Record<string, Uint8Array>>): Promise<boolean> => {
      const content = writeElf({
        machine: "x86_64",
        dynamic: false,
        strings: ["crypto/x509.(*Certificate).Verify"],
        sections,
      });
      const path = toAbsPath("/bin/main");
      const elf = await elfReader(memoryRootFs([[path, { content }]])).readElf(path);
      return elf !== undefined && speaksTls(elf);
    };
    const byte = new Uint8Array([1]);
    expect(await speaks({})).toBe(true);
    expect(await speaks({ ".text": byte })).toBe(false);
    for (const name of [".gopclntab", ".data.rel.ro.gopclntab", ".go.buildinfo", ".note.go.buildid"]) {
      expect(await speaks({ ".text": byte, [name]: byte })).toBe(true);
    }
  });

  it("take names of services and protocols for programs of Go that look them up", async () => {
    expect(
      await applyRules(`
//- /bin/main elf=x86_64 static
net.readServices
net.readProtocols
//- /etc/services
//- /etc/protocols
`),
    ).toMatchInlineSnapshot(`""`);
  });

  it("take the providers of OpenSSL that an object loads by name", async () => {
    const files = `
//- /usr/lib/libcrypto.so.3 elf=x86_64 soname=libcrypto.so.3
MODULESDIR: "/usr/lib/ossl-modules"
//- /usr/lib/ossl-modules/legacy.so elf=x86_64
//- /usr/lib/ossl-modules/fips.so elf=x86_64
`;
    const program = "//- /bin/main elf=x86_64 loader needed=libc.so.6,libcrypto.so.3 imports=OSSL_PROVIDER_load";
    expect(await applyRules(`${program}\nsomething legacy${files}`)).toMatchInlineSnapshot(
      `"openssl-providers: /usr/lib/ossl-modules/legacy.so (object, rule): /bin/main loads the provider legacy"`,
    );
  });

  it("leave texts alone that only speak of a compiler", async () => {
    expect(await applyRules("//- /bin/main elf=x86_64 loader needed=libc.so.6\ncompiled with gcc -o %s\n")).toBe("");
  });

  it("take libgcc_s for programs that end threads", async () => {
    expect(
      await applyRules("//- /bin/main elf=x86_64 loader needed=libc.so.6 imports=pthread_exit"),
    ).toMatchInlineSnapshot(
      `"libgcc: /lib/libgcc_s.so.1 (object, rule): /bin/main ends threads, for which glibc opens libgcc_s.so.1"`,
    );
    expect(
      await applyRules("//- /bin/main elf=x86_64 loader needed=libc.so.6,libgcc_s.so.1 imports=_Unwind_Resume"),
    ).toBe("");
    expect(await applyRules("//- /bin/main elf=x86_64 loader needed=libc.so.6 imports=pthread_create")).toBe("");
  });

  it("take the name services of the image, not of the builder, for the databases that are used", async () => {
    const services = `
//- /etc/nsswitch.conf
passwd:  files systemd
//- /usr/lib/libnss_systemd.so.2 elf=x86_64
//- /usr/lib/libnss_myhostname.so.2 elf=x86_64
//- /usr/lib/libnss_files.so.2 elf=x86_64
`;
    const names = ["files", "myhostname"];
    expect(
      await applyRules(`${services}//- /bin/main elf=x86_64 loader needed=libc.so.6 imports=getaddrinfo`, names),
    ).toMatchInlineSnapshot(`
      "nss: /etc/host.conf (file, rule, optional): /bin/main looks up hosts with it
      nss: /etc/gai.conf (file, rule, optional): /bin/main looks up hosts with it
      nss: /etc/services (file, rule, optional): /bin/main looks up hosts with it
      nss: /lib/libnss_myhostname.so.2 (object, rule): /bin/main looks up hosts by the name service myhostname"
    `);
    expect(await applyRules(`${services}//- /bin/main elf=x86_64 loader needed=libc.so.6 imports=getpwuid_r`)).toBe("");
  });

  it("take the plain files that functions of the C library look names up in, whichever C library it is", async () => {
    const shells = "//- /bin/main elf=x86_64 loader needed=libc.so.6 imports=getusershell,getrpcbyname";
    expect(await applyRules(shells, ["files", "db"])).toMatchInlineSnapshot(`
      "nss: /etc/rpc (file, rule, optional): /bin/main looks up programs by RPC with it
      nss: /etc/shells (file, rule, optional): /bin/main looks up shells of accounts with it"
    `);
    const musl =
      "//- /bin/main elf=x86_64 loader=/lib/ld-musl-x86_64.so.1 needed=libc.musl-x86_64.so.1 imports=getservbyname";
    expect(await applyRules(musl)).toMatchInlineSnapshot(`
      "nss: /etc/services (file, rule, optional): /bin/main looks up services with it
      nss: /etc/protocols (file, rule, optional): /bin/main looks up services with it"
    `);
  });

  it("take the separate files and dns services of older C libraries", async () => {
    expect(
      await applyRules(`
//- /usr/lib/libnss_files.so.2 elf=x86_64
//- /usr/lib/libnss_dns.so.2 elf=x86_64
//- /usr/lib/libc.so.6 elf=x86_64 soname=libc.so.6 defines=GLIBC_2.31
//- /bin/main elf=x86_64 loader needed=libc.so.6 imports=getaddrinfo,getservbyname
`),
    ).toMatchInlineSnapshot(`
      "nss: /etc/host.conf (file, rule, optional): /bin/main looks up hosts with it
      nss: /etc/gai.conf (file, rule, optional): /bin/main looks up hosts with it
      nss: /etc/services (file, rule, optional): /bin/main looks up hosts with it
      nss: /lib/libnss_dns.so.2 (object, rule): /bin/main looks up hosts by the name service dns
      nss: /lib/libnss_files.so.2 (object, rule): /bin/main looks up hosts by the name service files
      nss: /etc/services (file, rule, optional): /bin/main looks up services with it
      nss: /etc/protocols (file, rule, optional): /bin/main looks up services with it
      nss: /lib/libnss_files.so.2 (object, rule): /bin/main looks up services by the name service files"
    `);
  });

  it("take the usual encodings where the builder has them", async () => {
    expect(
      await applyRules(`
//- /usr/lib/gconv/gconv-modules.d/extra.conf
//- /usr/lib/gconv/UTF-16.so elf=x86_64
//- /usr/lib/gconv/BIG5.so elf=x86_64
//- /bin/main elf=x86_64 loader needed=libc.so.6 imports=iconv_open
`),
    ).toMatchInlineSnapshot(`
      "gconv: /usr/lib/gconv/gconv-modules.cache (file, rule, optional): /bin/main converts text by iconv, which looks up its modules here
      gconv: /usr/lib/gconv/gconv-modules (file, rule, optional): /bin/main converts text by iconv, which looks up its modules here
      gconv: /usr/lib/gconv/gconv-modules.d/extra.conf (file, rule, optional): /bin/main converts text by iconv, which looks up its modules here
      gconv: /usr/lib/gconv/UTF-16.so (object, rule): /bin/main converts text by iconv, which opens it for UTF-16"
    `);
  });

  it("take OpenSSL's configuration, what it includes and the providers that it turns on", async () => {
    expect(
      await applyRules(`
//- /bin/main elf=x86_64 loader needed=libcrypto.so.3
//- /usr/lib/libcrypto.so.3 elf=x86_64 soname=libcrypto.so.3
OPENSSLDIR: "/usr/lib/ssl"
MODULESDIR: "/usr/lib/ossl-modules"
//- /usr/lib/ssl/openssl.cnf -> /etc/ssl/openssl.cnf
//- /etc/ssl/openssl.cnf
.include /etc/ssl/more.d
#legacy = legacy_sect
//- /etc/ssl/more.d/a.cnf
legacy = legacy_sect
module = /opt/own.so
//- /usr/lib/ossl-modules/legacy.so elf=x86_64
//- /usr/lib/ossl-modules/fips.so elf=x86_64
//- /opt/own.so elf=x86_64
`),
    ).toMatchInlineSnapshot(`
      "openssl: /usr/lib/ssl/openssl.cnf (file, rule, optional): /lib/libcrypto.so.3 is configured by it
      openssl: /etc/ssl/more.d/a.cnf (file, rule, optional): /lib/libcrypto.so.3 is configured by it
      openssl: /usr/lib/ossl-modules/legacy.so (object, rule): /lib/libcrypto.so.3 is configured by /etc/ssl/more.d/a.cnf to load it
      openssl: /opt/own.so (object, rule): /lib/libcrypto.so.3 is configured by /etc/ssl/more.d/a.cnf to load it"
    `);
  });
});

it("B15: looks for what a library may open with the search path of that library", async () => {
  const { proc } = await openFixture(`
//- /bin/main elf=x86_64 loader runpath=/opt/td needed=libhost.so
//- /opt/td/libhost.so elf=x86_64 soname=libhost.so runpath=$ORIGIN/plug imports=dlopen
libplug.so
//- /opt/td/plug/libplug.so elf=x86_64
`);
  const path = toAbsPath("/opt/td/libhost.so");
  const elf = await proc.readElf(path);
  expect(elf && (await reportDlopenStrings({ path, elf }, proc))).toEqual([
    { from: path, soname: "libplug.so", path: "/opt/td/plug/libplug.so" },
  ]);
});
