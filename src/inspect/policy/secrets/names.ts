import type { FoundSecret } from "./contents.ts";

/** Files that hold secrets by convention. */
export interface SecretName {
  /** Completes "it is": `a file of environment variables`. */
  readonly title: string;
  readonly path: RegExp;
  /** A text that one of its lines must hold for the file to count; undefined: the name is enough. */
  readonly line?: RegExp;
}

/** A value that is written out, not one that a tool fills in: `${NPM_TOKEN}`, `%(token)s`, `<token>`. */
const literal = String.raw`["']?(?![\s"'$%<{])[^\s"']`;

/**
 * Names by which tools look for their credentials. A name counts only where the file holds something of the kind: an
 * `.npmrc` that names a registry is no secret.
 */
export const secretNames: readonly SecretName[] = [
  {
    title: "a file of environment variables",
    path: /\/\.env(?:\.(?!(?:example|sample|template|dist|defaults?|schema|vault)$)[\w.-]+)?$/,
    line: new RegExp(String.raw`^\s*(?:export\s+)?[A-Za-z_][\w.]*\s*=\s*${literal}`),
  },
  {
    title: "an npm configuration with a token",
    path: /\/\.npmrc$/,
    line: new RegExp(String.raw`(?:_authToken|_auth|_password)\s*=\s*${literal}`),
  },
  {
    title: "a Yarn configuration with a token",
    path: /\/\.yarnrc(?:\.yml)?$/,
    line: new RegExp(String.raw`(?:npmAuthToken|npmAuthIdent|_authToken)["']?\s*[:=\s]\s*${literal}`),
  },
  {
    title: "a PyPI configuration with a password",
    path: /\/\.pypirc$/,
    line: new RegExp(String.raw`^\s*password\s*[:=]\s*${literal}`),
  },
  {
    title: "a pip configuration with credentials",
    path: /\/pip\.(?:conf|ini)$/,
    line: /:\/\/[^\s/@:$]+:[^\s/@$]+@/,
  },
  { title: "a file of logins", path: /\/[._]netrc$/, line: /\bpassword\s+\S/ },
  { title: "a file of logins", path: /\/\.git-credentials$/, line: /:\/\/[^\s/@:]+:[^\s/@]+@/ },
  { title: "a file of logins", path: /\/\.pgpass$/, line: /^[^#:\s][^:\s]*:[^:\s]*:[^:\s]*:[^:\s]*:\S/ },
  { title: "a file of logins", path: /\/\.my\.cnf$/, line: new RegExp(String.raw`^\s*password\s*=\s*${literal}`) },
  {
    title: "a Docker configuration with credentials",
    path: /\/(?:\.docker\/config\.json|\.dockercfg|\.dockerconfigjson)$/,
    line: /"(?:auth|identitytoken|registrytoken)"\s*:\s*"[^"$]/,
  },
  {
    title: "a Kubernetes configuration with credentials",
    path: /\/(?:\.kube\/(?:config|[\w.-]+\.(?:conf|ya?ml|json))|(?:[\w.-]*[.-])?kubeconfig(?:[.-][\w.-]+)?|(?:super-)?admin\.conf)$/,
    // In block and flow style, and in JSON.
    line: new RegExp(
      String.raw`(?:^|[\s{,-])["']?(?:client-key-data|token|password|id-token|access-token|refresh-token)["']?\s*:\s*${literal}`,
    ),
  },
  { title: "a key store", path: /\.(?:p12|pfx|ppk|jks|keystore|kdbx)$/ },
  { title: "a state of Terraform, which holds what it made in clear text", path: /\.tfstate(?:\.backup)?$/ },
  {
    title: "a history of commands",
    path: /\/\.(?:bash|zsh|sh|ash|python|node_repl|psql|mysql|sqlite)_history$/,
    line: /\S/,
  },
];

/** The kind of a path by its name, so that its text is worth reading; undefined for every other path. */
export function nameOf(path: string): SecretName | undefined {
  return secretNames.find((name) => name.path.test(path));
}

/** The first line that makes a file of such a name a secret. */
export function findNamed({ title, line }: SecretName, text: string): FoundSecret | undefined {
  if (line === undefined) return { title, line: 0 };
  const index = text.split("\n").findIndex((one) => line.test(one));
  return index === -1 ? undefined : { title, line: index + 1 };
}
