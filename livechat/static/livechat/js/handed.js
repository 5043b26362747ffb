/**
 * Chats that this page passed on to somebody, until he takes them or they come back. Pure.
 *
 * createHanded() gives
 *   note(chat, name)    of its customer
 *   hear(chat, {code, agent}) → {code, agent, name} of one that came back, told once; else null
 */
const BACK = ["transfer_returned", "transfer_declined", "returned_to_sender", "declined_to_sender"];

export function createHanded() {
  const handed = new Map();
  const hear = (chat, { code, agent }) => {
    const name = handed.get(chat);
    if (name === undefined || ![...BACK, "accepted"].includes(code)) return null;
    handed.delete(chat);
    return BACK.includes(code) ? { code, agent, name } : null;
  };
  return { note: (chat, name) => handed.set(chat, name), hear };
}
