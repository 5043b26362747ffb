/** What pages keep in this browser for whoever is signed in goes when he signs out. */
import { shelf } from "./shelf.js";

/** Of everything that is kept for a person. */
export const KEPT = "parley.kept.";
export const SIGN_OUT = "[data-sign-out]";

export function forgetAll(storage = shelf("localStorage")) {
  storage.keys().filter((key) => key.startsWith(KEPT)).forEach((key) => storage.drop(key));
}

globalThis.document?.addEventListener("submit", ({ target }) => target.matches(SIGN_OUT) && forgetAll());
