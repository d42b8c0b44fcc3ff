import { expect, it } from "vitest";
import { wordsHeldIn } from "../../../src/languages/command-words.ts";

it("takes no name of an event for a word that is held", () => {
  const code = `socket.emit(\n  "login", user);\nbus.once("sort", run);\n$bus->on("date", $run);\nrun("tac");`;
  expect([...wordsHeldIn(code)]).toEqual(["tac"]);
});
