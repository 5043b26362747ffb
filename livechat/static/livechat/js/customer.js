/**
 * Who the customer is, and his requests. Kept in localStorage; where that is denied, by the page around.
 *
 * createCustomer(company, keep) gives
 *   load(kept) · remember(news) · forget() · known: {token, verified, name, identity, chat, seen}
 *   issue(identity?) → true when there is a token now
 *   call(method, path, body?) → {ok, status, data}; status 0 when nobody could be reached
 */
import { tabStorage } from "./outbox.js";

export const createCustomer = (company, keep) => new Customer(company, keep);

class Customer {
  constructor(company, keep) {
    Object.assign(this, { company, keep, known: {}, key: `parley.${company}` });
    this.storage = tabStorage("localStorage");
  }

  load(kept) {
    try {
      this.known = JSON.parse(this.storage ? this.storage.getItem(this.key) : kept) ?? {};
    } catch {
      this.known = {};
    }
  }

  remember(news) {
    Object.assign(this.known, news);
    this.save(JSON.stringify(this.known));
  }

  save(text) {
    try {
      this.storage.setItem(this.key, text);
    } catch {
      this.storage = null;
      this.keep(text);
    }
  }

  forget() {
    this.known = {};
    this.save("{}");
  }

  async issue(identity) {
    const { ok, data } = await this.call("POST", "customers/", { company: this.company, ...(identity && { identity }) });
    if (ok) this.remember({ ...data, identity: identity ?? this.known.identity, at: Date.now() });
    return ok;
  }

  async call(method, path, body) {
    const headers = { Accept: "application/json" };
    if (body) headers["Content-Type"] = "application/json";
    if (this.known.token) headers.Authorization = `Customer ${this.known.token}`;
    try {
      const response = await fetch(`/api/v1/${path}`, { method, headers, body: body && JSON.stringify(body), credentials: "omit", cache: "no-store" });
      const data = await response.json().catch(() => ({}));
      return { ok: response.ok, status: response.status, data };
    } catch {
      return { ok: false, status: 0, data: {} };
    }
  }
}
