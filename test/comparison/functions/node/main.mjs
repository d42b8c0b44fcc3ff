// Counts the words of an event.
import { readFileSync } from "node:fs";

const event = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(`${JSON.stringify({ words: event.text.split(/\s+/u).length })}\n`);
