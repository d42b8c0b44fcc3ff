import type { DataRule } from "../data-rule.ts";

/** Modules, fonts and settings of graphics, sound and user interfaces. */
export const graphicsRules: readonly DataRule[] = [
  {
    name: "alsa",
    library: /^libasound\.so\.\d+$/u,
    imports: ["snd_pcm_open*", "snd_ctl_open*", "snd_seq_open*", "snd_mixer_open"],
    why: "is configured by it",
    files: ["/etc/asound.conf", "/etc/alsa/conf.d/*"],
    objects: ["$LIB/alsa-lib/*.so"],
    trees: ["/usr/share/alsa"],
  },
  {
    name: "fontconfig",
    library: /^libfontconfig\.so\.\d+$/u,
    why: "finds fonts by it",
    // Empty: what it caches counts only for directories of the very time that it saw.
    files: ["/var/cache/fontconfig"],
    trees: ["/etc/fonts", "/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/xml/fontconfig"],
  },
  {
    name: "gdk-pixbuf",
    library: /^libgdk_pixbuf-2\.0\.so\.0$/u,
    why: "opens a module for each format that it lists",
    lists: [
      {
        files: ["$LIB/gdk-pixbuf-2.0/*/loaders.cache"],
        names: /^"([^"\n]+\.so)"[ \t]*$/gmu,
        directory: "$LIB/gdk-pixbuf-2.0",
      },
    ],
  },
  {
    name: "gio",
    library: /^libgio-2\.0\.so\.0$/u,
    why: "opens its modules for TLS, proxies and settings by name",
    files: ["$LIB/gio/modules/giomodule.cache", "/usr/share/glib-2.0/schemas/gschemas.compiled"],
    objects: ["$LIB/gio/modules/*.so"],
  },
  {
    name: "ghostscript",
    library: /^libgs\.so\.\d+$/u,
    why: "starts with the programs and fonts in it",
    trees: [
      "/usr/share/ghostscript/*/Resource",
      "/usr/share/ghostscript/*/lib",
      "/usr/share/ghostscript/*/iccprofiles",
      "/usr/share/ghostscript/Resource",
      "/usr/share/ghostscript/lib",
      "/usr/share/ghostscript/iccprofiles",
      "/var/lib/ghostscript/CMap",
      "/var/lib/ghostscript/fonts",
      "/etc/ghostscript",
    ],
  },
  {
    name: "girepository",
    library: /^libgirepository-(?:1\.0|2\.0)\.so\.\d+$/u,
    why: "describes libraries by it, and opens those that it names",
    // The names stand among other bytes, several with commas between them.
    lists: [
      {
        files: ["$LIB/girepository-1.0/*.typelib", "/usr/lib/girepository-1.0/*.typelib"],
        names: /(lib[\w.+-]+\.so\.\d+)/gu,
        directory: "$LIB",
      },
    ],
  },
  {
    name: "graphviz",
    library: /^libgvc\.so\.\d+$/u,
    why: "opens its plug-ins by the list in it",
    files: ["$LIB/graphviz/config*"],
    objects: ["$LIB/graphviz/libgvplugin_*.so*"],
  },
  {
    name: "gstreamer",
    library: /^libgstreamer-1\.0\.so\.0$/u,
    why: "opens every element that is there",
    objects: ["$LIB/gstreamer-1.0/*.so"],
    programs: ["$LIB/gstreamer1.0/gstreamer-1.0/gst-plugin-scanner", "/usr/libexec/gstreamer-1.0/gst-plugin-scanner"],
  },
  {
    name: "gtk",
    library: /^libgtk-([34])\.so\.\d+$/u,
    why: "opens input methods and icons by it",
    files: ["/etc/gtk-$1.0/settings.ini"],
    trees: ["/usr/share/icons/hicolor", "/usr/share/icons/Adwaita", "/usr/share/gtk-$1.0"],
    lists: [
      {
        files: ["$LIB/gtk-$1.0/*/immodules.cache"],
        names: /^"([^"\n]+\.so)"[ \t]*$/gmu,
        directory: "$LIB/gtk-$1.0",
      },
    ],
  },
  {
    name: "imagemagick",
    library: /^libMagickCore-(\d+)\.Q.*\.so\.\d+$/u,
    why: "opens a module for each format, by a file beside it",
    files: ["$LIB/ImageMagick-$1*/*/*/*.la"],
    objects: ["$LIB/ImageMagick-$1*/*/*/*.so"],
    trees: ["/etc/ImageMagick-$1", "/usr/share/ImageMagick-$1", "$LIB/ImageMagick-$1*/config-*"],
  },
  {
    name: "imlib2",
    library: /^libImlib2\.so\.\d+$/u,
    why: "opens a module for each format",
    objects: ["$LIB/imlib2/loaders/*.so", "$LIB/imlib2/filters/*.so"],
  },
  {
    name: "poppler",
    library: /^libpoppler\.so\.\d+$/u,
    why: "knows characters of Asian scripts by it",
    trees: ["/usr/share/poppler"],
  },
  {
    name: "qt-gui",
    library: /^libQt([56])Gui\.so\.\d+$/u,
    why: "opens its plug-ins by their folder",
    objects: ["$LIB/qt$1/plugins/platforms/*.so", "$LIB/qt$1/plugins/imageformats/*.so"],
  },
  {
    name: "qt-network",
    library: /^libQt([56])Network\.so\.\d+$/u,
    why: "opens its plug-ins by their folder",
    objects: ["$LIB/qt$1/plugins/tls/*.so"],
  },
  {
    name: "vips",
    library: /^libvips\.so\.\d+$/u,
    why: "opens a module for each further format",
    objects: ["$LIB/vips-modules-*/*.so"],
  },
  {
    name: "x11-errors",
    library: /^libX11\.so\.6$/u,
    imports: ["XOpenDisplay"],
    why: "has the texts of errors in it",
    files: ["/usr/share/X11/XErrorDB"],
  },
  {
    name: "x11-locale",
    library: /^libX11\.so\.6$/u,
    imports: ["XOpenIM", "XSetLocaleModifiers", "XSupportsLocale", "XCreateFontSet", "Xutf8*TextListToTextProperty"],
    why: "reads and draws text of a locale by it",
    files: ["locale.dir", "locale.alias", "compose.dir"].map((name) => `/usr/share/X11/locale/${name}`),
    trees: ["/usr/share/X11/locale/C", "/usr/share/X11/locale/en_US.UTF-8"],
  },
  {
    name: "xkb",
    library: /^libxkbcommon\.so\.0$/u,
    imports: ["xkb_keymap_new_from_names*"],
    why: "knows keyboards by it",
    trees: ["/usr/share/X11/xkb"],
  },
];
