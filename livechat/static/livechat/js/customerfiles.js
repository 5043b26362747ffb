/**
 * Files in the widget: fetched with the customer's token, sent from his field. Imported when a chat
 * is entered, so that nobody loads it who only looks at the launcher.
 *
 * join(widget, makeId, phrase)   for the widget's chat, in the place of the one before
 *   gives show(element, data), for its lines
 */
import { createUploads, show } from "./files.js";

let uploads = null;

export function join(widget, makeId, phrase) {
  const { chat, customer, texts, announcer } = widget;
  const { id } = chat;
  const headers = () => ({ Authorization: `Customer ${customer.known.token}` });
  const form = document.querySelector(".wg__say");
  turn(form.querySelector("[data-attach]"), chat.files, texts.files);
  uploads?.close();
  uploads = createUploads({
    form,
    zone: document.querySelector(".wg"),
    url: () => `/api/v1/chats/${id}/files/`,
    fields: () => ({}),
    headers,
    texts: texts.files,
    makeId,
    phrase,
    say: announcer.say,
  });
  const read = (url) => fetch(url, { headers: headers(), credentials: "omit", cache: "no-store" });
  return (element, data) => show(element, data, { address: (file) => `/files/${file}/`, read });
}

/** Off, and why; or on, and what may be sent. */
function turn(button, takes, { virtual }) {
  const { never, hint } = button.dataset;
  const off = never || (takes ? "" : virtual);
  button.dataset.off = off;
  button.title = off || hint;
  button.setAttribute("aria-disabled", Boolean(off));
}
