import { expect, it } from "vitest";
import { check, debian } from "./trace-python.ts";

it("takes packages whole that a list of the application names, at reachable", async () => {
  const site = "/usr/lib/python3/dist-packages";
  const root = `${debian}
//- /app/app.py
import settings, other, web
//- /app/settings.py
INSTALLED_APPS = ["restful", "tools.apps.ToolsConfig", "json", "absent"]
INSTALLED_APPS += ["contrib." + name for name in ("sites", "gone")]
//- /app/other.py
log("web"), log("unlisted")
//- ${site}/restful/__init__.py
//- ${site}/restful/apps.py
//- ${site}/restful/templatetags/__init__.py
//- ${site}/restful/templatetags/restful.py
import web.used
//- ${site}/restful/tests/test_it.py
//- ${site}/tools/__init__.py
//- ${site}/tools/apps.py
class ToolsConfig: pass
//- ${site}/tools/models.py
//- ${site}/tools/migrations/__init__.py
//- ${site}/tools/migrations/0001_initial.py
//- ${site}/contrib/__init__.py
//- ${site}/contrib/sites/__init__.py
//- ${site}/contrib/sites/migrations/__init__.py
//- ${site}/contrib/sites/migrations/0001_initial.py
//- ${site}/contrib/other.py
//- ${site}/web/__init__.py
//- ${site}/web/used.py
//- ${site}/web/unused.py
//- ${site}/unlisted/__init__.py
//- ${site}/unlisted/other.py
`;
  const proc = { stdlib: "reachable", prune: "reachable" } as const;
  const lines = (await check({ root, cmd: ["app.py"], process: proc })).split("\n");
  expect(lines.filter((line) => line.includes(site)).map((line) => line.split(" ")[0]?.slice(site.length + 1))).toEqual(
    [
      "contrib/__init__.py",
      "contrib/sites/__init__.py",
      "contrib/sites/migrations/0001_initial.py",
      "contrib/sites/migrations/__init__.py",
      "restful/__init__.py",
      "restful/apps.py",
      "restful/templatetags/__init__.py",
      "restful/templatetags/restful.py",
      "tools/__init__.py",
      "tools/apps.py",
      "tools/migrations/0001_initial.py",
      "tools/migrations/__init__.py",
      "tools/models.py",
      // Named by the application, and so perhaps loaded: without its other modules.
      "unlisted/__init__.py",
      "web/__init__.py",
      "web/used.py",
    ],
  );
});
