/** A browser without a browser: a clock that is turned by hand, sockets, events and storage. */
export class Clock {
  constructor() {
    this.time = 1_000_000;
    this.timers = new Map();
    this.count = 0;
  }

  now = () => this.time;

  setTimeout = (then, ms) => {
    this.count += 1;
    this.timers.set(this.count, { at: this.time + Math.max(0, ms), then });
    return this.count;
  };

  clearTimeout = (id) => this.timers.delete(id);

  /** Runs what falls due, in order. */
  pass(ms) {
    const end = this.time + ms;
    for (;;) {
      const due = [...this.timers].filter(([, timer]) => timer.at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (!due) break;
      this.timers.delete(due[0]);
      this.time = Math.max(this.time, due[1].at);
      due[1].then();
    }
    this.time = end;
  }
}

export class FakeSocket {
  static all = [];

  constructor(url) {
    this.url = url;
    this.readyState = 0;
    this.sent = [];
    this.closed = false;
    FakeSocket.all.push(this);
  }

  static get last() {
    return FakeSocket.all.at(-1);
  }

  open() {
    this.readyState = 1;
    this.onopen?.();
  }

  hear(frame) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  cut(code = 1006) {
    this.readyState = 3;
    this.onclose?.({ code });
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.closed = true;
    this.readyState = 3;
  }
}

export class FakeStorage {
  constructor() {
    this.rows = new Map();
  }

  get length() {
    return this.rows.size;
  }

  key = (n) => [...this.rows.keys()][n] ?? null;
  getItem = (key) => this.rows.get(key) ?? null;
  setItem = (key, value) => void this.rows.set(key, String(value));
  removeItem = (key) => void this.rows.delete(key);
}

export function fakeBrowser() {
  const clock = new Clock();
  const document = Object.assign(new EventTarget(), { visibilityState: "visible", baseURI: "http://desk.example/widget/x/" });
  const { now, setTimeout, clearTimeout } = clock;
  const page = { WebSocket: FakeSocket, window: new EventTarget(), document, navigator: { onLine: true }, Math: { random: () => 1 } };
  return { clock, ...page, Date: { now }, setTimeout, clearTimeout };
}

export const welcome = (more = {}) => ({
  type: "welcome",
  heartbeat: 25,
  server_time: "2026-01-05T10:00:00Z",
  limits: { silence: 30 },
  chats: {},
  ...more,
});
