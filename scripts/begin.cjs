"use strict";

/*
 * Loaded before each script that `npm run` starts: `node -r ./scripts/begin.cjs scripts/NAME.ts`. What a machine lacks
 * is said in a sentence, with what to do, and not by a stack trace. Old versions of Node read this file too, so the
 * part before `require` uses nothing that is new.
 */
var fs = require("fs");
var path = require("path");

var numbers = process.versions.node.split(".").map(Number);
var isNewEnough = numbers[0] >= 24 || (numbers[0] === 22 && numbers[1] >= 19);
var isInstalled = fs.existsSync(path.join(__dirname, "../node_modules/esbuild/package.json"));

function endWith(text) {
  process.stderr.write(text + "\n");
  process.exit(1);
}

if (!isInstalled) {
  endWith(
    "cannot run: the packages of this project are not installed\n" +
      "run `npm ci` once; it also installs the Node 24 that the scripts use",
  );
} else if (!isNewEnough) {
  endWith(
    "cannot run: this is Node " +
      process.versions.node +
      ", and the scripts need Node 22.19 or 24\n" +
      "run `npm ci`, which installs Node 24 beside the project, and start scripts by `npm run`",
  );
} else {
  require("./lib/failures.ts").sayFailuresPlainly();
}
