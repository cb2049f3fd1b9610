using System.Text;
using System.Text.RegularExpressions;
using Tercel.Api.Model;
using Tercel.Api.Query;
using Tercel.Api.Sql;
using Tercel.Api.Writing;
using Tercel.Data;
using Tercel.Data.Sqlite;
using Tercel.Primitives;

namespace Tercel.Tests.Api.Writing;

// A small shop in a real SQLite file, with a model built by hand: one of everything that writes care about.
internal sealed class WriteShop : IAsyncDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, 89, TimeSpan.Zero);

    private const string Tables = """
        CREATE TABLE categories (id INTEGER PRIMARY KEY, slug TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
            parent_id INTEGER REFERENCES categories(id) ON DELETE RESTRICT);
        CREATE TABLE products (id INTEGER PRIMARY KEY, sku TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
            price NUMERIC NOT NULL, stock INTEGER NOT NULL, status TEXT NOT NULL,
            category_id INTEGER NOT NULL REFERENCES categories(id) ON DELETE RESTRICT,
            tags TEXT, attrs TEXT, weight REAL, big INTEGER, released TEXT, photo BLOB, version INTEGER NOT NULL,
            created_at TEXT NOT NULL, updated_at TEXT NOT NULL);
        CREATE TABLE orders (id TEXT PRIMARY KEY, number TEXT NOT NULL UNIQUE, note TEXT);
        CREATE TABLE order_lines (order_id TEXT NOT NULL REFERENCES orders(id) ON DELETE CASCADE, line INTEGER NOT NULL,
            product_id INTEGER NOT NULL REFERENCES products(id), quantity INTEGER NOT NULL, unit_price NUMERIC NOT NULL,
            PRIMARY KEY (order_id, line));
        CREATE TABLE reviews (id INTEGER PRIMARY KEY,
            product_id INTEGER NOT NULL REFERENCES products(id) ON DELETE CASCADE, author TEXT NOT NULL,
            stars INTEGER NOT NULL CHECK (stars < 100), deleted_at TEXT, UNIQUE (product_id, author));
        CREATE TABLE votes (id INTEGER PRIMARY KEY, review_id INTEGER NOT NULL REFERENCES reviews(id) ON DELETE CASCADE,
            value INTEGER);
        INSERT INTO categories VALUES (1, 'shoes', 'Shoes', NULL), (2, 'hats', 'Hats', NULL);
        INSERT INTO products (id, sku, name, price, stock, status, category_id, tags, attrs, version,
                created_at, updated_at)
            VALUES (1, 'A-1', 'Runner', 49.9, 7, 'active', 1, '["red","sale"]',
                    '{"color":"red","size":{"eu":42,"us":9}}', 3,
                    '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
                   (2, 'A-2', 'Walker', 20, 0, 'draft', 1, NULL, NULL, 1,
                    '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');
        INSERT INTO reviews VALUES (1, 1, 'ann', 5, NULL), (2, 1, 'bob', 1, '2026-01-02T00:00:00.000Z');
        INSERT INTO votes VALUES (1, 1, 3);
        """;

    private readonly string _folder;

    private WriteShop(string folder, SqliteDatabase database, ApiModel model)
    {
        _folder = folder;
        Database = database;
        Model = model;
        Runner = new WriteRunner(model, ApiLimits.Default);
    }

    public SqliteDatabase Database { get; }

    public ApiModel Model { get; }

    public WriteRunner Runner { get; }

    public static async Task<WriteShop> Open()
    {
        var folder = Directory.CreateTempSubdirectory("tercel-writes-").FullName;
        var options = new SqliteOptions
        {
            Path = Path.Combine(folder, "shop.db"), Writable = true, CreateIfMissing = true, Synchronous =
                SqliteSynchronous.Normal,
        };
        var database = SqliteDatabase.Open(options, TimeProvider.System);
        await database.Migrate(async session => await session.ExecuteScript(Tables), default);
        return new WriteShop(folder, database, WriteShopModel.Build());
    }

    public Entity Entity(string name) => Model.Entity(name) ?? throw new InvalidOperationException(name);

    public Result<RowWrite> Read(string entity, WriteMode mode, string json, params SqlValue[] key)
    {
        var body = Encoding.UTF8.GetBytes(json);
        if (!BodyReader.Read(body, 32).TryGet(out var document, out var errors)) return errors.ToList();
        var options = new WriteOptions(ApiLimits.Default, Now) { UrlKey = key.Length == 0 ? null : key };
        return new WriteValidator(options).ReadOne(document.Root, Entity(entity), mode);
    }

    public Task<WriteOutcome> Create(string entity, string json) =>
        Run(s => Runner.Create(s, Valid(Read(entity, WriteMode.Create, json))));

    public Task<WriteOutcome> Upsert(string entity, string json, string target, string? resolve = null) => Run(s =>
    {
        ConflictTarget.Read(Entity(entity), target, resolve).TryGet(out var found, out _);
        return Runner.Upsert(s, Valid(Read(entity, WriteMode.Create, json)), found
            ?? throw new InvalidOperationException(target));
    });

    public Task<WriteOutcome> Patch(string entity, string json, params SqlValue[] key) =>
        Run(s => Runner.Patch(s, Valid(Read(entity, WriteMode.Patch, json, key)), key));

    public Task<WriteOutcome> Replace(string entity, string json, params SqlValue[] key) =>
        Run(s => Runner.Replace(s, Valid(Read(entity, WriteMode.Replace, json, key)), key));

    public Task<WriteOutcome> Delete(string entity, params SqlValue[] key) =>
        Run(s => Runner.Delete(s, Entity(entity), key, Now));

    // A refusal undoes everything, as the endpoints do it.
    public Task<WriteOutcome> Run(Func<IWriteSession, ValueTask<WriteOutcome>> work) => Database.Write(
        async session =>
        {
            var outcome = await work(session);
            if (outcome.Refusal is not null) session.RollbackOnly();
            return outcome;
        },
        default);

    // All rows as text: columns joined by |, rows by a line feed.
    public async Task<string> Rows(string sql)
    {
        using var session = await Database.Read(ReadLane.Page, default);
        using var rows = await session.Query(new SqlText(sql), []);
        var text = new StringBuilder();
        while (await rows.Next())
        {
            if (text.Length > 0) text.Append('\n');
            text.AppendJoin('|', Enumerable.Range(0, rows.ColumnCount).Select(c => rows.Value(c).ToString()));
        }

        return text.ToString();
    }

    // Everything that the tables hold, to prove that a refused write changed nothing.
    public async Task<string> Everything()
    {
        var all = new StringBuilder();
        foreach (var entity in Model.Entities)
            all.AppendLine(await Rows($"SELECT * FROM {entity.Table} ORDER BY 1, 2"));
        return all.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static RowWrite Valid(Result<RowWrite> result) =>
        result.TryGet(out var row, out var errors) ? row
            : throw new InvalidOperationException(string.Join("; ", errors));
}

