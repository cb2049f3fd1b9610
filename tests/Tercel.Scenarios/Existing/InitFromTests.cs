using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.Existing;

/// <summary>The model file that <c>init --from</c> writes serves the same API as the database without a
/// model.</summary>
public sealed class InitFromTests(ChinookFixture chinook, OddDatabaseTests.OddDatabase odd)
    : IClassFixture<OddDatabaseTests.OddDatabase>
{
    private static readonly string[] Paths =
    [
        "/v1/Album?limit=50", "/v1/Artist?limit=50&sort=-Name", "/v1/Customer?limit=100", "/v1/Employee?embed=Employee,Employee_ReportsTo",
        "/v1/Genre?embed=Track(TrackId;limit=2)", "/v1/Invoice?sort=-InvoiceDate&limit=20&embed=Customer", "/v1/InvoiceLine?limit=5",
        "/v1/MediaType", "/v1/Playlist?embed=Track(TrackId,Name;limit=1)", "/v1/PlaylistTrack?limit=7&sort=-TrackId",
        "/v1/PlaylistTrack/1,3402?embed=Playlist,Track", "/v1/Track/1?embed=Album.Artist,InvoiceLine", "/v1/Track?AlbumId=1",
        "/v1/Track?Album.Artist.Name=AC/DC", "/v1/Track?UnitPrice.gt=1&limit=3", "/v1/Album/1/Track", "/v1/Employee/2",
        "/v1/Invoice?group=month(InvoiceDate)&agg=sum(Total)", "/v1/Track?group=Genre.Name&agg=count", "/v1/Customer?Company.null=false",
        "/v1/Invoice?InvoiceDate.gte=2022-01-01&limit=2", "/v1/Customer?sort=nope", "/v1/Track/0", "/v1/Nothing",
        "/v1/Customer?Invoice.count.gt=6", "/v1/Playlist?Track.exists=false", "/v1/Track?where=Milliseconds gt $m&$m=1000000&limit=5",
    ];

    [Fact]
    public async Task It_answers_as_the_database_without_a_model()
    {
        var bare = await chinook.Client();
        using var folder = new TempFolder();
        File.WriteAllBytes(folder["Chinook.sqlite"], File.ReadAllBytes(RepositoryPaths.Chinook));
        var init = await Program.Run(folder, "init", "--from", "sqlite:Chinook.sqlite", "--out", folder["tercel.yaml"]);
        Assert.True(init.ExitCode == 0, init.All);
        var model = folder["tercel.yaml"];

        var check = await Program.Run(folder, "check", model);
        Assert.True(check.ExitCode == 0, check.All);
        await using var server = await TercelProcess.StartApi(folder, model);

        foreach (var path in Paths)
        {
            var (expected, actual) = (await bare.Get(path), await server.Client.Get(path));
            Assert.Equal(expected.Status, actual.Status);
            if (expected.Status >= 400) continue;
            Assert.Equal(WithoutCursor(expected.Text), WithoutCursor(actual.Text));
        }
    }

    [Fact]
    public async Task Even_of_an_odd_database()
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder["odd.sqlite"], File.ReadAllBytes(odd.Database));
        var init = await Program.Run(folder, "init", "--from", "sqlite:odd.sqlite", "--out", folder["tercel.yaml"]);
        Assert.True(init.ExitCode == 0, init.All);
        await using var server = await TercelProcess.StartApi(folder, folder["tercel.yaml"]);
        var start = (await odd.Client.Get("/", ("Accept", "application/json"))).Expect(200).Json;
        foreach (var resource in start.GetProperty("resources").EnumerateArray())
        {
            var embeds = string.Join(',', resource.GetProperty("embeds").EnumerateArray().Select(e => $"\"{e}\""));
            var path = $"/v1/{Uri.EscapeDataString(resource.GetProperty("name").GetString() ?? "")}?limit=3"
                + (embeds.Length > 0 ? $"&embed={embeds}" : "");
            var (expected, actual) = (await odd.Client.Get(path), await server.Client.Get(path));
            Assert.Equal(200, expected.Status);
            Assert.Equal(WithoutCursor(expected.Text), WithoutCursor(actual.Text));
        }
    }

    // Each server signs its own cursors.
    private static string WithoutCursor(string text) =>
        System.Text.RegularExpressions.Regex.Replace(text, "cursor=[A-Za-z0-9_-]+", "cursor=");
}
