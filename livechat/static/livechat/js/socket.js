/**
 * One connection that comes back by itself.
 *
 * connect({url, hello, applied, onFrame, onStatus, env?})
 *   url         of the socket, or a path of this origin
 *   hello()     {token?, resume} for the first frame of each connection
 *   applied()   {chat: seq} for each heartbeat
 *   onFrame(frame)          every frame heard, `welcome` and `bye` too
 *   onStatus(status, was)   connecting, online, reconnecting, offline, signed-out, closed
 *   env         in the place of globalThis, for tests
 * gives {send(frame) → went out, wake(), close(), status, limits, now() → the server's time in ms}
 * Signed out is the end: with new credentials connect anew.
 */
const FIRST = 300;
const MOST = 15_000;
const PATIENCE = 10_000; // for a welcome
const ANSWER = 4_000; // for the heartbeat that asks whether anybody is there
const LASTING = 5_000; // a connection that held this long starts the back-off anew
const GONE = [4401, 4403];

export const connect = (options) => new Connection(options);

class Connection {
  constructor({ env = globalThis, ...options }) {
    Object.assign(this, options, { env });
    this.limits = { silence: 30 };
    this.status = null;
    this.attempts = this.offset = this.notBefore = 0;
    this.heard = this.asked = this.beaten = this.since = 0;
    this.woken = () => this.env.document.visibilityState !== "hidden" && this.wake();
    this.ears = new AbortController();
    const listen = (target, name) => target.addEventListener(name, this.woken, { signal: this.ears.signal });
    listen(env.window, "online");
    listen(env.window, "offline");
    listen(env.document, "visibilitychange");
    this.tell("connecting");
    this.open();
  }

  send(frame) {
    return this.online && this.put(frame);
  }

  now() {
    return this.env.Date.now() + this.offset;
  }

  get online() {
    return this.status === "online";
  }

  tell(status) {
    const was = this.status;
    this.status = status;
    if (was !== status) this.onStatus?.(status, was);
  }

  later(ms, then) {
    this.env.clearTimeout(this.timer);
    this.timer = this.env.setTimeout(then, ms);
  }

  open() {
    this.drop();
    try {
      const url = new URL(this.url, this.env.document.baseURI);
      url.protocol = url.protocol.replace("http", "ws");
      this.socket = new this.env.WebSocket(url.href);
    } catch {
      return this.lost();
    }
    this.socket.onopen = () => this.put({ type: "hello", ...this.hello() });
    this.socket.onmessage = ({ data }) => this.take(data);
    this.socket.onclose = ({ code }) => this.lost(code);
    this.later(PATIENCE, () => this.lost());
  }

  /** Says goodbye to the socket first, so that it cannot speak later. */
  drop() {
    const { socket } = this;
    this.socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  put(frame) {
    if (this.socket?.readyState !== 1) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  take(data) {
    let frame;
    try {
      frame = JSON.parse(data);
    } catch {
      return;
    }
    this.heard = this.env.Date.now();
    this.asked = 0;
    if (frame.type === "welcome") this.welcome(frame);
    if (frame.type === "bye") this.goodbye(frame);
    if (frame.type === "refused" && frame.code === "not_authenticated") return this.lost(GONE[0]);
    this.onFrame(frame);
  }

  welcome({ heartbeat, limits, server_time }) {
    this.limits = limits ?? this.limits;
    this.beat = heartbeat * 1000;
    this.since = this.heard;
    this.offset = Date.parse(server_time) - this.heard || 0;
    this.beaten = this.heard;
    this.next();
    this.tell("online");
  }

  goodbye({ code, retry_in }) {
    const [least, most] = retry_in ?? [0, 0];
    this.notBefore = this.env.Date.now() + 1000 * (least + this.env.Math.random() * (most - least));
    this.lost(code);
  }

  /** Silence alone proves nothing in a sleeping tab; silence after a question does. */
  tick() {
    const now = this.env.Date.now();
    const silent = now - this.heard >= this.limits.silence * 1000;
    if (silent && this.asked && now - this.asked >= ANSWER) return this.lost();
    if (silent || now - this.beaten >= this.beat) this.ask();
    this.next(silent);
  }

  next(silent) {
    const now = this.env.Date.now();
    const silence = silent ? ANSWER : this.heard + this.limits.silence * 1000 - now;
    this.later(Math.max(0, Math.min(silence, this.beaten + this.beat - now)), () => this.tick());
  }

  ask() {
    if (!this.put({ type: "heartbeat", applied: this.applied?.() ?? {} })) return;
    this.beaten = this.env.Date.now();
    this.asked ||= this.beaten;
  }

  probe() {
    this.ask();
    this.later(ANSWER, () => (this.asked ? this.lost() : this.next()));
  }

  lost(code) {
    this.drop();
    if (GONE.includes(code)) return this.close("signed-out");
    const now = this.env.Date.now();
    if (this.since && now - this.since >= LASTING) this.attempts = 0;
    this.since = 0;
    const delay = this.env.Math.random() * Math.min(MOST, FIRST * 2 ** this.attempts);
    this.attempts += 1;
    this.later(Math.max(delay, this.notBefore - now), () => this.open());
    this.tell(this.env.navigator.onLine === false ? "offline" : "reconnecting");
  }

  /** At once, but never sooner than the server asked for. */
  wake() {
    if (["signed-out", "closed"].includes(this.status)) return;
    const now = this.env.Date.now();
    if (this.online && now - this.heard < this.limits.silence * 1000) return this.probe();
    if (this.online) this.lost();
    if (this.socket) return; // Already on its way.
    this.attempts = 0;
    this.later(Math.max(0, this.notBefore - now), () => this.open());
  }

  close(status = "closed") {
    this.drop();
    this.env.clearTimeout(this.timer);
    this.ears.abort();
    this.tell(status);
  }
}
