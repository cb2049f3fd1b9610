using System.Text.Json;
using Tercel.Api.Model;
using Tercel.Api.Schema;
using Tercel.Data.Sqlite;
using Tercel.Tests.Data;
using Tercel.Tests.Repository;
using Xunit;

namespace Tercel.Tests.Api.Groups;

// Groups of somebody else's database, against SQL written by hand.
public sealed class ChinookGroupTests : IAsyncLifetime
{
    private SqliteDatabase? _database;
    private ApiModel? _model;

    public async ValueTask InitializeAsync()
    {
        var shared = Environment.GetEnvironmentVariable("TERCEL_SHARED")
            ?? Path.GetFullPath(Path.Combine(RepositoryTree.Root, "..", "shared"));
        var file = Path.Combine(shared, "data", "chinook", "Chinook_Sqlite.sqlite");
        Assert.SkipUnless(File.Exists(file), $"{file} is not on this machine");
        _database = SqliteDatabase.Open(new SqliteOptions { Path = file }, TimeProvider.System);
        _model = await Introspection.Read(_database, writable: false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_database is not null) await _database.DisposeAsync();
    }

    [Theory]
    [InlineData(
        "Invoice", "group=BillingCountry&agg=count,sum(Total)&sort=-sum_Total",
        "SELECT BillingCountry, count(*), round(sum(Total), 2) FROM Invoice GROUP BY 1 ORDER BY 3 DESC, 1")]
    [InlineData(
        "Track", "group=Genre.Name as g&agg=count,avg(Milliseconds) as ms&having=count gt 100&sort=-count",
        "SELECT g.Name, count(*), avg(t.Milliseconds) FROM Track t LEFT JOIN Genre g USING (GenreId) GROUP BY 1 "
        + "HAVING count(*) > 100 ORDER BY 2 DESC, 1")]
    [InlineData(
        "InvoiceLine", "group=Track.Album.Artist.Name&agg=sum(UnitPrice * Quantity) as revenue&sort=-revenue&limit=10",
        "SELECT ar.Name, round(sum(l.UnitPrice * l.Quantity), 2) FROM InvoiceLine l JOIN Track t USING (TrackId) "
        + "JOIN Album al USING (AlbumId) JOIN Artist ar USING (ArtistId) GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 10")]
    [InlineData(
        "Invoice", "group=year(InvoiceDate) as y,quarter(InvoiceDate) as q&agg=count(distinct CustomerId)",
        "SELECT CAST(strftime('%Y', InvoiceDate) AS INTEGER), CASE strftime('%m', InvoiceDate) WHEN '01' THEN "
        + "strftime('%Y-01-01', InvoiceDate) WHEN '02' THEN strftime('%Y-01-01', InvoiceDate) WHEN '03' THEN "
        + "strftime('%Y-01-01', InvoiceDate) WHEN '04' THEN strftime('%Y-04-01', InvoiceDate) WHEN '05' THEN "
        + "strftime('%Y-04-01', InvoiceDate) WHEN '06' THEN strftime('%Y-04-01', InvoiceDate) WHEN '07' THEN "
        + "strftime('%Y-07-01', InvoiceDate) WHEN '08' THEN strftime('%Y-07-01', InvoiceDate) WHEN '09' THEN "
        + "strftime('%Y-07-01', InvoiceDate) ELSE strftime('%Y-10-01', InvoiceDate) END, count(DISTINCT CustomerId) "
        + "FROM Invoice GROUP BY 1, 2 ORDER BY 1, 2")]
    [InlineData(
        "Album", "agg=count(Track),sum(Track.Milliseconds),max(Track.UnitPrice)",
        "SELECT count(*), sum(Milliseconds), max(UnitPrice) FROM Track WHERE AlbumId IN (SELECT AlbumId FROM Album)")]
    [InlineData(
        "Playlist", "group=Name&agg=count(Track)&Name.starts=Music",
        "SELECT p.Name, count(t.TrackId) FROM Playlist p LEFT JOIN PlaylistTrack t USING (PlaylistId) "
        + "WHERE p.Name LIKE 'Music%' GROUP BY 1 ORDER BY 1")]
    [InlineData(
        "Track", "distinct=MediaType.Name,Genre.Name&limit=200",
        "SELECT DISTINCT m.Name, g.Name FROM Track JOIN MediaType m USING (MediaTypeId) JOIN Genre g USING (GenreId) "
        + "ORDER BY 1, 2")]
    public async Task Groups_are_those_of_the_database(string entity, string query, string sql) =>
        Assert.Equal(await Database.Rows(sql), await Rows(entity, query));

    [Fact]
    public async Task Every_table_is_grouped_by_every_field()
    {
        Assert.Equal(11, Model.Entities.Count);
        foreach (var entity in Model.Entities)
        {
            foreach (var field in entity.Fields)
            {
                var (table, column) = ($"\"{entity.Table}\"", $"\"{field.Column}\"");
                var expected = await Database.Rows(
                    $"SELECT count(*), count({column}), (SELECT count(*) FROM (SELECT 1 FROM {table} "
                    + $"GROUP BY {column})) FROM {table}");
                var limits = ApiLimits.Default with { GroupRowsMax = 1_000_000 };
                var all = await Run(entity, $"group={field.Name}&agg=count as n,count({field.Name}) as v", limits);
                var (rows, values) = (all.Sum(g => g[1].GetInt64()), all.Sum(g => g[2].GetInt64()));
                Assert.Equal(expected.Single(), $"{rows}|{values}|{all.Count}");
            }
        }
    }

    private SqliteDatabase Database => _database ?? throw new InvalidOperationException("not open");

    private ApiModel Model => _model ?? throw new InvalidOperationException("not read");

    private async Task<List<string>> Rows(string entity, string query)
    {
        var found = Model.Entity(entity) ?? throw new InvalidOperationException(entity);
        return [.. (await Run(found, query, ApiLimits.Default)).Select(g => string.Join('|', g.Select(Plain)))];
    }

    private async Task<List<List<JsonElement>>> Run(Entity entity, string query, ApiLimits limits)
    {
        var text = await GroupQueries.Run(Database, GroupQueries.Plan(entity, query, limits), limits);
        using var json = JsonDocument.Parse(text);
        return [.. json.RootElement.Clone().EnumerateArray()
            .Select(g => g.EnumerateObject().Select(m => m.Value).ToList())];
    }

    // 49.90 and 49.9 are one number.
    private static string Plain(JsonElement value) => value.ValueKind == JsonValueKind.Number
        ? value.GetDouble().ToString("R", System.Globalization.CultureInfo.InvariantCulture)
        : value.Text();
}
