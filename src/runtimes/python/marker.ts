type Truth = boolean;

/**
 * Evaluates an environment marker (PEP 508) for CPython on Linux with no extra asked for. What is not understood holds:
 * a distribution too many is better than one too few.
 */
export function markerHolds(marker: string, pythonVersion: string): Truth {
  const tokens = marker.match(/[()]|"[^"]*"|'[^']*'|[<>=!~]=?=?|not[ \t]+in\b|[\w.]+/gu) ?? [];
  let at = 0;

  const parseOr = (): Truth => {
    let holds = parseAnd();
    while (tokens[at] === "or") {
      at += 1;
      const right = parseAnd();
      holds = holds || right;
    }
    return holds;
  };
  const parseAnd = (): Truth => {
    let holds = parseTerm();
    while (tokens[at] === "and") {
      at += 1;
      const right = parseTerm();
      holds = holds && right;
    }
    return holds;
  };
  const parseTerm = (): Truth => {
    if (tokens[at] === "(") {
      at += 1;
      const holds = parseOr();
      if (tokens[at] === ")") at += 1;
      return holds;
    }
    const [left = "", operator = "", right = ""] = tokens.slice(at, at + 3);
    at += 3;
    return compare(valueOf(left, pythonVersion), operator.replaceAll(/\s+/gu, " "), valueOf(right, pythonVersion));
  };
  return parseOr();
}

function valueOf(token: string, pythonVersion: string): string | undefined {
  if (/^["']/u.test(token)) return token.slice(1, -1);
  const variables: Readonly<Record<string, string>> = {
    extra: "",
    python_version: pythonVersion,
    python_full_version: pythonVersion,
    os_name: "posix",
    sys_platform: "linux",
    platform_system: "Linux",
    implementation_name: "cpython",
    platform_python_implementation: "CPython",
  };
  return variables[token];
}

function compare(left: string | undefined, operator: string, right: string | undefined): Truth {
  if (left === undefined || right === undefined) return true;
  if (operator === "in") return right.includes(left);
  if (operator === "not in") return !right.includes(left);
  const isVersion = /^\d/u.test(left) && /^\d/u.test(right);
  const order = isVersion ? compareVersions(left, right) : left < right ? -1 : Number(left > right);
  if (operator === "==" || operator === "===") return order === 0;
  if (operator === "!=") return order !== 0;
  if (operator === "<") return order < 0;
  if (operator === "<=") return order <= 0;
  if (operator === ">") return order > 0;
  return operator === ">=" || operator === "~=" ? order >= 0 : true;
}

/**
 * By numeric parts; a part that one of them lacks counts as equal, so that `3.13` meets `>= 3.13.2` and `<= 3.13.2`.
 */
function compareVersions(left: string, right: string): number {
  const lefts = left.split(".");
  const rights = right.split(".");
  for (let index = 0; index < Math.min(lefts.length, rights.length); index++) {
    const order = Number.parseInt(lefts[index] ?? "", 10) - Number.parseInt(rights[index] ?? "", 10);
    if (Number.isNaN(order)) return 0;
    if (order !== 0) return order;
  }
  return 0;
}
