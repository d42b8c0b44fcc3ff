import { expect, it } from "vitest";
import { readPhpCommand } from "../../../../src/runtimes/php/command-line.ts";

it("reads the options of php, and of php-fpm, which has others", () => {
  const none = {
    script: undefined,
    code: undefined,
    documentRoot: undefined,
    isServer: false,
    ini: undefined,
    hasNoIni: false,
    settings: [],
    zendExtensions: [],
    fpmConfig: undefined,
    prefix: undefined,
  };
  const words = (text: string, isFpm = false) => readPhpCommand(text.split(" "), { isFpm });
  expect(words("-S 0:80 -t public router.php -n")).toEqual({
    ...none,
    isServer: true,
    documentRoot: "public",
    script: "router.php",
  });
  expect(words("--php-ini=/etc/x -d a=1 -db=2 -z xdebug -f run.php -- -n")).toEqual({
    ...none,
    ini: "/etc/x",
    settings: ["a=1", "b=2"],
    zendExtensions: ["xdebug"],
    script: "run.php",
  });
  expect(words("-nr echo")).toEqual({ ...none, hasNoIni: true, script: "echo" });
  expect(words("-F -O -y /etc/fpm.conf -p /srv", true)).toEqual({
    ...none,
    fpmConfig: "/etc/fpm.conf",
    prefix: "/srv",
  });
});
