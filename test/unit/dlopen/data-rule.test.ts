import { describe, expect, it } from "vitest";
import { dataRules } from "../../../src/dlopen/rules.ts";
import { applyRules } from "../../support/rules.ts";

interface Case {
  readonly library?: string;
  readonly imports?: string;
  /** Paths of the builder: objects where they end in `.so`, programs in `/bin`, texts where a content is given. */
  readonly files: Readonly<Record<string, string>>;
  /** The paths that come, as `path role`. */
  readonly brings: readonly string[];
  /** The program's name, where it is what counts. */
  readonly program?: string;
}

const lib = "/usr/lib/x86_64-linux-gnu";

/** One case a rule: the miss without it is what it brings. */
const cases: Readonly<Record<string, Case>> = {
  alsa: {
    library: "libasound.so.2",
    imports: "snd_pcm_open",
    files: { "/usr/share/alsa/alsa.conf": "", [`${lib}/alsa-lib/libpulse.so`]: "" },
    brings: [`${lib}/alsa-lib/libpulse.so object`, "/usr/share/alsa tree"],
  },
  apache: {
    program: "apache2",
    files: {
      "/etc/apache2/apache2.conf": "",
      "/etc/apache2/mods-enabled/ssl.load":
        "# Depends: mime\nLoadModule ssl_module /usr/lib/apache2/modules/mod_ssl.so\n#LoadModule gone_module x.so\n",
      "/usr/lib/apache2/modules/mod_ssl.so": "",
      "/usr/lib/apache2/modules/mod_other.so": "",
    },
    brings: [
      "/etc/apache2 tree",
      "/etc/apache2/mods-enabled/ssl.load file",
      "/usr/lib/apache2/modules/mod_ssl.so object",
    ],
  },
  aspell: {
    library: "libaspell.so.15",
    files: { "/usr/lib/aspell/en.multi": "", "/var/lib/aspell/en-common.rws": "" },
    brings: ["/usr/lib/aspell tree", "/var/lib/aspell tree"],
  },
  bind: {
    program: "named",
    files: { "/etc/bind/named.conf": "", "/usr/share/dns/root.hints": "" },
    brings: ["/usr/share/dns/root.hints file", "/etc/bind tree"],
  },
  chromium: {
    program: "headless_shell",
    files: { "/usr/bin/icudtl.dat": "", "/usr/bin/resources.pak": "", "/usr/bin/libEGL.so": "", "/usr/bin/a.dat": "" },
    brings: ["/usr/bin/icudtl.dat file", "/usr/bin/resources.pak file", "/usr/bin/libEGL.so object"],
  },
  fontconfig: {
    library: "libfontconfig.so.1",
    files: { "/etc/fonts/fonts.conf": "", "/usr/share/fonts/a.ttf": "", "/var/cache/fontconfig/x.cache-9": "" },
    brings: ["/var/cache/fontconfig file", "/etc/fonts tree", "/usr/share/fonts tree"],
  },
  gdal: {
    library: "libgdal.so.36",
    files: { "/usr/share/gdal/gcs.csv": "", [`${lib}/gdalplugins/ogr_x.so`]: "" },
    brings: [`${lib}/gdalplugins/ogr_x.so object`, "/usr/share/gdal tree"],
  },
  "gdk-pixbuf": {
    library: "libgdk_pixbuf-2.0.so.0",
    files: {
      [`${lib}/gdk-pixbuf-2.0/2.10.0/loaders.cache`]: `# GdkPixbuf\n"${lib}/gdk-pixbuf-2.0/2.10.0/loaders/svg.so"\n"svg" 6 "gdk-pixbuf"\n"/gone.so"\n`,
      [`${lib}/gdk-pixbuf-2.0/2.10.0/loaders/svg.so`]: "",
      [`${lib}/gdk-pixbuf-2.0/2.10.0/loaders/unlisted.so`]: "",
    },
    brings: [`${lib}/gdk-pixbuf-2.0/2.10.0/loaders.cache file`, `${lib}/gdk-pixbuf-2.0/2.10.0/loaders/svg.so object`],
  },
  gio: {
    library: "libgio-2.0.so.0",
    files: {
      [`${lib}/gio/modules/giomodule.cache`]: "",
      [`${lib}/gio/modules/libgiognutls.so`]: "",
      "/usr/share/glib-2.0/schemas/gschemas.compiled": "",
    },
    brings: [
      `${lib}/gio/modules/giomodule.cache file`,
      "/usr/share/glib-2.0/schemas/gschemas.compiled file",
      `${lib}/gio/modules/libgiognutls.so object`,
    ],
  },
  girepository: {
    library: "libgirepository-1.0.so.1",
    files: {
      [`${lib}/girepository-1.0/Pango-1.0.typelib`]: "GOBJ\0libpango-1.0.so.0,libabsent.so.1\0x",
      [`${lib}/libpango-1.0.so.0`]: "",
    },
    brings: [`${lib}/girepository-1.0/Pango-1.0.typelib file`, `${lib}/libpango-1.0.so.0 object`],
  },
  zsh: {
    program: "zsh",
    files: {
      [`${lib}/zsh/5.9/zsh/datetime.so`]: "",
      [`${lib}/zsh/5.9/zsh/net/tcp.so`]: "",
      "/usr/share/zsh/functions/Misc/colors": "",
      "/usr/share/zsh/functions/Completion/Unix/_ls": "",
    },
    brings: [
      `${lib}/zsh/5.9/zsh/datetime.so object`,
      `${lib}/zsh/5.9/zsh/net/tcp.so object`,
      "/usr/share/zsh/functions/Misc tree",
    ],
  },
  ghostscript: {
    library: "libgs.so.10",
    files: { "/usr/share/ghostscript/10.05.1/Resource/Init/gs_init.ps": "", "/var/lib/ghostscript/fonts/a": "" },
    brings: ["/usr/share/ghostscript/10.05.1/Resource tree", "/var/lib/ghostscript/fonts tree"],
  },
  poppler: {
    library: "libpoppler.so.147",
    files: { "/usr/share/poppler/cMap/Adobe-Japan1/H": "" },
    brings: ["/usr/share/poppler tree"],
  },
  gnupg: { program: "gpg", files: { "/usr/bin/gpg-agent": "" }, brings: ["/usr/bin/gpg-agent program"] },
  graphviz: {
    library: "libgvc.so.6",
    files: { [`${lib}/graphviz/config6a`]: "", [`${lib}/graphviz/libgvplugin_core.so`]: "" },
    brings: [`${lib}/graphviz/config6a file`, `${lib}/graphviz/libgvplugin_core.so object`],
  },
  gssapi: {
    library: "libgssapi_krb5.so.2",
    files: {
      "/etc/gss/mech.d/ntlm.conf": `# text\ngssntlm 1.3.6.1.4.1.311.2.2.10 ${lib}/gss/gssntlmssp.so\n`,
      [`${lib}/gss/gssntlmssp.so`]: "",
    },
    brings: ["/etc/gss/mech.d/ntlm.conf file", `${lib}/gss/gssntlmssp.so object`],
  },
  gstreamer: {
    library: "libgstreamer-1.0.so.0",
    files: { [`${lib}/gstreamer-1.0/libgstcore.so`]: "", "/usr/libexec/gstreamer-1.0/gst-plugin-scanner": "" },
    brings: [`${lib}/gstreamer-1.0/libgstcore.so object`, "/usr/libexec/gstreamer-1.0/gst-plugin-scanner program"],
  },
  gtk: {
    library: "libgtk-3.so.0",
    files: {
      [`${lib}/gtk-3.0/3.0.0/immodules.cache`]: `"${lib}/gtk-3.0/im.so"\n`,
      [`${lib}/gtk-3.0/im.so`]: "",
      "/usr/share/icons/hicolor/index.theme": "",
    },
    brings: [
      "/usr/share/icons/hicolor tree",
      `${lib}/gtk-3.0/3.0.0/immodules.cache file`,
      `${lib}/gtk-3.0/im.so object`,
    ],
  },
  hunspell: {
    library: "libhunspell-1.7.so.0",
    files: { "/usr/share/hunspell/en_US.dic": "" },
    brings: ["/usr/share/hunspell tree"],
  },
  icu: {
    library: "libicuuc.so.74",
    files: { "/usr/share/icu/74.2/icudt74l.dat": "", "/usr/share/icu/72.1/icudt72l.dat": "" },
    brings: ["/usr/share/icu/74.2/icudt74l.dat file"],
  },
  imagemagick: {
    library: "libMagickCore-7.Q16.so.10",
    files: {
      [`${lib}/ImageMagick-7.1.1/modules-Q16/coders/png.la`]: "",
      [`${lib}/ImageMagick-7.1.1/modules-Q16/coders/png.so`]: "",
      [`${lib}/ImageMagick-7.1.1/config-Q16/configure.xml`]: "",
      "/etc/ImageMagick-7/policy.xml": "",
    },
    brings: [
      `${lib}/ImageMagick-7.1.1/modules-Q16/coders/png.la file`,
      `${lib}/ImageMagick-7.1.1/modules-Q16/coders/png.so object`,
      "/etc/ImageMagick-7 tree",
      `${lib}/ImageMagick-7.1.1/config-Q16 tree`,
    ],
  },
  imlib2: {
    library: "libImlib2.so.1",
    files: { [`${lib}/imlib2/loaders/png.so`]: "" },
    brings: [`${lib}/imlib2/loaders/png.so object`],
  },
  libmagic: {
    library: "libmagic.so.1",
    files: { "/usr/lib/file/magic.mgc": "", "/etc/magic": "" },
    brings: ["/etc/magic file", "/usr/lib/file/magic.mgc file"],
  },
  "nss-crypto": {
    library: "libnss3.so",
    files: { [`${lib}/libsoftokn3.so`]: "", [`${lib}/libsoftokn3.chk`]: "", [`${lib}/libfreeblpriv3.so`]: "" },
    brings: [`${lib}/libsoftokn3.chk file`, `${lib}/libsoftokn3.so object`, `${lib}/libfreeblpriv3.so object`],
  },
  odbc: {
    library: "libodbc.so.2",
    files: {
      "/etc/odbcinst.ini": `[SQLite3]\nDriver=libsqlite3odbc.so\nSetup=/gone.so\n`,
      [`${lib}/odbc/libsqlite3odbc.so`]: "",
    },
    brings: ["/etc/odbcinst.ini file", `${lib}/odbc/libsqlite3odbc.so object`],
  },
  opencl: {
    library: "libOpenCL.so.1",
    files: { "/etc/OpenCL/vendors/pocl.icd": "libpocl.so\n", [`${lib}/libpocl.so`]: "" },
    brings: ["/etc/OpenCL/vendors/pocl.icd file", `${lib}/libpocl.so object`],
  },
  openmpi: {
    library: "libopen-pal.so.40",
    files: { [`${lib}/openmpi/lib/openmpi3/mca_btl_tcp.so`]: "", "/etc/openmpi/openmpi-mca-params.conf": "" },
    brings: [`${lib}/openmpi/lib/openmpi3/mca_btl_tcp.so object`, "/etc/openmpi tree"],
  },
  postgres: {
    program: "postgres",
    files: {
      "/usr/share/postgresql/17/postgres.bki": "",
      "/usr/share/postgresql/17/man/man1/psql.1.gz": "",
      "/usr/share/postgresql/17/timezonesets/Default": "",
      "/usr/lib/postgresql/17/lib/plpgsql.so": "",
    },
    brings: [
      "/usr/share/postgresql/17/postgres.bki file",
      "/usr/lib/postgresql/17/lib/plpgsql.so object",
      "/usr/share/postgresql/17/timezonesets tree",
    ],
  },
  "postgres-tools": {
    program: "initdb",
    files: { "/usr/bin/postgres": "", "/bin/sh": "" },
    brings: ["/usr/bin/postgres program", "/bin/sh program"],
  },
  "qt-gui": {
    library: "libQt6Gui.so.6",
    files: { [`${lib}/qt6/plugins/platforms/libqoffscreen.so`]: "", [`${lib}/qt5/plugins/platforms/libqxcb.so`]: "" },
    brings: [`${lib}/qt6/plugins/platforms/libqoffscreen.so object`],
  },
  "qt-network": {
    library: "libQt6Network.so.6",
    files: { [`${lib}/qt6/plugins/tls/libqopensslbackend.so`]: "" },
    brings: [`${lib}/qt6/plugins/tls/libqopensslbackend.so object`],
  },
  r: {
    program: "R",
    files: { "/usr/bin/rm": "", "/usr/bin/uname": "" },
    brings: ["/usr/bin/rm program", "/usr/bin/uname program"],
  },
  sasl: {
    library: "libsasl2.so.2",
    imports: "sasl_client_new",
    files: { [`${lib}/sasl2/libplain.so`]: "" },
    brings: [`${lib}/sasl2/libplain.so object`],
  },
  "sasl-ldap": {
    library: "libldap.so.2",
    imports: "ldap_sasl_interactive_bind_s",
    files: { [`${lib}/sasl2/libplain.so`]: "" },
    brings: [`${lib}/sasl2/libplain.so object`],
  },
  "shared-mime-info": {
    library: "libgio-2.0.so.0",
    imports: "g_content_type_guess",
    files: { "/usr/share/mime/mime.cache": "" },
    brings: ["/usr/share/mime/mime.cache file"],
  },
  squid: {
    program: "squid",
    files: { "/etc/squid/squid.conf": "", "/usr/lib/squid/unlinkd": "", "/usr/share/squid/mime.conf": "" },
    brings: ["/etc/squid/squid.conf file", "/usr/share/squid tree", "/usr/lib/squid/unlinkd program"],
  },
  terminfo: {
    library: "libtinfo.so.6",
    files: { "/usr/share/terminfo/x/xterm": "", "/usr/share/terminfo/x/xfce": "", "/etc/terminfo/d/dumb": "" },
    brings: ["/etc/terminfo/d/dumb file", "/usr/share/terminfo/x/xterm file"],
  },
  tesseract: {
    library: "libtesseract.so.5",
    files: { "/usr/share/tesseract-ocr/5/tessdata/eng.traineddata": "" },
    brings: ["/usr/share/tesseract-ocr/5/tessdata tree"],
  },
  vips: {
    library: "libvips.so.42",
    files: { [`${lib}/vips-modules-8.16/vips-heif.so`]: "" },
    brings: [`${lib}/vips-modules-8.16/vips-heif.so object`],
  },
  wireshark: {
    library: "libwireshark.so.18",
    files: { "/usr/share/wireshark/manuf": "", [`${lib}/wireshark/plugins/4.4/epan/x.so`]: "" },
    brings: [`${lib}/wireshark/plugins/4.4/epan/x.so object`, "/usr/share/wireshark tree"],
  },
  "x11-errors": {
    library: "libX11.so.6",
    imports: "XOpenDisplay",
    files: { "/usr/share/X11/XErrorDB": "" },
    brings: ["/usr/share/X11/XErrorDB file"],
  },
  "x11-locale": {
    library: "libX11.so.6",
    imports: "XOpenIM",
    files: { "/usr/share/X11/locale/locale.dir": "", "/usr/share/X11/locale/C/XLC_LOCALE": "" },
    brings: ["/usr/share/X11/locale/locale.dir file", "/usr/share/X11/locale/C tree"],
  },
  xkb: {
    library: "libxkbcommon.so.0",
    imports: "xkb_keymap_new_from_names",
    files: { "/usr/share/X11/xkb/rules/evdev": "" },
    brings: ["/usr/share/X11/xkb tree"],
  },
  xtables: {
    library: "libxtables.so.12",
    files: { [`${lib}/xtables/libxt_tcp.so`]: "" },
    brings: [`${lib}/xtables/libxt_tcp.so object`],
  },
};

