/** Scripts of all apps lie in one tree when they are served; here each app has its own. */
import { existsSync } from "node:fs";
import { register } from "node:module";
import { fileURLToPath } from "node:url";

const ROOTS = ["config", "tickets", "knowledge", "livechat"].map((app) => new URL(`../../${app}/static/`, import.meta.url).href);

export async function resolve(specifier, context, next) {
  const aim = specifier.startsWith(".") && new URL(specifier, context.parentURL).href;
  const home = aim && ROOTS.find((root) => aim.startsWith(root));
  if (!home || existsSync(fileURLToPath(aim))) return next(specifier, context);
  const places = ROOTS.map((root) => root + aim.slice(home.length));
  return next(places.find((place) => existsSync(fileURLToPath(place))) ?? specifier, context);
}

if (!import.meta.url.includes("?")) register(`${import.meta.url}?hooks`);
