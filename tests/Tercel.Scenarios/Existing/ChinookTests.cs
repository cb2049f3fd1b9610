using System.Security.Cryptography;
using System.Text.Json;
using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.Existing;

/// <summary>A real database without a model file: every table, in every way of reading, against direct SQL.</summary>
public sealed class ChinookTests(ChinookFixture chinook)
{
    // Table, key columns, to-one embeds (name, column, target, its key), to-many embeds (name, SQL of "parent|child").
    private static readonly TableFacts[] Tables =
    [
        new("Album", "AlbumId", "Artist:ArtistId:Artist.ArtistId", "Track:SELECT AlbumId, TrackId FROM Track"),
        new("Artist", "ArtistId", "", "Album:SELECT ArtistId, AlbumId FROM Album"),
        new("Customer", "CustomerId", "SupportRep:SupportRepId:Employee.EmployeeId",
            "Invoice:SELECT CustomerId, InvoiceId FROM Invoice"),
        new("Employee", "EmployeeId", "Employee:ReportsTo:Employee.EmployeeId",
            "Customer:SELECT SupportRepId, CustomerId FROM Customer",
            "Employee_ReportsTo:SELECT ReportsTo, EmployeeId FROM Employee"),
        new("Genre", "GenreId", "", "Track:SELECT GenreId, TrackId FROM Track"),
        new("Invoice", "InvoiceId", "Customer:CustomerId:Customer.CustomerId",
            "InvoiceLine:SELECT InvoiceId, InvoiceLineId FROM InvoiceLine"),
        new("InvoiceLine", "InvoiceLineId", "Invoice:InvoiceId:Invoice.InvoiceId,Track:TrackId:Track.TrackId"),
        new("MediaType", "MediaTypeId", "", "Track:SELECT MediaTypeId, TrackId FROM Track"),
        new("Playlist", "PlaylistId", "", "Track:SELECT PlaylistId, TrackId FROM PlaylistTrack",
            "PlaylistTrack:SELECT PlaylistId, TrackId FROM PlaylistTrack"),
        new("PlaylistTrack", "PlaylistId,TrackId", "Playlist:PlaylistId:Playlist.PlaylistId,Track:TrackId:Track.TrackId"),
        new("Track", "TrackId", "Album:AlbumId:Album.AlbumId,Genre:GenreId:Genre.GenreId,MediaType:MediaTypeId:MediaType.MediaTypeId",
            "InvoiceLine:SELECT TrackId, InvoiceLineId FROM InvoiceLine",
            "Playlist:SELECT TrackId, PlaylistId FROM PlaylistTrack"),
    ];

