import { expect, it } from "vitest";
import { writeZip } from "../../../support/write-zip.ts";
import { debian, trace } from "./trace-java.ts";

const jar = (manifest: string, prefix = "") =>
  writeZip({ "META-INF/MANIFEST.MF": `Manifest-Version: 1.0\r\n${manifest}\r\n\r\n`, "a/Main.class": "x" }, prefix);

it("takes whole installations that properties name, also what links in them lead to, and opens their jars", async () => {
  const root = `${debian}
//- /usr/share/tomcat/bin/catalina.sh 0755
//- /usr/share/tomcat/lib/api.jar -> ../../java/api.jar
//- /usr/share/tomcat/lib/gone.jar -> ../../java/gone.jar
//- /usr/share/tomcat/conf -> /etc/tomcat
//- /usr/share/tomcat/everything -> /usr/share
//- /etc/tomcat/server.xml
//- /srv/base/conf/web.xml
`;
  const jars = { "/usr/share/java/api.jar": jar("Class-Path: other.jar"), "/usr/share/java/other.jar": jar("") };
  const args = [
    "-Dcatalina.home=/usr/share/tomcat",
    "-Dcatalina.base=/srv/base",
    "-Djava.home=/srv/jre",
    "-Dwide.base=/usr/share",
    "-Dgone.home=/srv/gone",
    "a.Main",
  ];
  expect(await trace({ root, jars, args })).toMatchInlineSnapshot(`
    "/app/a/Main.class file ABSENT: runs the class of its arguments
    /srv/base tree: is installed there by -Dcatalina.base
    /usr/share/tomcat tree: is installed there by -Dcatalina.home
    /usr/share/tomcat/conf tree: is installed there by -Dcatalina.home
    /usr/share/tomcat/lib/api.jar module: is installed there by -Dcatalina.home
    /usr/share/tomcat/lib/gone.jar module ABSENT: is installed there by -Dcatalina.home"
  `);
});

it("finds the installation of a launcher around its jar", async () => {
  const jars = {
    "/opt/jetty/start.jar": jar("Main-Class: org.eclipse.jetty.start.Main"),
    "/opt/jetty/lib/http.jar": jar(""),
    "/usr/share/java/start.jar": jar("Main-Class: org.eclipse.jetty.start.Main"),
    "/opt/other/app.jar": jar("Main-Class: a.Main"),
  };
  expect(await trace({ jars, args: ["-jar", "/opt/jetty/start.jar"] })).toMatchInlineSnapshot(`
    "/opt/jetty tree: is installed there by the place of its jar
    /opt/jetty/lib/http.jar module: is installed there by the place of its jar
    /opt/jetty/start.jar module: is installed there by the place of its jar
    /opt/jetty/start.jar module: runs the jar of its arguments"
  `);
  expect(await trace({ jars, args: ["-jar", "/usr/share/java/start.jar"] })).toMatchInlineSnapshot(
    `"/usr/share/java/start.jar module: runs the jar of its arguments"`,
  );
  expect(await trace({ jars, args: ["-jar", "/opt/other/app.jar"] })).toMatchInlineSnapshot(
    `"/opt/other/app.jar module: runs the jar of its arguments"`,
  );
});
