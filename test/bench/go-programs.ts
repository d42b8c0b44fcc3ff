/**
 * Small programs of Go, and the modules that they are built with: what Debian has, under versions of before its fixes.
 */
export interface GoProgramSource {
  readonly name: string;
  readonly source: string;
  readonly modules: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
  /** Pith looks at the program without its symbols, in which govulncheck sees no function. */
  readonly isStripped?: true;
}

const text = { "golang.org/x/text": "v0.3.5" };
const net = { "golang.org/x/net": "v0.10.0", ...text };
const system = { "golang.org/x/sys": "v0.10.0", "golang.org/x/term": "v0.10.0" };
const crypto = { "golang.org/x/crypto": "v0.10.0", ...net, ...system };

const program = (imports: readonly string[], body: string): string =>
  `package main\n\nimport (\n${imports.map((path) => `\t"${path}"\n`).join("")})\n\nfunc main() {\n${body}\n}\n`;

export const goPrograms: readonly GoProgramSource[] = [
  { name: "hello", source: program(["fmt"], `fmt.Println("hello")`), modules: {} },
  {
    name: "client",
    source: program(["fmt", "net/http"], `r, err := http.Get("http://localhost/")\nfmt.Println(r, err)`),
    modules: {},
  },
  {
    name: "server-stripped",
    source: program(["net/http"], `http.ListenAndServe(":8080", http.FileServer(http.Dir(".")))`),
    modules: {},
    flags: ["-trimpath"],
    isStripped: true,
  },
  {
    name: "language-tags",
    source: program(["fmt", "golang.org/x/text/language"], `fmt.Println(language.Parse("de"))`),
    modules: text,
  },
  {
    name: "cases-alone",
    source: program(["fmt", "golang.org/x/text/unicode/norm"], `fmt.Println(norm.NFC.String("x"))`),
    modules: text,
  },
  {
    name: "html-parser",
    source: program(["fmt", "strings", "golang.org/x/net/html"], `fmt.Println(html.Parse(strings.NewReader("<p>")))`),
    modules: net,
  },
  {
    name: "punycode",
    source: program(["fmt", "golang.org/x/net/idna"], `fmt.Println(idna.ToASCII("b\\u00fccher.example"))`),
    modules: net,
    flags: ["-buildmode=pie"],
  },
  {
    name: "password-hash",
    source: program(["fmt", "golang.org/x/crypto/bcrypt"], `fmt.Println(bcrypt.GenerateFromPassword([]byte("x"), 4))`),
    modules: crypto,
  },
  {
    name: "ssh-client",
    source: program(
      ["fmt", "golang.org/x/crypto/ssh"],
      `c, err := ssh.Dial("tcp", "localhost:22", &ssh.ClientConfig{User: "a", HostKeyCallback: ssh.InsecureIgnoreHostKey()})\nfmt.Println(c, err)`,
    ),
    modules: crypto,
  },
  {
    name: "archives",
    source: program(
      ["archive/tar", "archive/zip", "crypto/x509", "encoding/pem", "fmt", "os"],
      `r := tar.NewReader(os.Stdin)\nh, err := r.Next()\nz, _ := zip.OpenReader("x")\nb, _ := pem.Decode(nil)\nc, _ := x509.ParseCertificate(b.Bytes)\nfmt.Println(h, err, z, c)`,
    ),
    modules: {},
    flags: ["-gcflags=all=-l"],
  },
];
