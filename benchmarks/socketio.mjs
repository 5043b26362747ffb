// A plain socket.io server: one row is stored for each message, then acked, then delivered.
import { createServer } from "node:http";
import pg from "pg";
import { Server } from "socket.io";

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
await pool.query(
  `CREATE TABLE IF NOT EXISTS message (
     id bigserial PRIMARY KEY,
     chat text NOT NULL,
     author text NOT NULL,
     body text NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now()
   )`,
);
await pool.query("CREATE INDEX IF NOT EXISTS message_chat ON message (chat)");

const insert = {
  name: "insert",
  text: "INSERT INTO message (chat, author, body) VALUES ($1, $2, $3) RETURNING id",
};

const http = createServer((request, response) => response.end("ok"));
const io = new Server(http, { transports: ["websocket"] });

io.on("connection", (socket) => {
  const { chat, author } = socket.handshake.auth;
  socket.join(chat);
  socket.on("message", async (message, ack) => {
    const stored = await pool.query({ ...insert, values: [chat, author, message.body] });
    ack(stored.rows[0].id);
    socket.to(chat).emit("message", { id: stored.rows[0].id, author, ...message });
  });
  socket.on("receipt", () => {}); // Read and forgotten: the product stores and passes them on.
});

http.listen({ host: "127.0.0.1", port: Number(process.env.PORT), backlog: 4096 });