internal static class WriteShopModel
{
    private static readonly FieldType Price = new(FieldKind.Decimal) { Precision = 10, Scale = 2 };
    private static readonly FieldType Status = new(FieldKind.Enum) { EnumValues = ["draft", "active", "archived"] };
    private static readonly FieldType Tags = new(FieldKind.Array) { Element = FieldType.Text };

    public static ApiModel Build()
    {
        // Reviews are soft-deleted and refer to products; votes refer to reviews, and are changed with If-Match only.
        var votes = new Entity { Name = "votes", Table = "votes", RequireIfMatch = true };
        Field[] voteFields = [Auto(), Of("review_id", FieldType.Int, required: true), Of("value", FieldType.Int)];
        votes.SetFields(voteFields, voteFields[..1]);
        var categories = Entity("categories", [
            Auto(), Of("slug", new FieldType(FieldKind.Slug) { LengthMax = 60 }, required: true, unique: true),
            Of("name", String(80), required: true), Of("parent_id", FieldType.Int)]);
        var products = Products();
        var orders = Entity("orders", [
            new Field { Name = "id", Column = "id", Type = new FieldType(FieldKind.Uuid), Nullable = false,
                Default = new FieldDefault.NewUuid() },
            new Field { Name = "number", Column = "number", Type = String(20), Nullable = false, ReadOnly = true,
                Unique = true, Default = new FieldDefault.Sequence("O-{000000}") },
            Of("note", String(500))]);
        var lines = new Entity { Name = "order_lines", Table = "order_lines", HasPath = false };
        Field[] lineFields = [
            Of("order_id", new FieldType(FieldKind.Uuid), required: true), Of("line", FieldType.Int, required: true),
            Of("product_id", FieldType.Int, required: true),
            new Field { Name = "quantity", Column = "quantity", Type = FieldType.Int, Required = true, Nullable = false,
                Min = 1, Max = 999 },
            new Field
            {
                Name = "unit_price", Column = "unit_price", Type = Price, Required = true, Nullable = false, ReadOnly =
                    true,
                Default = new FieldDefault.FromReference("product", "price"),
            }];
        lines.SetFields(lineFields, lineFields[..2]);
        var reviews = new Entity { Name = "reviews", Table = "reviews", Uniques = [["product_id", "author"]] };
        Field[] reviewFields = [
            Auto(), Of("product_id", FieldType.Int, required: true), Of("author", String(40), required: true),
            Of("stars", FieldType.Int, required: true), Of("deleted_at", FieldType.DateTime)];
        reviews.SetFields(reviewFields, reviewFields[..1], reviewFields[^1]);

        categories.SetRelations([ToOne("parent", categories, categories, "parent_id", OnDelete.Restrict)]);
        products.SetRelations(
            [ToOne("category", products, categories, "category_id", OnDelete.Restrict),
            ToMany("reviews", products, reviews, "product_id", false)]);
        orders.SetRelations([ToMany("lines", orders, lines, "order_id", true)]);
        lines.SetRelations([ToOne("order", lines, orders, "order_id", OnDelete.Cascade),
            ToOne("product", lines, products, "product_id", OnDelete.NoAction)]);
        reviews.SetRelations([ToOne("product", reviews, products, "product_id", OnDelete.Cascade)]);
        votes.SetRelations([ToOne("review", votes, reviews, "review_id", OnDelete.Cascade)]);
        return new ApiModel("shop", [categories, products, orders, lines, reviews, votes]);
    }

