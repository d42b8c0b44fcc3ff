import process from "node:process";
import { defaultSyntax } from "../detect/detect.ts";

/** The frontend that a spec of this machine names where nothing says which: PITH_SYNTAX, as `npm run up` sets it. */
export function usualSyntax(): string {
  const given = process.env["PITH_SYNTAX"] ?? "";
  return given === "" ? defaultSyntax : given;
}
