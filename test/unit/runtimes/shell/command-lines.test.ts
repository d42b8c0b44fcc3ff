import { expect, it } from "vitest";
import { withoutUntold } from "../../../../src/runtimes/shell/command-lines.ts";

it.each([
  ["python3", ["$OPTS", "main.py", "$FILE"], ["main.py", "$FILE"]],
  ["node", ['"${OPTS[@]}"', "$(options)", "${MORE:-}", "main.js"], ["main.js"]],
  ["java", ["-Xmx1g", "$OPTS", "-jar", "app.jar"], ["-Xmx1g", "$OPTS", "-jar", "app.jar"]],
  ["gosu", ["$USER", "php", "$OPTS", "main.php"], ["$USER", "php", "main.php"]],
  ["python3", ["-m", "$MODULE", "main.py"], ["-m", "$MODULE", "main.py"]],
  ["python3", ['"$FILE"', "main.py"], ['"$FILE"', "main.py"]],
  ["python3", ["$HOME/main.py", "x"], ["$HOME/main.py", "x"]],
  ["python3", ["$OPTS", "$FILE"], ["$OPTS", "$FILE"]],
])("leaves out what may be options before the first argument of %s that is known: %j", (program, args, expected) => {
  expect(withoutUntold(program, args)).toEqual(expected);
});