    private static Entity Products()
    {
        const string Check = "status ne 'active' or price gt 0";
        ExpressionParser.Parse(Check, new ExpressionLimits()).TryGet(out var check, out _);
        var rule = new EntityRule(check
            ?? throw new InvalidOperationException(Check), Check, "price", "an active product needs a price");
        var entity = new Entity { Name = "products", Table = "products", Rules = [rule] };
        var fields = ProductFields();
        entity.SetFields(fields, fields[..1]);
        return entity;
    }

    private static Field[] ProductFields() => [
        Auto(),
        new Field { Name = "sku", Column = "sku", Type = String(40), Required = true, Nullable = false, Unique = true,
            Pattern = new Regex(@"\A(?:[A-Z0-9-]+)\z", RegexOptions.NonBacktracking) },
        Of("name", String(160), required: true),
        new Field { Name = "price", Column = "price", Type = Price, Required = true, Nullable = false, Min = 0 },
        new Field { Name = "stock", Column = "stock", Type = FieldType.Int, Required = true, Nullable = false, Min = 0,
            Default = new FieldDefault.Constant("0") },
        new Field { Name = "status", Column = "status", Type = Status, Nullable = false,
            Default = new FieldDefault.Constant("draft") },
        Of("category_id", FieldType.Int, required: true),
        new Field { Name = "tags", Column = "tags", Type = Tags, ItemsMax = 3 },
        Of("attrs", FieldType.Json), Of("weight", FieldType.Float), Of("big", new FieldType(FieldKind.BigInt)),
        Of("released", FieldType.Date), Of("photo", new FieldType(FieldKind.Bytes)),
        new Field { Name = "version", Column = "version", Type = FieldType.Int, Nullable = false, IsVersion = true },
        new Field { Name = "created_at", Column = "created_at", Type = FieldType.DateTime, Nullable = false,
            ReadOnly = true, Default = new FieldDefault.Now() },
        new Field { Name = "updated_at", Column = "updated_at", Type = FieldType.DateTime, Nullable = false,
            ReadOnly = true, AutoUpdate = true }];

    private static FieldType String(int length) => new(FieldKind.String) { LengthMax = length };

    private static Field Auto() =>
        new() { Name = "id", Column = "id", Type = FieldType.Int, Nullable = false, AutoIncrement = true };

    private static Field Of(string name, FieldType type, bool required = false, bool unique = false) =>
        new() { Name = name, Column = name, Type = type, Required = required, Nullable = !required, Unique = unique };

    private static Entity Entity(string name, Field[] fields)
    {
        var entity = new Entity { Name = name, Table = name };
        entity.SetFields(fields, fields[..1]);
        return entity;
    }

    private static Relation ToOne(string name, Entity from, Entity to, string field, OnDelete onDelete) => new()
    {
        Name = name, Kind = RelationKind.ToOne, From = from, To = to, OnDelete = onDelete,
        FromFields = [from.Field(field) ?? throw new InvalidOperationException(field)], ToFields = to.Key,
    };

    private static Relation ToMany(string name, Entity from, Entity to, string field, bool writable) => new()
    {
        Name = name, Kind = RelationKind.ToMany, From = from, To = to, Writable = writable,
        FromFields = from.Key, ToFields = [to.Field(field) ?? throw new InvalidOperationException(field)],
    };
}
