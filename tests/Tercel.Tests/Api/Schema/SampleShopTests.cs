using Tercel.Api.Model;
using Tercel.Api.Schema;
using Tercel.Data.Sqlite;
using Tercel.Tests.Data;
using Tercel.Tests.Repository;
using Xunit;

namespace Tercel.Tests.Api.Schema;

/// <summary>The sample shop's first start: tables and rows from its two files.</summary>
public sealed class SampleShopTests : IAsyncLifetime
{
    private static readonly string Folder = Path.Combine(RepositoryTree.Root, "samples/shop");

    private readonly SqliteFixture _files = new();
    private readonly ApiModel _model = SchemaFixture.Load(Folder);
    private SqliteDatabase _db = null!; // made by InitializeAsync
    private StartupReport _report = null!; // as well

    public async ValueTask InitializeAsync()
    {
        _db = SqliteFixture.Open(_files.Options);
        var result = await Startup.Prepare(_model, _db, new StartupOptions(), TimeProvider.System);
        Assert.True(result.IsOk, PlanText.Render(result.Errors));
        result.TryGet(out var report, out _);
        _report = report!; // IsOk
    }

    public async ValueTask DisposeAsync()
    {
        await _db.DisposeAsync();
        _files.Dispose();
    }

    [Theory]
    [InlineData("users", 120)]
    [InlineData("categories", 30)]
    [InlineData("products", 240)]
    [InlineData("collections", 5)]
    [InlineData("orders", 2400)]
    [InlineData("order_lines", 7318)]
    [InlineData("reviews", 1072)]
    public async Task The_shop_starts_with_rows(string table, long rows) =>
        Assert.Equal(rows.ToString(System.Globalization.CultureInfo.InvariantCulture),
            await _db.One($"SELECT count(*) FROM {table}"));

    [Fact]
    public void The_first_start_is_safe_and_warns_of_nothing()
    {
        Assert.True(_report.Plan.IsSafe);
        Assert.Empty(_report.Warnings);
        Assert.Null(_report.BackupFile);
    }

    [Fact]
    public async Task The_second_start_changes_nothing()
    {
        await _db.Run("DELETE FROM reviews");
        var again = await Startup.Prepare(_model, _db, new StartupOptions(), TimeProvider.System);
        again.TryGet(out var report, out _);
        Assert.True(report?.Plan.IsEmpty, report is null ? "" : PlanText.Render(report.Plan));
        Assert.Equal("0", await _db.One("SELECT count(*) FROM reviews"));
    }

    [Fact]
    public async Task Every_row_of_the_seed_is_a_row_that_the_model_allows()
    {
        foreach (var shape in TableBuilder.Shapes(_model))
        {
            foreach (var column in shape.Columns)
            {
                var name = SchemaSql.Quote(column.Name);
                var field = column.Field;
                var wrong = $"{name} IS NOT NULL AND coalesce({ValueFit.Fits(field.Type, name)}, 0) = 0";
                if (field.Min is { } min) wrong += FormattableString.Invariant($" OR {name} < {min}");
                if (field.Max is { } max) wrong += FormattableString.Invariant($" OR {name} > {max}");
                if (field.LengthMax is { } length)
                    wrong += FormattableString.Invariant($" OR length({name}) > {length}");
                Assert.Empty(await _db.Rows($"SELECT {name} FROM {SchemaSql.Quote(shape.Name)} WHERE {wrong} LIMIT 3"));
                if (field.Pattern is not { } pattern) continue;
                var values = await _db.Rows($"SELECT {name} FROM {shape.Name} WHERE {name} IS NOT NULL");
                Assert.All(values, value => Assert.Matches(pattern, value));
            }
        }
    }

    [Fact]
    public async Task Every_status_of_an_order_occurs() => Assert.Equal(
        ["cancelled", "cart", "delivered", "paid", "placed", "shipped"],
        await _db.Rows("SELECT DISTINCT status FROM orders ORDER BY 1"));

    [Fact]
    public async Task The_full_text_index_is_filled() => Assert.NotEmpty(await _db.Rows(
        "SELECT id FROM products WHERE id IN (SELECT rowid FROM products_fts WHERE products_fts MATCH 'tent')"));

    [Fact]
    public async Task No_reference_points_nowhere() =>
        Assert.Empty(await _db.Rows("SELECT * FROM pragma_foreign_key_check"));

    [Fact]
    public async Task The_seed_gives_the_same_rows_every_time()
    {
        var other = SqliteFixture.Open(_files.Options with { Path = _files.In("other.db") });
        await using (other)
        {
            await Startup.Prepare(_model, other, new StartupOptions(), TimeProvider.System);
            foreach (var table in new[] { "users", "products", "orders", "order_lines", "reviews" })
            {
                var sql = $"SELECT * FROM {table} ORDER BY 1, 2";
                Assert.Equal(await _db.Rows(sql), await other.Rows(sql));
            }
        }
    }
}
