/**
 * Who the customer is, and his requests. Kept in localStorage; where that is denied, by the page around.
 *
 * createCustomer(company, keep) gives
 *   load(kept) · remember(news) · forget() · known: {token, verified, name, identity, chat, seen, at}
 *   issue(identity?) → true when there is a token now
 *   call(method, path, body?) → {ok, status, data}; status 0 when nobody could be reached
 */
import { shelf } from "./shelf.js";

export const createCustomer = (company, keep) => new Customer(company, keep);

class Customer {
  constructor(company, keep) {
    Object.assign(this, { company, keep, known: {}, key: `parley.${company}`, shelf: shelf("localStorage") });
  }

  load(kept) {
    try {
      this.known = JSON.parse(this.shelf.get(this.key) ?? kept) ?? {};
    } catch {
      this.known = {};
    }
  }

  save(known) {
    this.known = known;
    const text = JSON.stringify(known);
    this.shelf.set(this.key, text);
    if (this.shelf.denied) this.keep(text);
  }

  remember(news) {
    this.save({ ...this.known, ...news });
  }

  forget() {
    this.save({});
  }

  async issue(identity) {
    const { ok, data } = await this.call("POST", "customers/", { company: this.company, identity });
    if (ok) this.remember({ ...data, identity: identity ?? this.known.identity, at: Date.now() });
    return ok;
  }

  async call(method, path, body) {
    const headers = { "Content-Type": "application/json" };
    if (this.known.token) headers.Authorization = `Customer ${this.known.token}`;
    const request = { method, headers, body: JSON.stringify(body), credentials: "omit", cache: "no-store" };
    try {
      const response = await fetch(`/api/v1/${path}`, request);
      const data = await response.json().catch(() => ({}));
      return { ok: response.ok, status: response.status, data };
    } catch {
      return { ok: false, status: 0, data: {} };
    }
  }
}
