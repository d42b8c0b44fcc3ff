import { expect, it } from "vitest";
import { trace } from "./trace-shell.ts";

it("reads no accounts for names of files", async () => {
  const script = `while IFS=: read -r user _ _ _ _ home _; do tar -c "$home"; done < /etc/passwd`;
  const more = "//- /etc/passwd\nroot:x:0:0:root:/root:/bin/sh\n//- /root/.profile\n";
  expect(await trace(script, { more })).not.toContain("/root");
});

it("takes all programs whose names begin as a computed one does", async () => {
  const more = "//- /usr/bin/tool-read-csv 0755\n//- /usr/bin/tool-read-xml 0755\n//- /usr/bin/tool-write 0755\n";
  expect(await trace(`FORMAT=$1\ntool-read"$FORMAT" x\nt$FORMAT`, { more })).toMatchInlineSnapshot(`
    "program /usr/bin/tool-read-csv: runs tool-read"$FORMAT" (line 2)
    program /usr/bin/tool-read-xml: runs tool-read"$FORMAT" (line 2)
    warning SHELL_COMMAND_COMPUTED: cannot tell what line 3 of /entrypoint.sh runs: t$FORMAT is known only when it runs"
  `);
});

it("takes no text that nobody can run for a command whose name is put together", async () => {
  const more = "//- /srv/own.rb\n";
  const told = async (code: string, args: readonly string[] = []): Promise<boolean> =>
    /runs (?:\/srv\/own\.rb|\$)/u.test(await trace(`#!/bin/sh\nscript=/srv/own.rb\n${code}\n`, { more, args }));
  expect(await told("/srv/own.rb")).toBe(true);
  expect(await told('$launcher "$script"')).toBe(false);
  expect(await told('set -- "$launcher" "$script"; exec $script')).toBe(false);
  expect(await told('eval set -- "$list"\nexec "$@"', ["/srv/own.rb"])).toBe(false);
  expect(await told('exec "$@"', ["/srv/own.rb"])).toBe(true);
});

it("starts the programs whose paths begin as a computed one does, with the arguments that are known", async () => {
  const script = `version=$(pick)
base=$(pick)
test "$base" || base=/usr/bin/ng
options=$(pick)
for one in $version; do exec $base$one $options "$@"; done
exec $lost now
exec "$@"`;
  expect(await trace(script, { args: ["/srv/own", "-x"] })).toMatchInlineSnapshot(`
    "warning SHELL_COMMAND_MISSING: cannot find pick: line 1 of /entrypoint.sh runs it, not on the PATH of the builder
    unknown $base$one (line 5): {"kind":"prefix","prefix":"/usr/bin/ng"}
    program /usr/bin/nginx [/srv/own, -x]: runs $base$one (line 5)
    warning SHELL_COMMAND_MISSING: cannot find now: line 6 of /entrypoint.sh runs it, not on the PATH of the builder
    warning SHELL_COMMAND_MISSING: cannot find /srv/own: line 7 of /entrypoint.sh runs it, not on the PATH of the builder
    warning SHELL_COMMAND_COMPUTED: cannot tell what line 6 of /entrypoint.sh runs: $lost is known only when it runs"
  `);
});
