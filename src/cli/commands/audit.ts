import fs from "node:fs";
import path from "node:path";
import { BuildError } from "../../diagnostics/diagnostic.ts";
import { quote } from "../../diagnostics/escape.ts";
import { type Acceptance, refuseAudit, severities } from "../../inspect/audit/acceptance.ts";
import type { Audit } from "../../inspect/audit/audit.ts";
import { manifestFiles } from "../../inspect/audit/manifest-files.ts";
import { printReport } from "../../inspect/audit/print-report.ts";
import { printAuditJunit, printAuditSarif } from "../../inspect/audit/report-ci.ts";
import { printJson } from "../../inspect/audit/report-json.ts";
import { printText } from "../../inspect/audit/report-text.ts";
import { auditImage } from "../audit-image.ts";
import type { Command, CommandWords } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { imageNames } from "../image-locations.ts";
import { readManifestFile } from "../manifest-file.ts";
import { registryOptions } from "../registry-options.ts";
import { parseReportFormat, reportFormatOption } from "../report-format.ts";
import { version } from "../version.ts";
import { readVulnerabilities, vulnerabilitiesOption } from "../vulnerability-file.ts";

/** `pith audit`: what an attacker would find in an image. */
export const audit: Command = {
  name: "audit",
  summary: "Measure the attack surface of an image, or of several",
  description: `Reads an image, an archive or a directory, whoever made it, and says what an attacker would find in it: programs by
what they are good for (known by their bytes, not by their names), setuid files, what anybody may write, secrets, packages
and bytes, and a score whose formula is in docs/guides/audit.md. Several are put beside each other, the one that is judged last.

${imageNames}`,
  operands: { usage: "[BEFORE...] IMAGE", least: 1, most: 8 },
  options: [
    { name: "output", short: "o", value: "DIR", description: "Write report.txt, report.json and report.html there." },
    {
      name: "manifest",
      short: "m",
      value: "FILE",
      description: "The image's manifest. Default: the reasons that lie beside or in it.",
    },
    vulnerabilitiesOption,
    reportFormatOption,
    { name: "max-score", value: "NUMBER", description: "End with 1 where the (last) image has a higher score." },
    {
      name: "fail-on",
      value: "SEVERITY",
      values: severities,
      description: "End with 1 where the (last) image has a finding that is high, medium or low, or above.",
    },
    { name: "platform", value: "OS/ARCH", description: "Of an image for several. Default: linux on this machine's." },
    ...registryOptions,
  ],
  examples: [
    { line: "pith audit image.tar", does: "What is in an archive of docker save?" },
    { line: "pith audit builder.tar image.tar -o report", does: "What is gone? Write the report to a folder." },
    {
      line: "pith audit --vulnerabilities osv.json builder.tar image.tar",
      does: "How many of the list's vulnerabilities do packages of each have?",
    },
    { line: "pith audit --max-score 40 --fail-on high app:1", does: "Is it fine? The exit code says so." },
    {
      line: "pith audit --format sarif app:1 > audit.sarif",
      does: "Findings for code scanning; junit for CI servers.",
    },
    { line: "pith audit --json / | jq .images[0].score.total", does: "The score of this machine." },
  ],
  async run(call) {
    const { words, terminal } = call;
    const acceptance = parseAcceptance(words);
    const format = parseReportFormat(call);
    const manifestFile = words.text("manifest");
    const stated = manifestFile === undefined ? undefined : manifestFiles(await readManifestFile(call, manifestFile));
    const listFile = words.text("vulnerabilities");
    const vulnerabilities = listFile === undefined ? undefined : readVulnerabilities(call, listFile);
    const audits: Audit[] = [];
    for (const [index, text] of words.operands.entries()) {
      const isLast = index === words.operands.length - 1;
      audits.push((await auditImage(call, text, { vulnerabilities, stated: isLast ? stated : undefined })).audit);
    }
    const folder = words.text("output");
    if (folder !== undefined) {
      const hostFolder = path.resolve(call.hostFolder, folder);
      fs.mkdirSync(hostFolder, { recursive: true });
      for (const { name, text } of printReport(audits)) fs.writeFileSync(path.join(hostFolder, name), text);
      terminal.say(`wrote the report to ${folder}`);
    }
    const last = audits.at(-1);
    if (format === "json") terminal.print(printJson(audits));
    else if (format === "sarif") terminal.print(last === undefined ? "" : printAuditSarif(last, version));
    else if (format === "junit") terminal.print(last === undefined ? "" : printAuditJunit(last, acceptance));
    else if (folder === undefined) terminal.print(printText(audits));
    const refused = last === undefined ? [] : refuseAudit(last, acceptance);
    if (refused.length === 0) return exitCodes.fine;
    terminal.report(refused, []);
    return exitCodes.failed;
  },
};

/** The limits that a call gives. Throws OPTION_INVALID. */
function parseAcceptance(words: CommandWords): Acceptance {
  const score = words.text("max-score");
  if (score !== undefined && !/^\d+(?:\.\d+)?$/u.test(score)) {
    throw invalidOption(`cannot use ${quote(score)} as a score: not a number`, "write it as --max-score 40");
  }
  const name = words.text("fail-on");
  const failOn = severities.find((known) => known === name);
  if (name !== undefined && failOn === undefined) {
    throw invalidOption(`cannot fail on ${quote(name)}: not a severity`, "use high, medium or low");
  }
  return { maximumScore: score === undefined ? undefined : Number(score), failOn };
}

function invalidOption(message: string, hint: string): BuildError {
  return new BuildError([{ severity: "error", code: "OPTION_INVALID", message, hint }]);
}
