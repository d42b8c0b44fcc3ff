import { describe, expect, it } from "vitest";
import { parseSettings } from "../../../src/dlopen/pam.ts";
import { applyRules } from "../../support/rules.ts";

describe("PAM", () => {
  const modules = `
//- /usr/lib/libpam.so.0 elf=x86_64 soname=libpam.so.0
/usr/lib/security/
//- /usr/lib/security/pam_unix.so elf=x86_64
/usr/sbin/unix_chkpwd
/etc/security/opasswd
/etc/shadow
//- /usr/lib/security/pam_limits.so elf=x86_64
/etc/security/limits.conf
/etc/security/limits.d/*.conf
//- /usr/lib/security/pam_deny.so elf=x86_64
//- /etc/security/limits.conf
//- /etc/security/limits.d/a.conf
//- /usr/sbin/unix_chkpwd elf=x86_64 loader
//- /etc/pam.d/tool
session required pam_limits.so
@include common
//- /etc/pam.d/common
auth [success=1 default=ignore] pam_unix.so nullok
//- /etc/pam.d/other
auth required pam_deny.so
//- /etc/pam.d/login
auth required pam_gone.so
`;

  it("takes the settings of the program's own service, with what they include and name", async () => {
    const main = "//- /bin/tool elf=x86_64 loader needed=libpam.so.0,libc.so.6 imports=pam_start";
    expect(await applyRules(`${modules}${main}`, undefined, "/bin/tool")).toMatchInlineSnapshot(`
      "pam: /etc/pam.d/tool (file, rule, optional): /bin/tool authenticates by it
      pam: /etc/pam.d/other (file, rule, optional): /bin/tool authenticates by it
      pam: /etc/pam.d/common (file, rule, optional): /bin/tool authenticates by it
      pam: /usr/lib/security/pam_limits.so (object, rule, optional): /bin/tool authenticates by this module
      pam: /etc/security/limits.conf (file, rule, optional): /bin/tool authenticates by pam_limits.so, which reads it
      pam: /etc/security/limits.d/a.conf (file, rule, optional): /bin/tool authenticates by pam_limits.so, which reads it
      pam: /usr/lib/security/pam_deny.so (object, rule, optional): /bin/tool authenticates by this module
      pam: /usr/lib/security/pam_unix.so (object, rule, optional): /bin/tool authenticates by this module
      pam: /usr/sbin/unix_chkpwd (program, rule, optional): /bin/tool authenticates by pam_unix.so, which runs it"
    `);
  });

  it("reads settings whatever their length", async () => {
    const main = "//- /bin/tool elf=x86_64 loader needed=libpam.so.0,libc.so.6 imports=pam_start";
    const long = modules.replace("session required", `${"# for people\n".repeat(25_000)}session required`);
    expect(await applyRules(`${long}${main}`, undefined, "/bin/tool")).toContain("pam_limits.so (object");
  });

  it("takes all services where no name tells which", async () => {
    const main = "//- /bin/main elf=x86_64 loader needed=libpam.so.0,libc.so.6 imports=pam_start_confdir";
    expect(await applyRules(`${modules}${main}`)).toContain("pam: /etc/pam.d/login (file, rule, optional)");
  });

  it("reads controls in brackets, includes and continued lines", () => {
    expect(
      parseSettings(
        "-session optional pam_systemd.so\nauth substack base\nauth [a=1 \\\n b=2] x.so arg\n# auth none y.so\n",
      ),
    ).toEqual([
      { kind: "module", name: "pam_systemd.so" },
      { kind: "include", name: "base" },
      { kind: "module", name: "x.so" },
    ]);
  });
});
