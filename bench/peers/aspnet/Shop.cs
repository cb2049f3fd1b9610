using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace AspNetPeer;

/// <summary>Connections with prepared statements, one per request at a time.</summary>
internal sealed class ReaderPool(string database)
{
    private readonly ConcurrentBag<ShopReader> _free = [];

    public ShopReader Rent() => _free.TryTake(out var reader) ? reader : new ShopReader(database);

    public void Return(ShopReader reader) => _free.Add(reader);
}

internal sealed class ShopReader
{
    private const int OrdersPerPage = 20;

    private readonly SqliteCommand _product, _products, _orders, _lines, _byStatus;

    public ShopReader(string database)
    {
        var connection = new SqliteConnection($"Data Source={database};Mode=ReadOnly");
        connection.Open();
        Library.Run(connection, "PRAGMA mmap_size=268435456; PRAGMA query_only=1");
        _product = Prepare(connection, Columns + " WHERE id = $id", "$id");
        _products = Prepare(
            connection,
            Columns + " WHERE status = $status AND price < $price ORDER BY id DESC LIMIT 20",
            "$status", "$price");
        _orders = Prepare(
            connection,
            """
            SELECT o.id, o.number, o.status, o.created_at, u.id, u.name
            FROM orders o JOIN users u ON u.id = o.customer_id
            WHERE o.customer_id = $customer ORDER BY o.created_at DESC, o.id DESC LIMIT 20
            """,
            "$customer");
        var ids = Enumerable.Range(0, OrdersPerPage).Select(i => $"$o{i}").ToArray();
        _lines = Prepare(
            connection,
            "SELECT order_id, line, product_id, quantity, unit_price FROM order_lines " +
            $"WHERE order_id IN ({string.Join(',', ids)}) ORDER BY order_id, line",
            ids);
        _byStatus = Prepare(
            connection, "SELECT status, count(*), max(created_at) FROM orders GROUP BY status ORDER BY status");
    }

    private const string Columns =
        "SELECT id, sku, name, description, price, stock, status, category_id, created_at FROM products";

    public ProductView? Product(long id)
    {
        _product.Parameters[0].Value = id;
        using var rows = _product.ExecuteReader();
        return rows.Read() ? ReadProduct(rows) : null;
    }

    public List<ProductView> Products(string status, double priceBelow)
    {
        _products.Parameters[0].Value = status;
        _products.Parameters[1].Value = priceBelow;
        using var rows = _products.ExecuteReader();
        var list = new List<ProductView>(20);
        while (rows.Read()) list.Add(ReadProduct(rows));
        return list;
    }

    public List<OrderView> Orders(string customer)
    {
        _orders.Parameters[0].Value = customer;
        var list = new List<OrderView>(OrdersPerPage);
        using (var rows = _orders.ExecuteReader())
        {
            while (rows.Read())
            {
                var buyer = new CustomerView(rows.GetString(4), rows.GetString(5));
                list.Add(new(rows.GetString(0), rows.GetString(1), rows.GetString(2), rows.GetString(3), buyer, []));
            }
        }

        var byId = new Dictionary<string, List<LineView>>(list.Count);
        for (var i = 0; i < OrdersPerPage; i++)
        {
            _lines.Parameters[i].Value = i < list.Count ? list[i].Id : DBNull.Value;
            if (i < list.Count) byId[list[i].Id] = list[i].Lines;
        }

        using var lines = _lines.ExecuteReader();
        while (lines.Read())
        {
            byId[lines.GetString(0)].Add(
                new(lines.GetInt64(1), lines.GetInt64(2), lines.GetInt64(3), lines.GetDouble(4)));
        }

        return list;
    }

    public List<StatusView> OrdersByStatus()
    {
        using var rows = _byStatus.ExecuteReader();
        var list = new List<StatusView>(8);
        while (rows.Read()) list.Add(new(rows.GetString(0), rows.GetInt64(1), rows.GetString(2)));
        return list;
    }

    private static ProductView ReadProduct(SqliteDataReader rows) => new(
        rows.GetInt64(0), rows.GetString(1), rows.GetString(2), rows.IsDBNull(3) ? null : rows.GetString(3),
        rows.GetDouble(4), rows.GetInt64(5), rows.GetString(6), rows.GetInt64(7), rows.GetString(8));

    internal static SqliteCommand Prepare(SqliteConnection connection, string sql, params string[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in parameters)
            command.Parameters.Add(new SqliteParameter { ParameterName = name, Value = DBNull.Value });
        command.Prepare();
        return command;
    }
}

/// <summary>One connection for writes, taken in turn; each insert is its own durable commit.</summary>
internal sealed class ProductWriter
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly SqliteCommand _insert;

    public ProductWriter(string database)
    {
        var connection = new SqliteConnection($"Data Source={database}");
        connection.Open();
        Library.Run(connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON");
        _insert = ShopReader.Prepare(
            connection,
            """
            INSERT INTO products (sku, name, price, stock, status, category_id, version, created_at, updated_at)
            VALUES ($sku, $name, $price, $stock, 'draft', $category, 1, $now, $now) RETURNING id
            """,
            "$sku", "$name", "$price", "$stock", "$category", "$now");
    }

    public async Task<long> Insert(NewProduct product)
    {
        var now = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        await _turn.WaitAsync();
        try
        {
            var values = _insert.Parameters;
            values[0].Value = product.Sku;
            values[1].Value = product.Name;
            values[2].Value = product.Price;
            values[3].Value = product.Stock ?? 0;
            values[4].Value = product.CategoryId;
            values[5].Value = now;
            return (long)_insert.ExecuteScalar()!;
        }
        finally
        {
            _turn.Release();
        }
    }
}

internal static class Library
{
    public static string Version { get; private set; } = "";

    public static void UseSystemSqlite()
    {
        var provider = new SQLitePCL.SQLite3Provider_e_sqlite3();
        NativeLibrary.SetDllImportResolver(
            provider.GetType().Assembly,
            (name, _, _) => name == "e_sqlite3" ? NativeLibrary.Load("libsqlite3.so.0") : IntPtr.Zero);
        SQLitePCL.raw.SetProvider(provider);
        Version = SQLitePCL.raw.sqlite3_libversion().utf8_to_string();
    }

    public static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