    public static TheoryData<string> Names() => [.. Tables.Select(table => table.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_row_of_a_table_is_listed_as_it_is(string name)
    {
        var answers = new Answers(await chinook.Client(), chinook.Database);

        await answers.AreRows($"/v1/{name}?limit=200", await Select(name, $"ORDER BY {Facts(name).Key}"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_row_is_found_by_its_key(string name)
    {
        var answers = new Answers(await chinook.Client(), chinook.Database);
        var keys = Facts(name).Key.Split(',');
        var rows = await DirectSql.Query(chinook.Database, $"SELECT {Facts(name).Key} FROM {name} ORDER BY {Facts(name).Key} LIMIT 3 OFFSET 2");

        foreach (var row in rows)
        {
            var parts = keys.Select(key => row.GetProperty(key).GetRawText()).ToList();
            var condition = string.Join(" AND ", keys.Zip(parts, (key, part) => $"{key} = {part}"));
            await answers.IsRow($"/v1/{name}/{string.Join(',', parts)}", await Select(name, $"WHERE {condition}"));
        }

        (await (await chinook.Client()).Get($"/v1/{name}/{string.Join(',', keys.Select(_ => "999999"))}")).Expect(404);
        (await (await chinook.Client()).Get($"/v1/{name}/{string.Join(',', keys.Select(_ => "1"))},1")).Expect(404);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_column_filters_and_sorts(string name)
    {
        var answers = new Answers(await chinook.Client(), chinook.Database);
        var key = Facts(name).Key;
        foreach (var column in await Columns(name))
        {
            var value = (await DirectSql.Query(
                chinook.Database, $"SELECT {Shown(column)} AS v, {column.Name} AS raw FROM {name} WHERE {column.Name} IS NOT NULL ORDER BY {key} LIMIT 1 OFFSET 1"))[0];
            var text = Uri.EscapeDataString(value.GetProperty("v").ToString());
            var sql = value.GetProperty("raw").ValueKind == JsonValueKind.String
                ? $"'{value.GetProperty("raw").GetString()!.Replace("'", "''", StringComparison.Ordinal)}'"
                : value.GetProperty("raw").GetRawText();

            await answers.IsPage($"/v1/{name}?{column.Name}={text}", $"SELECT {key} FROM {name} WHERE {column.Name} = {sql} ORDER BY {key} LIMIT 20");
            await answers.IsPage($"/v1/{name}?{column.Name}.gt={text}&sort=-{column.Name}",
                $"SELECT {key} FROM {name} WHERE {column.Name} > {sql} ORDER BY {column.Name} DESC, {key} LIMIT 20");
            await answers.IsPage($"/v1/{name}?{column.Name}.null=true", $"SELECT {key} FROM {name} WHERE {column.Name} IS NULL ORDER BY {key} LIMIT 20");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_relation_embeds_both_ways(string name)
    {
        var answers = new Answers(await chinook.Client(), chinook.Database);
        var facts = Facts(name);
        foreach (var one in facts.One.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(o => o.Split(':')))
        {
            await answers.AreRows(
                $"/v1/{name}?embed={one[0]}&fields={facts.Key}&limit=200",
                $"SELECT {facts.Key}, {one[1]} AS '{one[0]}.{one[2].Split('.')[1]}' FROM {name} ORDER BY {facts.Key}");
        }

        foreach (var many in facts.Many.Select(m => m.Split(':')))
        {
            var pairs = await DirectSql.Query(chinook.Database, many[1].Replace(", ", " || '-' || ", StringComparison.Ordinal)
                .Replace(" FROM", " AS p FROM", StringComparison.Ordinal));
            var expected = pairs.Column("p").Where(p => p != "null").Order(StringComparer.Ordinal);
            var child = many[1].Split(' ')[2];
            var rows = await answers.All($"/v1/{name}?embed={many[0]}({child})&fields={facts.Key}&limit=20");
            var actual = rows.SelectMany(row => row.GetProperty(many[0]).EnumerateArray()
                .Select(inner => $"{row.GetProperty(facts.Key.Split(',')[0])}-{inner.GetProperty(child)}"));
            Assert.Equal(expected, actual.Order(StringComparer.Ordinal));
        }
    }

    [Theory]
    [InlineData("Track?AlbumId=1&sort=-Milliseconds", "SELECT TrackId, Name FROM Track WHERE AlbumId = 1 ORDER BY Milliseconds DESC, TrackId")]
    [InlineData("Track?Album.Artist.Name=AC/DC&limit=200",
        "SELECT TrackId FROM Track WHERE AlbumId IN (SELECT AlbumId FROM Album JOIN Artist USING (ArtistId) WHERE Artist.Name = 'AC/DC') ORDER BY 1")]
    [InlineData("Artist?Album.Track.Genre.Name=Metal&limit=200",
        "SELECT DISTINCT ArtistId FROM Artist JOIN Album USING (ArtistId) JOIN Track USING (AlbumId) JOIN Genre USING (GenreId) WHERE Genre.Name = 'Metal' ORDER BY 1")]
    [InlineData("Playlist?Track.count.gt=100", "SELECT PlaylistId FROM Playlist WHERE (SELECT count(*) FROM PlaylistTrack pt WHERE pt.PlaylistId = Playlist.PlaylistId) > 100 ORDER BY 1")]
    [InlineData("Customer?Country=Brazil&Invoice.Total.gt=10", "SELECT CustomerId FROM Customer WHERE Country = 'Brazil' AND CustomerId IN (SELECT CustomerId FROM Invoice WHERE Total > 10) ORDER BY 1")]
    [InlineData("Customer?Company.null=true&sort=LastName&limit=7", "SELECT CustomerId, LastName FROM Customer WHERE Company IS NULL ORDER BY LastName, CustomerId")]
    [InlineData("Invoice?InvoiceDate.between=2021-02-01,2021-03-01&limit=3", "SELECT InvoiceId FROM Invoice WHERE InvoiceDate BETWEEN '2021-02-01 00:00:00' AND '2021-03-01 00:00:00' ORDER BY 1")]
    [InlineData("Invoice?where=sum(InvoiceLine.UnitPrice * InvoiceLine.Quantity) ne Total", "SELECT InvoiceId FROM Invoice i WHERE round((SELECT sum(UnitPrice * Quantity) FROM InvoiceLine l WHERE l.InvoiceId = i.InvoiceId), 2) <> Total ORDER BY 1")]
    [InlineData("Employee?Employee.LastName=Adams", "SELECT EmployeeId FROM Employee WHERE ReportsTo = 1 ORDER BY 1")]
    [InlineData("Employee?Employee_ReportsTo.exists=false", "SELECT EmployeeId FROM Employee WHERE EmployeeId NOT IN (SELECT ReportsTo FROM Employee WHERE ReportsTo IS NOT NULL) ORDER BY 1")]
    [InlineData("Track?Name.icontains=CORAÇÃO", "SELECT TrackId FROM Track WHERE Name LIKE '%cora__o%' ORDER BY 1")]
    [InlineData("Album/1/Track?sort=-Name&limit=3", "SELECT TrackId FROM Track WHERE AlbumId = 1 ORDER BY Name DESC, TrackId")]
    [InlineData("Playlist/1/Track?limit=200&UnitPrice.gt=1", "SELECT TrackId FROM Track WHERE UnitPrice > 1 AND TrackId IN (SELECT TrackId FROM PlaylistTrack WHERE PlaylistId = 1) ORDER BY 1")]
    [InlineData("PlaylistTrack?sort=-TrackId,PlaylistId&limit=199&Playlist.Name=Music", "SELECT PlaylistId, TrackId FROM PlaylistTrack JOIN Playlist USING (PlaylistId) WHERE Name = 'Music' ORDER BY TrackId DESC, PlaylistId")]
    public async Task Queries_over_tables_find_what_sql_finds(string path, string sql) =>
        await new Answers(await chinook.Client(), chinook.Database).AreRows($"/v1/{path}", sql);

    [Theory]
    [InlineData("Track?group=Genre.Name as genre&agg=count,avg(Milliseconds) as length&sort=-count,genre",
        "SELECT g.Name AS genre, count(*) AS count, avg(Milliseconds) AS length FROM Track JOIN Genre g USING (GenreId) GROUP BY 1 ORDER BY 2 DESC, 1")]
    [InlineData("Invoice?group=month(InvoiceDate) as m&agg=sum(Total) as t&sort=m", "SELECT strftime('%Y-%m-01', InvoiceDate) AS m, round(sum(Total), 2) AS t FROM Invoice GROUP BY 1 ORDER BY 1")]
    [InlineData("Invoice?group=year(InvoiceDate) as y,Customer.Country as c&agg=count,max(Total) as t&sort=y,c&limit=200",
        "SELECT CAST(strftime('%Y', InvoiceDate) AS INTEGER) AS y, Country AS c, count(*) AS count, max(Total) AS t FROM Invoice JOIN Customer USING (CustomerId) GROUP BY 1, 2 ORDER BY 1, 2")]
    [InlineData("InvoiceLine?group=Track.Album.Artist.Name as a&agg=sum(Quantity) as n&having=n gte 30&sort=-n,a",
        "SELECT ar.Name AS a, sum(Quantity) AS n FROM InvoiceLine JOIN Track USING (TrackId) JOIN Album USING (AlbumId) JOIN Artist ar USING (ArtistId) GROUP BY 1 HAVING n >= 30 ORDER BY 2 DESC, 1")]
    [InlineData("Customer?distinct=Country&limit=200", "SELECT DISTINCT Country FROM Customer ORDER BY 1")]
    public async Task Groups_over_tables_are_those_of_sql(string path, string sql) =>
        await new Answers(await chinook.Client(), chinook.Database).IsPage($"/v1/{path}", sql);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_table_groups_by_every_column(string name)
    {
        var answers = new Answers(await chinook.Client(), chinook.Database);
        foreach (var column in await Columns(name))
        {
            await answers.IsPage(
                $"/v1/{name}?group={column.Name} as g&agg=count as n&sort=-n,g&limit=20",
                $"SELECT {Shown(column)} AS g, count(*) AS n FROM {name} GROUP BY {column.Name} ORDER BY 2 DESC, {column.Name} LIMIT 20");
        }
    }

    [Fact]
    public async Task The_start_page_lists_all_tables_and_what_they_embed()
    {
        var json = (await (await chinook.Client()).Get("/", ("Accept", "application/json"))).Expect(200).Json;

        var resources = json.GetProperty("resources").EnumerateArray().ToDictionary(r => r.GetProperty("name").GetString() ?? "");
        Assert.Equal(Tables.Select(t => t.Name).Order(), resources.Keys.Order());
        foreach (var table in Tables)
        {
            var embeds = resources[table.Name].GetProperty("embeds").EnumerateArray().Select(e => e.GetString()).ToList();
            var known = table.One.Split(',', StringSplitOptions.RemoveEmptyEntries).Concat(table.Many);
            Assert.Empty(known.Select(e => e.Split(':')[0]).Except(embeds));
        }
    }

    [Fact]
    public async Task It_is_read_only_and_reading_leaves_the_file_as_it_was()
    {
        using var folder = new TempFolder();
        await using (var server = await ChinookFixture.StartOwn(folder))
        {
            var before = Checksum(folder["Chinook.sqlite"]);
            var client = server.Client;
            foreach (var (method, path) in new[]
            {
                ("POST", "/v1/Artist"), ("PATCH", "/v1/Artist/1"), ("PUT", "/v1/Artist/1"), ("DELETE", "/v1/Artist/1"),
                ("DELETE", "/v1/Artist?ArtistId=1"), ("PATCH", "/v1/Artist?ArtistId=1"),
            })
            {
                var reply = (await client.Send(method, path, "{\"Name\":\"x\"}", "application/json")).Expect(405);
                Assert.DoesNotContain("DELETE", reply["Allow"], StringComparison.Ordinal);
                Assert.Contains("GET", reply["Allow"], StringComparison.Ordinal);
            }

            await client.Get("/v1/Track?embed=Album.Artist,Playlist&count=exact");
            await client.Get("/v1/Track.csv");
            Assert.Equal(before, Checksum(folder["Chinook.sqlite"]));
        }

        Assert.Equal(Checksum(RepositoryPaths.Chinook), Checksum(folder["Chinook.sqlite"]));
        Assert.Equal(["Chinook.sqlite"], Directory.EnumerateFiles(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Writable_lets_rows_be_written()
    {
        using var folder = new TempFolder();
        await using var server = await ChinookFixture.StartOwn(folder, "--writable");
        var client = server.Client;

        var made = (await client.Post("/v1/Artist", """{"Name":"Tercel"}""")).Expect(201);
        var id = made.Json.GetProperty("ArtistId").GetInt32();
        (await client.Patch($"/v1/Artist/{id}", """{"Name":"Tercel II"}""")).Expect(200);
        (await client.Post("/v1/PlaylistTrack", """{"PlaylistId":18,"TrackId":1}""")).Expect(201);
        (await client.Delete("/v1/PlaylistTrack/18,1")).Expect(204);
        (await client.Post("/v1/Album", """{"Title":"x","ArtistId":999999}""")).ExpectError(422, "reference");

        Assert.Equal("Tercel II", (await DirectSql.Scalar(folder["Chinook.sqlite"], $"SELECT Name FROM Artist WHERE ArtistId = {id}")).GetString());
        Assert.Contains("POST", (await client.Send("OPTIONS", "/v1/Artist", null, null))["Allow"], StringComparison.Ordinal);
    }

    private static string Checksum(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return Convert.ToHexString(SHA256.HashData(stream));
    }

    private static TableFacts Facts(string name) => Tables.Single(table => table.Name == name);

    private async Task<IReadOnlyList<(string Name, string Type)>> Columns(string name) =>
    [
        .. (await DirectSql.Query(chinook.Database, $"SELECT name, type FROM pragma_table_info('{name}')"))
            .Select(c => (c.GetProperty("name").GetString() ?? "", c.GetProperty("type").GetString() ?? "")),
    ];

    private async Task<string> Select(string name, string rest) =>
        $"SELECT {string.Join(", ", (await Columns(name)).Select(c => $"{Shown(c)} AS {c.Name}"))} FROM {name} {rest}";

    // Times are text like "2009-01-01 00:00:00" in the file.
    private static string Shown((string Name, string Type) column) =>
        column.Type == "DATETIME" ? $"strftime('%Y-%m-%dT%H:%M:%SZ', {column.Name})" : column.Name;

    private sealed record TableFacts(string Name, string Key, string One, params string[] Many);
}
