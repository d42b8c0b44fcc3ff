import { BuildError } from "../../diagnostics/diagnostic.ts";
import { readList } from "../vex/read-list.ts";
import type { Audit, VulnerabilityList } from "./audit.ts";
import { printPage } from "./page/page.ts";
import { printJson } from "./report-json.ts";
import { printText } from "./report-text.ts";

/** The report in its forms: text, JSON and a page. */
export function printReport(audits: readonly Audit[]): readonly { readonly name: string; readonly text: string }[] {
  return [
    { name: "report.txt", text: printText(audits) },
    { name: "report.json", text: printJson(audits) },
    { name: "report.html", text: printPage(audits) },
  ];
}

/** A list as an audit takes it. Its `read` throws VULNERABILITIES_INVALID. */
export function openList({ name, text }: { readonly name: string; readonly text: string }): VulnerabilityList {
  return {
    name,
    read({ codename }) {
      const { value, diagnostics } = readList(text, { name, codename });
      if (value === undefined) throw new BuildError(diagnostics);
      return value;
    },
  };
}
