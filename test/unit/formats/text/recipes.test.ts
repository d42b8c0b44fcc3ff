import { describe, expect, it } from "vitest";
import { commandsInConfiguration } from "../../../../src/formats/text/configured-commands.ts";
import { holdsRecipes, scriptsOfRecipes } from "../../../../src/formats/text/recipes.ts";

const makefile = `
BUILD ?= sphinx-build
OPTS = -b html
OPTS += -q
export LANG := $(shell locale-gen de)
all: html man ; echo made
html: conf.py \\
	index.rst
	@$(BUILD) $(OPTS) . /tmp/html \\
	  > /tmp/log
	-cd sub && $(MAKE) \${TARGET}
	for f in *.pot; do msgfmt -o $$f.mo $$f; done

# A comment, and a rule without a recipe.
man: html
%.png: %.dot
	dot -Tpng $< -o $@
define keep
tar -cf $(1) .
endef
pack: LEVEL = 9
pack:
	$(call keep,own.tar)
	#nothing
`;

describe("Recipes of make and just", () => {
  it("are scripts of the shell, with the values that the file gives", () => {
    expect(holdsRecipes(makefile)).toBe(true);
    expect(scriptsOfRecipes(makefile)).toMatchInlineSnapshot(`
      [
        "echo made",
        "(sphinx-build -b html -q . /tmp/html  > /tmp/log
      )
      (cd sub && make \${TARGET}
      )
      (for f in *.pot; do msgfmt -o $f.mo $f; done
      )",
        "dot -Tpng $unknown -o $unknown",
        "tar -cf $unknown .",
        ":",
        ": $(locale-gen de)",
      ]
    `);
  });

  it("of just have their own signs", () => {
    const justfile =
      'tool := "msgfmt"\nday := `date -u`\nbuild name: check\n    @{{tool}} -o out {{name}}\n    {{ tool }}\n';
    expect(scriptsOfRecipes(justfile)).toMatchInlineSnapshot(`
      [
        "(msgfmt -o out $unknown
      )
      (msgfmt
      )",
        ": \`date -u\`",
      ]
    `);
  });

  it("count among settings, which other lines with colons are not", () => {
    expect(commandsInConfiguration("all:\n\tdate -u\n").map(({ script }) => script)).toContain("date -u");
    expect(holdsRecipes("host: one\nport: 2\n\n\tmore\n")).toBe(false);
    expect(holdsRecipes("a := b\n\tdate\n")).toBe(false);
    expect(holdsRecipes("jobs:\n  date: -u\n")).toBe(false);
  });

  it("that name themselves end", () => {
    expect(scriptsOfRecipes("A = $(B) x\nB = $(A)\nall:\n\techo $(A)\n")).toHaveLength(1);
    expect(scriptsOfRecipes("A = $(A) $(A) $(A) $(A)\nall:\n\techo $(A)\n")[0]?.length).toBeLessThan(100_000);
  });
});
