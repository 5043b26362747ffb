/**
 * Parts of pages: asked for, and morphed into what is there.
 *
 * get(url), post(form, {name: value}?) → {ok, status, nodes, problem}
 *   status 0: no answer; 401: signed out. problem: an RFC 9457 document, or {}
 * morph(old, fresh)   what is [data-keep] stays as it is; so does whether dialogs and details are open,
 *                     and what somebody has entered in an open dialog
 */
import { Idiomorph } from "./vendor/idiomorph.esm.js";

const HEADER = "X-Parley-Fragment";
/** The one place where text becomes markup: answers of our own origin that say they are parts. */
const rules = { createHTML: (text) => text };
const policy = globalThis.trustedTypes?.createPolicy("parley-fragment", rules) ?? rules;

export const get = (url) => ask(url, {});

export function post(form, changed = {}) {
  const body = new FormData(form);
  for (const [name, value] of Object.entries(changed)) body.set(name, value);
  return ask(form.action, { method: "POST", body: new URLSearchParams(body) });
}

async function ask(url, options) {
  const nothing = { ok: false, status: 0, nodes: [], problem: {} };
  try {
    const response = await fetch(url, { ...options, headers: { [HEADER]: "1" }, mode: "same-origin", redirect: "manual" });
    if (response.type === "opaqueredirect") return { ...nothing, status: 401 };
    return { ...nothing, ok: response.ok, status: response.status, ...(await read(response)) };
  } catch {
    return nothing;
  }
}

async function read(response) {
  const type = response.headers.get("Content-Type") ?? "";
  if (type.startsWith("application/problem+json")) return { problem: await response.json() };
  if (!response.ok || response.status === 204) return {};
  if (!type.startsWith("text/html") || !response.headers.has(HEADER)) return { ok: false };
  const page = new DOMParser().parseFromString(policy.createHTML(await response.text()), "text/html");
  return { nodes: [...page.body.children] };
}

const kept = (node) => node instanceof Element && (node.hasAttribute("data-keep") || node.classList.contains("is-taken"));

const CONTROLS = ":is(input:not([type=hidden]), select, textarea)";
const TICKED = ["radio", "checkbox"];

/** What is entered in open dialogs, to be put back: nothing changes there under the hand. */
function entered(root) {
  const found = [...root.querySelectorAll(`dialog[open] ${CONTROLS}`)];
  const states = found.map((control) => [control, control.checked, control.value, control.selectedIndex]);
  return () => states.filter(([control]) => control.isConnected && !control.disabled).forEach(enter);
}

function enter([control, checked, value, at]) {
  if (TICKED.includes(control.type)) control.checked = checked;
  else if (!control.options) control.value = value;
  else if (control.options[at]?.value === value) control.selectedIndex = at; // Options can be alike in value.
}

export function morph(old, fresh) {
  const written = document.activeElement?.matches("input, textarea, select") ?? false;
  const putBack = entered(old);
  Idiomorph.morph(old, fresh, {
    ignoreActiveValue: written, // Of whatever else has the focus it would leave all that stands in it as it was.
    callbacks: {
      beforeNodeMorphed: (node) => !kept(node),
      beforeNodeRemoved: (node) => !kept(node),
      beforeAttributeUpdated: (name) => name !== "open",
    },
  });
  putBack();
}
