-- The sample shop's data: 120 users, 30 categories, 240 products in 5 collections, 2,400 orders,
-- about 7,000 lines, about 1,000 reviews.
-- Runs once, when the server has just made the database. Every run gives the same rows.
--
-- "Random" numbers: a linear congruential generator in a recursive query (31 bits, the constants of C's rand). Each row
-- has dice a, b, c; the state d goes to the next row. The high bits are used (>> 8), since the low ones repeat.

-- Users: the first is the owner of the shop, the next four are staff, the others are customers.
WITH RECURSIVE
  first(i, name) AS (SELECT key, value FROM json_each('["Ada","Bruno","Chiara","Daniel","Elena","Farid","Greta","Hugo","Ines","Jonas","Katrin","Luca","Mara","Nils","Olga","Pavel","Quinn","Rosa","Samir","Tilda","Ugo","Vera","Wanda","Yusuf"]')),
  last(i, name) AS (SELECT key, value FROM json_each('["Almeida","Bauer","Conti","Dubois","Eriksen","Ferrari","Gruber","Haas","Ivanova","Jansen","Keller","Lindqvist","Moretti","Novak","Okafor","Petit","Rossi","Schmidt","Tanaka","Weber"]')),
  country(i, code) AS (SELECT key, value FROM json_each('["IT","DE","FR","AT","ES","NL","SE","PT","PL","CH"]')),
  dice(n, a, b, c, d) AS (
    SELECT 1, 20250101, 77003, 314159, 271828
    UNION ALL
    SELECT n + 1, (d * 1103515245 + 12345) & 2147483647, (d * 1117952617 + 1406932606) & 2147483647,
      (d * 8240309 + 654583775) & 2147483647, (d * 1845919505 + 1449466924) & 2147483647
    FROM dice WHERE n < 120)
INSERT INTO users (id, email, name, country, role, birth_date, created_at)
SELECT
  printf('%08x-%04x-7%03x-8%03x-%012x', (1704103200 + n * 360000) * 1000 >> 16, (1704103200 + n * 360000) * 1000 & 65535,
    a >> 8 & 4095, b >> 8 & 4095, (c << 17) + n),
  lower(first.name || '.' || last.name) || CASE WHEN n > 24 THEN n ELSE '' END || '@shop.example',
  first.name || ' ' || last.name,
  country.code,
  CASE WHEN n = 1 THEN 'admin' WHEN n <= 5 THEN 'staff' ELSE 'customer' END,
  CASE WHEN (c >> 8) % 4 > 0 THEN date('1955-03-01', '+' || ((a >> 8) % 18000) || ' days') END,
  strftime('%Y-%m-%dT%H:%M:%S.000Z', 1704103200 + n * 360000, 'unixepoch')
FROM dice
JOIN first ON first.i = (n - 1) % 24
JOIN last ON last.i = (n * 7 + n / 24) % 20
JOIN country ON country.i = (b >> 8) % 13 * 3 / 4
ORDER BY n;

-- Categories: six departments, four shelves in each.
WITH
  department(id, slug, name) AS (VALUES
    (1, 'shoes', 'Shoes'), (2, 'clothing', 'Clothing'), (3, 'camping', 'Camping'),
    (4, 'climbing', 'Climbing'), (5, 'cycling', 'Cycling'), (6, 'kitchen', 'Camp Kitchen'))
INSERT INTO categories (id, slug, name, parent_id) SELECT id, slug, name, NULL FROM department;

INSERT INTO categories (id, slug, name, parent_id) VALUES
  (7, 'running-shoes', 'Running Shoes', 1), (8, 'hiking-boots', 'Hiking Boots', 1),
  (9, 'sandals', 'Sandals', 1), (10, 'approach-shoes', 'Approach Shoes', 1),
  (11, 'jackets', 'Jackets', 2), (12, 'base-layers', 'Base Layers', 2),
  (13, 'trousers', 'Trousers', 2), (14, 'hats-and-gloves', 'Hats and Gloves', 2),
  (15, 'tents', 'Tents', 3), (16, 'sleeping-bags', 'Sleeping Bags', 3),
  (17, 'backpacks', 'Backpacks', 3), (18, 'lamps', 'Lamps', 3),
  (19, 'ropes', 'Ropes', 4), (20, 'harnesses', 'Harnesses', 4),
  (21, 'helmets', 'Helmets', 4), (22, 'carabiners', 'Carabiners', 4),
  (23, 'bike-bags', 'Bike Bags', 5), (24, 'bike-lights', 'Bike Lights', 5),
  (25, 'bike-tools', 'Bike Tools', 5), (26, 'jerseys', 'Jerseys', 5),
  (27, 'stoves', 'Stoves', 6), (28, 'cookware', 'Cookware', 6),
  (29, 'bottles', 'Bottles', 6), (30, 'camp-coffee', 'Camp Coffee', 6);

-- Products: ten for each shelf. The noun and the price come from the shelf, the rest from the dice.
WITH RECURSIVE
  shelf(id, code, noun, price, grams) AS (VALUES
    (7, 'RUN', 'Running Shoe', 119, 280), (8, 'HIK', 'Hiking Boot', 189, 620), (9, 'SAN', 'Sandal', 69, 240),
    (10, 'APP', 'Approach Shoe', 139, 410), (11, 'JAC', 'Jacket', 229, 390), (12, 'BAS', 'Base Layer', 59, 160),
    (13, 'TRO', 'Trousers', 99, 330), (14, 'HAT', 'Beanie', 29, 60), (15, 'TEN', 'Tent', 399, 2100),
    (16, 'SLE', 'Sleeping Bag', 249, 980), (17, 'PAC', 'Backpack', 149, 1150), (18, 'LAM', 'Headlamp', 45, 85),
    (19, 'ROP', 'Rope', 179, 3700), (20, 'HAR', 'Harness', 79, 350), (21, 'HEL', 'Helmet', 69, 240),
    (22, 'CAR', 'Carabiner', 14, 45), (23, 'BAG', 'Handlebar Bag', 89, 420), (24, 'LIG', 'Bike Light', 39, 70),
    (25, 'TOO', 'Multitool', 34, 150), (26, 'JER', 'Jersey', 74, 140), (27, 'STO', 'Stove', 64, 110),
    (28, 'COO', 'Cook Set', 54, 480), (29, 'BOT', 'Bottle', 24, 190), (30, 'COF', 'Coffee Maker', 42, 360)),
  line(i, name) AS (SELECT key, value FROM json_each('["Alpine","Dolomiti","Fjord","Granite","Juniper","Karst","Larch","Monsoon","Nimbus","Tundra"]')),
  trait(i, name, tag) AS (VALUES
    (0, 'Light', 'lightweight'), (1, 'Trail', 'trail'), (2, 'Pro', 'pro'), (3, 'Merino', 'merino'), (4, 'Winter', 'winter'),
    (5, 'Classic', 'classic'), (6, 'Rain', 'waterproof'), (7, 'Junior', 'kids')),
  colour(i, name) AS (SELECT key, value FROM json_each('["black","red","blue","green","orange","grey","sand"]')),
  dice(n, a, b, c, d) AS (
    SELECT 1, 1999, 2003, 11213, 44497
    UNION ALL
    SELECT n + 1, (d * 1103515245 + 12345) & 2147483647, (d * 1117952617 + 1406932606) & 2147483647,
      (d * 8240309 + 654583775) & 2147483647, (d * 1845919505 + 1449466924) & 2147483647
    FROM dice WHERE n < 240)
INSERT INTO products
  (id, sku, name, description, price, stock, status, category_id, tags, attrs, version, created_at, updated_at)
SELECT
  n,
  printf('%s-%04d', code, n),
  line.name || ' ' || trait.name || ' ' || noun,
  printf('The %s %s is our %s %s: %d g, in %s, made to be repaired.', line.name, noun,
    CASE (c >> 8) % 3 WHEN 0 THEN 'all-round' WHEN 1 THEN 'long-distance' ELSE 'everyday' END, lower(noun),
    grams + (a >> 8) % (grams / 4 + 1), colour.name),
  round(price * (70 + (a >> 8) % 90) / 100, 0) + CASE WHEN (b >> 8) % 4 = 0 THEN 0.5 ELSE 0.9 END,
  CASE WHEN (c >> 8) % 9 = 0 THEN 0 ELSE (b >> 9) % 180 END,
  CASE WHEN (c >> 8) % 17 = 0 THEN 'draft' WHEN (c >> 8) % 19 = 0 THEN 'archived' ELSE 'active' END,
  shelf.id,
  CASE WHEN (a >> 8) % 3 = 0 THEN json_array(trait.tag, 'sale') WHEN (a >> 8) % 7 = 0 THEN json_array(trait.tag, 'new')
    ELSE json_array(trait.tag) END,
  json_object('color', colour.name, 'weight_g', grams + (a >> 8) % (grams / 4 + 1), 'size', 36 + (b >> 8) % 12,
    'recycled', json(CASE WHEN (c >> 8) % 2 = 0 THEN 'true' ELSE 'false' END)),
  1,
  strftime('%Y-%m-%dT%H:%M:%S.000Z', 1735722000 + n * 86400 + (a >> 8) % 36000, 'unixepoch'),
  strftime('%Y-%m-%dT%H:%M:%S.000Z', 1735722000 + n * 86400 + (a >> 8) % 36000, 'unixepoch')
FROM dice
JOIN shelf ON shelf.id = 7 + (n - 1) % 24
JOIN line ON line.i = (n - 1) / 24
JOIN trait ON trait.i = (b >> 8) % 8
JOIN colour ON colour.i = (c >> 10) % 7
ORDER BY n;

-- Orders: from January 2025 to October 2026. Old ones are delivered or cancelled, the newest 90 are still on their way.
WITH RECURSIVE
  customer(i, id) AS (SELECT row_number() OVER (ORDER BY id) - 1, id FROM users WHERE role = 'customer'),
  dice(n, a, b, c, d) AS (
    SELECT 1, 86243, 110503, 132049, 216091
    UNION ALL
    SELECT n + 1, (d * 1103515245 + 12345) & 2147483647, (d * 1117952617 + 1406932606) & 2147483647,
      (d * 8240309 + 654583775) & 2147483647, (d * 1845919505 + 1449466924) & 2147483647
    FROM dice WHERE n < 2400),
  placed(n, at, a, b, c, status) AS (
    SELECT n, 1735804800 + n * 24000 + (a >> 8) % 20000, a, b, c,
      CASE
        WHEN n <= 2310 THEN CASE WHEN (b >> 8) % 100 < 86 THEN 'delivered' WHEN (b >> 8) % 100 < 96 THEN 'cancelled' ELSE 'shipped' END
        ELSE CASE (b >> 8) % 6 WHEN 0 THEN 'cart' WHEN 1 THEN 'placed' WHEN 2 THEN 'placed' WHEN 3 THEN 'paid' WHEN 4 THEN 'paid' ELSE 'shipped' END
      END
    FROM dice)
INSERT INTO orders (id, number, customer_id, status, note, placed_at, created_at)
SELECT
  printf('%08x-%04x-7%03x-9%03x-%012x', at * 1000 >> 16, at * 1000 & 65535, a >> 8 & 4095, b >> 8 & 4095, (c << 17) + n),
  printf('O-%06d', n),
  customer.id,
  status,
  CASE (c >> 8) % 11 WHEN 0 THEN 'Please ring twice.' WHEN 1 THEN 'Leave it with the neighbours.' WHEN 2 THEN 'It is a present, no invoice in the box.' END,
  CASE WHEN status <> 'cart' THEN strftime('%Y-%m-%dT%H:%M:%S.000Z', at + 60 + (b >> 8) % 1800, 'unixepoch') END,
  strftime('%Y-%m-%dT%H:%M:%S.000Z', at, 'unixepoch')
FROM placed
JOIN customer ON customer.i = (c >> 8) % 115 * ((a >> 10) % 115) / 115
ORDER BY n;

-- Lines: one to five for each order, at the product's price.
WITH RECURSIVE
  dice(n, a, b, c, d) AS (
    SELECT 1, 756839, 859433, 1257787, 1398269
    UNION ALL
    SELECT n + 1, (d * 1103515245 + 12345) & 2147483647, (d * 1117952617 + 1406932606) & 2147483647,
      (d * 8240309 + 654583775) & 2147483647, (d * 1845919505 + 1449466924) & 2147483647
    FROM dice WHERE n < 2400),
  line(i) AS (VALUES (1), (2), (3), (4), (5))
INSERT INTO order_lines (order_id, line, product_id, quantity, unit_price)
SELECT orders.id, line.i, products.id, 1 + ((b >> 8) + line.i * 5) % 7 * (((c >> 8) + line.i) % 3) / 6, products.price
FROM dice
JOIN orders ON orders.number = printf('O-%06d', dice.n)
JOIN line ON line.i <= 1 + (a >> 8) % 5
JOIN products ON products.id = 1 + ((c >> 8) + line.i * 53) % 240
ORDER BY dice.n, line.i;

-- Reviews: up to eight customers for each product; a few were taken back.
WITH RECURSIVE
  customer(i, id) AS (SELECT row_number() OVER (ORDER BY id) - 1, id FROM users WHERE role = 'customer'),
  body(i, low, high) AS (VALUES
    (0, 'Too small, I sent it back.', 'Fits well from the first day.'),
    (1, 'The zip broke after a month.', 'Two years of rain and still like new.'),
    (2, 'Heavier than it says.', 'Light and sturdy, exactly as described.'),
    (3, NULL, NULL),
    (4, 'It is fine for the garden, not for the mountain.', 'Took it over the Alps, no complaints.')),
  dice(n, a, b, c, d) AS (
    SELECT 1, 2976221, 3021377, 6972593, 13466917
    UNION ALL
    SELECT n + 1, (d * 1103515245 + 12345) & 2147483647, (d * 1117952617 + 1406932606) & 2147483647,
      (d * 8240309 + 654583775) & 2147483647, (d * 1845919505 + 1449466924) & 2147483647
    FROM dice WHERE n < 1920),
  given(n, product, customer, stars, body, at, taken_back) AS (
    SELECT n, 1 + (n - 1) / 8, ((n - 1) / 8 * 17 + (n - 1) % 8 * 13) % 115,
      CASE WHEN (a >> 8) % 20 < 8 THEN 5 WHEN (a >> 8) % 20 < 14 THEN 4 WHEN (a >> 8) % 20 < 17 THEN 3
        WHEN (a >> 8) % 20 < 19 THEN 2 ELSE 1 END,
      (b >> 8) % 5, 1738400400 + (c >> 5) % 54000000, (b >> 8) % 40 = 0
    FROM dice WHERE (a >> 16) % 9 < 5)
INSERT INTO reviews (product_id, author_id, stars, body, created_at, deleted_at)
SELECT product, customer.id, stars, CASE WHEN stars >= 4 THEN high ELSE low END,
  strftime('%Y-%m-%dT%H:%M:%S.000Z', at, 'unixepoch'),
  CASE WHEN taken_back THEN strftime('%Y-%m-%dT%H:%M:%S.000Z', at + 400000, 'unixepoch') END
FROM given
JOIN customer ON customer.i = given.customer
JOIN body ON body.i = given.body
ORDER BY at, n;

-- Collections: four by tag, one by price; the cheapest products come first.
INSERT INTO collections (id, slug, title) VALUES
  (1, 'rainy-days', 'Rainy Days'), (2, 'ultralight', 'Ultralight'), (3, 'winter-nights', 'Winter Nights'),
  (4, 'first-adventures', 'First Adventures'), (5, 'small-presents', 'Small Presents');

WITH pick(collection, tag) AS (VALUES (1, 'waterproof'), (2, 'lightweight'), (3, 'winter'), (4, 'kids'))
INSERT INTO collection_products (collection_id, product_id, position)
SELECT collection, products.id, row_number() OVER (PARTITION BY collection ORDER BY price, products.id)
FROM pick
JOIN products ON EXISTS (SELECT 1 FROM json_each(products.tags) WHERE value = pick.tag)
WHERE status = 'active';

INSERT INTO collection_products (collection_id, product_id, position)
SELECT 5, id, row_number() OVER (ORDER BY price, id) FROM products WHERE status = 'active' AND price < 30;
