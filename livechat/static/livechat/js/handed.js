/**
 * Chats that this tab passed on to somebody, until he takes them or they come back. A reload forgets none.
 *
 * createHanded(agent, storage?) gives
 *   note(chat, name)    of its customer
 *   hear(chat, {code, agent}) → {code, agent, name} of one that came back, told once; else null
 *   clear()
 */
import { shelf } from "../../parley/shelf.js";

const PREFIX = "parley.handed.";
const BACK = ["transfer_returned", "transfer_declined", "returned_to_sender", "declined_to_sender"];

export function createHanded(agent, storage = shelf("sessionStorage")) {
  const key = PREFIX + agent;
  const drop = (which) => storage.keys().filter((each) => each.startsWith(PREFIX) && which(each)).forEach((each) => storage.drop(each));
  drop((each) => each !== key); // Somebody else worked in this tab before.
  const handed = load(storage.get(key));
  const save = () => (handed.size ? storage.set(key, JSON.stringify([...handed])) : storage.drop(key));
  const note = (chat, name) => {
    handed.set(chat, name);
    save();
  };
  const hear = (chat, { code, agent: who }) => {
    const name = handed.get(chat);
    if (name === undefined || ![...BACK, "accepted"].includes(code)) return null;
    handed.delete(chat);
    save();
    return BACK.includes(code) ? { code, agent: who, name } : null;
  };
  const clear = () => {
    handed.clear();
    save();
  };
  return { note, hear, clear };
}

function load(text) {
  try {
    return new Map(JSON.parse(text ?? "[]"));
  } catch {
    return new Map();
  }
}
