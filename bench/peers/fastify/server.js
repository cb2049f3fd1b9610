// A hand-written API over the sample shop: Fastify with response schemas, better-sqlite3 with prepared statements.
import Database from 'better-sqlite3';
import Fastify from 'fastify';

const db = new Database(process.env.DATABASE ?? 'shop.db');
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.pragma('foreign_keys = ON');
db.pragma('mmap_size = 268435456');

const columns = 'SELECT id, sku, name, description, price, stock, status, category_id, created_at FROM products';
const product = db.prepare(`${columns} WHERE id = ?`);
const products = db.prepare(`${columns} WHERE status = ? AND price < ? ORDER BY id DESC LIMIT 20`);
const orders = db.prepare(`
  SELECT o.id, o.number, o.status, o.created_at, u.id AS customer_id, u.name AS customer_name
  FROM orders o JOIN users u ON u.id = o.customer_id
  WHERE o.customer_id = ? ORDER BY o.created_at DESC, o.id DESC LIMIT 20`);
const ordersPerPage = 20;
const lines = db.prepare(`
  SELECT order_id, line, product_id, quantity, unit_price FROM order_lines
  WHERE order_id IN (${Array(ordersPerPage).fill('?').join(',')}) ORDER BY order_id, line`);
const byStatus = db.prepare(
  'SELECT status, count(*) AS count, max(created_at) AS max_created_at FROM orders GROUP BY status ORDER BY status');
const insert = db.prepare(`
  INSERT INTO products (sku, name, price, stock, status, category_id, version, created_at, updated_at)
  VALUES (?, ?, ?, ?, 'draft', ?, 1, ?, ?)`);

const text = { type: 'string' };
const integer = { type: 'integer' };
const number = { type: 'number' };
const object = properties => ({ type: 'object', properties });
const listOf = item => object({ data: { type: 'array', items: item } });
const productView = object({
  id: integer, sku: text, name: text, description: { type: 'string', nullable: true }, price: number, stock: integer,
  status: text, category_id: integer, created_at: text,
});
const orderView = object({
  id: text, number: text, status: text, created_at: text, customer: object({ id: text, name: text }),
  lines: { type: 'array', items: object({ line: integer, product_id: integer, quantity: integer, unit_price: number }) },
});
const statusView = object({ status: text, count: integer, max_created_at: text });
const newProduct = {
  ...object({
    sku: { type: 'string', maxLength: 40, pattern: '^[A-Z0-9-]+$' }, name: { type: 'string', maxLength: 160 },
    price: { type: 'number', minimum: 0 }, stock: { type: 'integer', minimum: 0 }, category_id: integer,
  }),
  required: ['sku', 'name', 'price', 'category_id'],
};

const app = Fastify({ logger: false });
app.get('/readyz', () => ({}));
app.get('/version', () => ({ sqlite: db.prepare('SELECT sqlite_version() AS v').get().v }));

app.get('/v1/products/:id', { schema: { response: { 200: productView } } }, (request, reply) => {
  const row = product.get(Number(request.params.id));
  return row ? reply.send(row) : reply.code(404).send();
});

app.get('/v1/products', { schema: { response: { 200: listOf(productView) } } }, (request, reply) => {
  reply.send({ data: products.all(request.query.status, Number(request.query.price_lt)) });
});

app.get('/v1/orders', { schema: { response: { 200: listOf(orderView) } } }, (request, reply) => {
  const data = orders.all(request.query.customer_id);
  const byId = new Map();
  for (const order of data) {
    order.customer = { id: order.customer_id, name: order.customer_name };
    order.lines = [];
    byId.set(order.id, order.lines);
  }
  const ids = data.map(order => order.id);
  while (ids.length < ordersPerPage) ids.push(null);
  for (const line of lines.all(ids)) byId.get(line.order_id).push(line);
  reply.send({ data });
});

app.get('/v1/orders/by-status', { schema: { response: { 200: listOf(statusView) } } }, (request, reply) => {
  reply.send({ data: byStatus.all() });
});

app.post('/v1/products', { schema: { body: newProduct } }, (request, reply) => {
  const { sku, name, price, stock, category_id } = request.body;
  const now = new Date().toISOString();
  const { lastInsertRowid } = insert.run(sku, name, price, stock ?? 0, category_id, now, now);
  reply.code(201).header('Location', `/v1/products/${lastInsertRowid}`).send();
});

await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT ?? 8082) });
