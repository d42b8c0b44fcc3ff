import { cachedStep } from "../cached-step.ts";
import { type Detector, evidenceAt, type Found } from "../candidate.ts";

/** Applications of .NET. */
export const dotnet: Detector = {
  looksFor: ["*.csproj", "*.fsproj", "*.sln"],
  async find(project): Promise<readonly Found[]> {
    const projects = project.files.filter((path) => /\.(?:cs|fs|vb)proj$/u.test(path) && !/tests?\b/iu.test(path));
    const programs: { readonly path: string; readonly text: string; readonly isWeb: boolean }[] = [];
    for (const path of projects) {
      const text = await project.text(path);
      const isWeb = text.includes("Microsoft.NET.Sdk.Web");
      if (isWeb || /<OutputType>\s*(?:Win)?Exe\s*</u.test(text)) programs.push({ path, text, isWeb });
    }
    const [program, ...others] = programs;
    if (projects.length === 0) return [];
    const common = { name: "ASP.NET or .NET", confidence: 85 };
    if (program === undefined || others.length > 0) {
      const reason =
        program === undefined
          ? "no project is a program"
          : `it has the programs ${programs.map(({ path }) => path).join(", ")}`;
      return [
        {
          ...common,
          evidence: [{ file: projects[0] ?? "", fact: "a project of .NET" }],
          reason,
          hint: "name the directory of one of them",
        },
      ];
    }
    const { path, text, isWeb } = program;
    const release = /<TargetFramework>\s*net(?<release>\d+\.\d+)/u.exec(text)?.groups?.["release"] ?? "9.0";
    const assembly =
      /<AssemblyName>\s*(?<name>[\w.-]+)/u.exec(text)?.groups?.["name"] ??
      path.slice(path.lastIndexOf("/") + 1).replace(/\.\w+proj$/u, "");
    const all = { copy: { src: [project.inContext(".")], dest: "/src/", exclude: ["**/bin", "**/obj", "**/.git"] } };
    const publish = cachedStep(
      `dotnet publish ${path} --configuration Release --output /out`,
      ["/root/.nuget/packages"],
      assembly,
    );
    const from = `mcr.microsoft.com/dotnet/${isWeb ? "sdk" : "sdk"}:${release}`;
    const keys = [
      {
        key: "builders",
        value: { main: { from, workdir: "/src", build: [all, publish] } },
        because: `${path} asks for .NET ${release}`,
      },
      { key: "interpreter", value: "dotnet" },
      { key: "app", value: { from: "main", src: "/out" } },
      { key: "cmd", value: [`${assembly}.dll`], because: `the assembly of ${path}` },
      ...(isWeb
        ? [
            { key: "env", value: { ASPNETCORE_HTTP_PORTS: "8080" } },
            { key: "ports", value: [8080] },
          ]
        : []),
    ];
    return [{ ...common, evidence: [evidenceAt(path, "a program of .NET", { text, shows: "<Project" })], keys }];
  },
};
