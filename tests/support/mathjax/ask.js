// Asks MathJax, set up as Anki sets it up, which commands and environments it typesets.
// One line each: kind, name, the package that brings it, the usages (usages.json) it accepts.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const js = (path) => require(`mathjax-full/js/${path}.js`);
const { mathjax } = js("mathjax");
const { TeX } = js("input/tex");
const { AllPackages } = js("input/tex/AllPackages");
const { ConfigurationHandler } = js("input/tex/Configuration");
const { MapHandler } = js("input/tex/MapHandler");
const { CHTML } = js("output/chtml");
const { liteAdaptor } = js("adaptors/liteAdaptor");
const { RegisterHTMLHandler } = js("handlers/html");

// Anki's web/js/mathjax.js takes tex-chtml-full.js and leaves out textmacros. The two that would
// hide an error, or show an unknown command in red, are left out here too.
const packages = AllPackages.filter(
  (name) => !["textmacros", "noerrors", "noundefined"].includes(name),
);

RegisterHTMLHandler(liteAdaptor());

function typesets(latex) {
  // A fresh one each time: what a command defines must not live on.
  const input = new TeX({
    packages,
    formatError(_, error) {
      throw error;
    },
  });
  try {
    mathjax.document("", { InputJax: input, OutputJax: new CHTML({ fontURL: "" }) }).convert(latex, { display: true, end: 20 });
    return true;
  } catch {
    return false;
  }
}

// Keys of delimiter maps begin with a backslash or are characters; those of macro maps are bare.
function keys({ handler }, kind) {
  const known = (map) => [...(MapHandler.getMap(map)?.map?.keys() ?? [])];
  if (kind === "environment") return handler.environment.flatMap(known);
  const macros = handler.macro.filter((map) => !handler.delimiter.includes(map)).flatMap(known);
  const delimiters = handler.delimiter.flatMap(known).filter((key) => /^\\./.test(key));
  return [...macros.map((key) => `\\${key}`), ...delimiters];
}

function names(kind) {
  const found = new Map();
  for (const name of packages) {
    for (const key of keys(ConfigurationHandler.get(name), kind)) {
      if (!found.has(key)) found.set(key, name);
    }
  }
  return found;
}

const usages = JSON.parse(readFileSync(new URL("usages.json", import.meta.url), "utf8"));
const lines = [];
for (const kind of ["command", "environment"]) {
  for (const [name, from] of [...names(kind)].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const accepted = usages[kind].flatMap((usage, number) =>
      typesets(usage.replaceAll("@", () => name)) ? [number] : [],
    );
    lines.push([kind, name, from, accepted.join(",")].join("\t"));
  }
}
writeFileSync(process.argv[2], lines.join("\n") + "\n");
