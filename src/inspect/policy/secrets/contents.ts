/** Text that is a secret by its form, whatever the file is called. */
export interface SecretForm {
  /** Completes "holds": `a GitHub token`. */
  readonly title: string;
  /** Every text of this form contains one of these: they are looked for first, in one pass over the bytes. */
  readonly hints: readonly string[];
  /** Matches the secret itself. Global, so that the first match which is not an example counts. */
  readonly pattern: RegExp;
}

const base64Line = "[A-Za-z0-9+/=]{40,}";
const lineEnd = String.raw`(?:\r?\n|\\r|\\n|[ \t])+`;
const keyHeaders = String.raw`(?:(?:Proc-Type|DEK-Info|Comment|Version):[^\n]*\n)*\s*`;

const databases: readonly string[] =
  "postgres postgresql mysql mariadb mongodb redis rediss amqp amqps mssql sqlserver clickhouse cockroachdb".split(" ");

/**
 * Forms of secrets by the prefixes that their issuers gave them for this purpose, and private keys with their body: a
 * header alone stands in every library that reads keys. No form matches by entropy. Passwords count where a URL or an
 * environment variable has one, and not where it is a word that stands for one.
 */
export const secretForms: readonly SecretForm[] = [
  {
    title: "a private key",
    hints: ["PRIVATE KEY"],
    pattern: new RegExp(
      `-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----${lineEnd}${keyHeaders}${base64Line}`,
      "g",
    ),
  },
  { title: "a PuTTY private key", hints: ["PuTTY-User-Key-File-"], pattern: /PuTTY-User-Key-File-[23]: /g },
  {
    title: "an AWS access key with its secret",
    hints: ["AKIA", "ASIA", "aws_secret", "AWS_SECRET", "SecretAccessKey", "secretAccessKey"],
    pattern:
      /(?:aws_secret_access_key|AWS_SECRET_ACCESS_KEY|[sS]ecretAccessKey)["']?\s*[=:]\s*["']?[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])|\b(?:AKIA|ASIA)[A-Z2-7]{16}\b[\s\S]{1,200}?["'\s=:][A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/g,
  },
  {
    title: "a GitHub token",
    hints: ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"],
    pattern: /\bgh[pousr]_[A-Za-z0-9]{36,255}\b/g,
  },
  { title: "a GitHub token", hints: ["github_pat_"], pattern: /\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}\b/g },
  { title: "a GitLab token", hints: ["glpat-", "gldt-", "glrt-"], pattern: /\bgl(?:pat|dt|rt)-[\w-]{20,}/g },
  { title: "an npm token", hints: ["npm_"], pattern: /\bnpm_[A-Za-z0-9]{36}\b/g },
  { title: "a PyPI token", hints: ["pypi-AgE"], pattern: /\bpypi-AgE[\w-]{50,}/g },
  {
    title: "a Slack token",
    hints: ["xoxb-", "xoxa-", "xoxp-", "xoxr-", "xoxs-", "xapp-"],
    pattern: /\b(?:xox[abprs]|xapp)-[A-Za-z0-9-]{20,}/g,
  },
  {
    title: "a Slack webhook",
    hints: ["hooks.slack.com/services/"],
    pattern: /hooks\.slack\.com\/services\/T\w{8,}\/B\w{8,}\/\w{20,}/g,
  },
  { title: "a Stripe key", hints: ["sk_live_", "rk_live_"], pattern: /\b[sr]k_live_[A-Za-z0-9]{20,}/g },
  { title: "an Azure storage key", hints: ["AccountKey="], pattern: /AccountKey=[A-Za-z0-9+/]{86}==/g },
  { title: "a Docker token", hints: ["dckr_pat_"], pattern: /\bdckr_pat_[\w-]{27,}/g },
  { title: "an OpenAI key", hints: ["sk-proj-"], pattern: /\bsk-proj-[\w-]{40,}/g },
  { title: "an Anthropic key", hints: ["sk-ant-"], pattern: /\bsk-ant-[\w-]{40,}/g },
  { title: "a DigitalOcean token", hints: ["dop_v1_"], pattern: /\bdop_v1_[a-f0-9]{64}\b/g },
  {
    title: "a Kubernetes key",
    hints: ["client-key-data"],
    pattern: /client-key-data["']?\s*:\s*["']?[A-Za-z0-9+/=]{40,}/g,
  },
  {
    title: "a database address with a password",
    hints: databases.map((name) => `${name}://`).concat(databases.map((name) => `${name}+`)),
    pattern: new RegExp(
      String.raw`\b(?:${databases.join("|")})(?:\+\w+)?://(?<user>[^\s:/@"'<>${"$"}%{}]*):(?<password>[^\s:/@"'<>${"$"}{}*][^\s/@"'<>${"$"}{}]*)@(?<host>[^\s:/"'<>,]+)`,
      "g",
    ),
  },
  {
    title: "a database address with a password",
    hints: ["jdbc:"],
    pattern: /\bjdbc:\w+:[^\s"']*?[?;&]password=(?<password>[^\s"'&;$<{%]+)/gi,
  },
  {
    title: "a password for the environment",
    hints: ["PASSWORD=", "PASSWD="],
    pattern:
      /^[ \t]*(?:export[ \t]+|ENV[ \t]+)?(?<name>(?:[A-Z][A-Z0-9_]*_)?PASSW(?:OR)?D)=(?<quote>["']?)(?<password>[^\s"'`$%<>(){}[\],;]{6,})\k<quote>[ \t]*\r?$/gm,
  },
  { title: "an age key", hints: ["AGE-SECRET-KEY-"], pattern: /\bAGE-SECRET-KEY-1[A-Z0-9]{58}\b/g },
];

/** Words that stand for a password in documents and tests, and the ones that images bring and everybody knows. */
const standIn =
  /^(?:\*|x|my|your|some|the|db|test|dummy|fake|demo|dev|local|postgres|mysql|maria(?:db)?|mongo(?:db)?|redis|rabbit(?:mq)?|sa|root|admin|guest|user|name|pass(?:w(?:or)?d|phrase)?|pwd|pw|secret|change|me|this|here|it|default|foo|bar|baz|hunter2|none|null|true|false|[-_.0-9])+$/i;

/** The parts of a match that tell an example: words instead of a password, or a host that no network has. */
function isStandIn({ password, user, host, name }: Readonly<Record<string, string | undefined>>): boolean {
  if (password === undefined) return false;
  // What a formatter fills in, and no character that is percent-encoded.
  if (/^%(?![0-9A-Fa-f]{2})/.test(password)) return true;
  // Words of the variable's name are such words as well: `MAIL_PASSWORD=YourMailPassword`.
  const words = name?.split("_").filter((word) => word.length > 2) ?? [];
  const rest = words.length === 0 ? password : `my${password.replace(new RegExp(words.join("|"), "gi"), "")}`;
  if (password === user || (password.length <= 40 && standIn.test(rest))) return true;
  return host !== undefined && /^(?:localhost|127\.|\[?::1|(?:[\w-]+\.)*(?:example|test|invalid)(?:\.|$))/.test(host);
}

/** A secret in a text: its form and the line that it begins on. */
export interface FoundSecret {
  readonly title: string;
  readonly line: number;
}

/** Every form of a text once, at its first match that is not an example. */
export function findForms(text: string): readonly FoundSecret[] {
  const found: FoundSecret[] = [];
  for (const { title, hints, pattern } of secretForms) {
    if (!hints.some((hint) => text.includes(hint))) continue;
    for (const match of text.matchAll(pattern)) {
      if (isExample(match[0]) || isStandIn(match.groups ?? {})) continue;
      found.push({ title, line: lineAt(text, match.index) });
      break;
    }
  }
  return found;
}

/** Documents show such values on purpose: the word EXAMPLE, or one character again and again. */
function isExample(text: string): boolean {
  return /EXAMPLE|example|[xX]{8}|0{8}|\.{3}/.test(text) || /([A-Za-z0-9])\1{11}/.test(text);
}

function lineAt(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < index; at = text.indexOf("\n", at + 1)) line++;
  return line;
}
