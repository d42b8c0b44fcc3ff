import { parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { evaluate, hole, isOwnModule, type Surroundings } from "./evaluate.ts";
import { startOfResolved } from "./resolved-path.ts";
import { calleeOf, isSyntaxNode, nameOf, nodeIn, nodesIn, type SyntaxNode } from "./syntax.ts";

/**
 * Finds the places of a package that its source hands on, so that other code goes on from there: `serve(__dirname)`,
 * `this.root = __dirname`, `exports.folder = join(__dirname, "views")`, `readFile(join(__dirname, name))`. Nodes are to
 * be visited parents first.
 */
export class HandedPlaces {
  readonly #surroundings: Surroundings;
  readonly #home: string | undefined;
  /** Nodes that are part of what was looked at, or that nobody goes on from. */
  readonly #done = new Set<SyntaxNode>();

  constructor(surroundings: Surroundings, home: string | undefined) {
    this.#surroundings = surroundings;
    this.#home = home;
  }

  /** The places that the node itself hands on, with holes where they are not known to their end. */
  visit(node: SyntaxNode): readonly string[] {
    if (this.#done.has(node)) return [];
    switch (node.type) {
      case "VariableDeclarator":
        this.#declarator(node);
        return [];
      case "ExportNamedDeclaration":
        return this.#exported(node);
      case "AssignmentExpression":
        this.#cover(nodeIn(node, "left"));
        return [];
      case "UnaryExpression":
        this.#cover(nodeIn(node, "argument"));
        return [];
      case "Property":
      case "PropertyDefinition":
      case "MethodDefinition":
        if (node["computed"] !== true) this.#cover(nodeIn(node, "key"));
        return node["shorthand"] === true ? this.#take(nodeIn(node, "value")) : [];
      case "ImportDeclaration":
      case "ExportAllDeclaration":
        this.#cover(node);
        return [];
      case "CallExpression":
      case "NewExpression":
        return this.#call(node);
      case "BinaryExpression":
        if (node["operator"] === "+") return this.#take(node);
        for (const side of ["left", "right"])
          if (this.#locations(nodeIn(node, side)).length > 0) this.#cover(nodeIn(node, side));
        return [];
      case "MemberExpression": {
        const found = this.#take(node);
        if (node["computed"] !== true) this.#done.add(nodeIn(node, "property") ?? node);
        return found;
      }
      case "Identifier":
      case "TemplateLiteral":
        return this.#take(node);
      default:
        return [];
    }
  }

  /** A variable that is assigned once is looked at where it is used. */
  #declarator(node: SyntaxNode): void {
    const [target, value] = [nodeIn(node, "id"), nodeIn(node, "init")];
    if (target?.type !== "Identifier") return;
    this.#done.add(target);
    const isOnce = value !== undefined && this.#surroundings.variables.get(String(target["name"])) === value;
    if (isOnce && this.#locations(value).length > 0) this.#cover(value);
  }

  #exported(node: SyntaxNode): readonly string[] {
    const declaration = nodeIn(node, "declaration");
    if (declaration?.type !== "VariableDeclaration") return [];
    return nodesIn(declaration, "declarations").flatMap((one) => this.#locations(nodeIn(one, "init")));
  }

  #call(node: SyntaxNode): readonly string[] {
    const callee = calleeOf(node);
    const name = nameOf(callee) ?? "";
    const own = this.#take(node);
    if (own.length > 0) return own;
    const isRequire = callee?.type === "Identifier" && this.#surroundings.requires.has(name);
    // Arguments of these lead to the file itself, or to nothing that is loaded.
    if (isRequire || harmless.has(name)) for (const one of nodesIn(node, "arguments")) this.#cover(one);
    if (callee?.type === "MemberExpression" && asking.has(name)) this.#cover(nodeIn(callee, "object"));
    const isGiven = !isRequire && !shaping.has(name) && nodesIn(node, "arguments").some((one) => this.#isModule(one));
    return isGiven && this.#home !== undefined ? [parentOf(toAbsPath(this.#surroundings.path))] : [];
  }

  /** Who is given the module of a source can ask where it lies: `load(module, "./commands")`. */
  #isModule(node: SyntaxNode): boolean {
    return isOwnModule(node, this.#surroundings);
  }

  #take(node: SyntaxNode | undefined): readonly string[] {
    const locations = this.#locations(node);
    if (locations.length > 0) this.#cover(node);
    return locations;
  }

  #locations(node: SyntaxNode | undefined): readonly string[] {
    if (node === undefined) return [];
    return evaluate(node, this.#surroundings).filter((text) => {
      const isOwn = this.#home !== undefined && (text.startsWith(`${this.#home}/`) || text === this.#home);
      // Of the application, what lies in packages is not sure to come along.
      const isInPackages = text.startsWith("/") && text.includes("/node_modules/");
      return isOwn || (text.includes(hole) && (isInPackages || startOfResolved(text) !== undefined));
    });
  }

  /** What a function in it does is looked at where it stands: `!(function () { serve(__dirname); })()`. */
  #cover(node: SyntaxNode | undefined): void {
    const nodes = node === undefined ? [] : [node];
    for (let one = nodes.pop(); one !== undefined; one = nodes.pop()) {
      if (functions.has(one.type)) continue;
      this.#done.add(one);
      for (const child of Object.values(one).flat()) if (isSyntaxNode(child)) nodes.push(child);
    }
  }
}

const functions: ReadonlySet<string> = new Set([
  "FunctionDeclaration",
  "FunctionExpression",
  "ArrowFunctionExpression",
]);
const harmless: ReadonlySet<string> = new Set(
  "createRequire existsSync exists relative debug log warn error info trace pathToFileURL import".split(" "),
);
/** What these are given, they change. */
const shaping: ReadonlySet<string> = new Set("defineProperty defineProperties assign keys freeze".split(" "));
const asking: ReadonlySet<string> = new Set(
  "startsWith endsWith includes indexOf lastIndexOf match test search charAt".split(" "),
);