function fixtureOf({ library, imports = "", files, program = "main" }: Case): string {
  const needed = library === undefined ? "libc.so.6" : `${library},libc.so.6`;
  const symbols = imports === "" ? "" : ` imports=${imports}`;
  const entries = Object.entries(files).map(([path, text]) =>
    path.endsWith(".so") ? `//- ${path} elf=x86_64 needed=libc.so.6` : `//- ${path}\n${text}`,
  );
  return [
    `//- /usr/bin/${program} 0755 elf=x86_64 loader runpath=${lib} needed=${needed}${symbols}`,
    ...(library === undefined ? [] : [`//- ${lib}/${library} elf=x86_64 soname=${library}`]),
    ...entries,
    "",
  ].join("\n");
}

async function broughtBy(name: string, given: Case): Promise<readonly string[]> {
  const lines = (await applyRules(fixtureOf(given), undefined, `/usr/bin/${given.program ?? "main"}`)).split("\n");
  return lines.flatMap((line) => {
    const [, rule, path, role] = /^(\S+): (\S+) \((\w+), rule/u.exec(line) ?? [];
    return rule === name ? [`${path ?? ""} ${role ?? ""}`] : [];
  });
}

describe("the rules that are data", () => {
  it("have a case each", () => {
    expect(Object.keys(cases).toSorted()).toEqual(dataRules.map(({ name }) => name));
  });

  it.each(Object.entries(cases))("%s", async (name, given) => {
    expect(await broughtBy(name, given)).toEqual(given.brings);
    // Where the files are for some users of the library only, the others do without.
    if (given.imports !== undefined) expect(await broughtBy(name, { ...given, imports: "" })).toEqual([]);
  });

  it("leave out what only a library between imports", async () => {
    const text = `
//- /bin/main elf=x86_64 loader needed=libldap.so.2
//- /usr/lib/libldap.so.2 elf=x86_64 soname=libldap.so.2 needed=libsasl2.so.2 imports=sasl_client_new
//- /usr/lib/libsasl2.so.2 elf=x86_64 soname=libsasl2.so.2
//- /usr/lib/sasl2/libplain.so elf=x86_64
`;
    expect(await applyRules(text)).toBe("");
  });
});
