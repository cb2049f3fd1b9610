using System.Globalization;
using Tercel.Scenarios.Harness;
using Xunit;

[assembly: AssemblyFixture(typeof(Tercel.Scenarios.Writes.WriteLab))]

namespace Tercel.Scenarios.Writes;

/// <summary>
/// Two running servers that only the write scenarios use: the sample shop, and a small model with a field of each type
/// and small limits. Tests share them and run side by side, so each works on rows of its own.
/// </summary>
public sealed class WriteLab : IAsyncLifetime
{
    /// <summary>The limits in <see cref="Model"/>.</summary>
    internal const int BulkRowsMax = 5;

    internal const int BatchOpsMax = 4;
    internal const int MatchingRowsMax = 4;
    internal const int DepthMax = 6;
    internal const int BodyBytesMax = 8192;

    internal const string Model = """
        api: 1
        name: lab
        database: sqlite:lab.db
        server: { max_body: 8KiB }
        limits: { bulk.rows_max: 5, batch.ops_max: 4, write.max_rows: 4, body.depth_max: 6 }
        resources:
          shelves:
            fields:
              id: int pk auto
              code: string(20) required unique(nocase)
              note: string(50)
          things:
            fields:
              id: int pk auto
              name: string(20) required min=2
              code: string(12) unique pattern=^[A-Z]{2}\d+$
              amount: int default=0 min=0 max=100
              price: decimal(8,2) min=0
              ratio: float
              big: bigint
              ok: bool default=true
              kind: enum(plain,fancy,rare) default=plain
              mail: email
              handle: slug
              token: uuid
              at: datetime
              day: date
              hour: time
              data: json
              words: string(5)[] max_items=3
              pic: bytes
              secret: string(20) write_only
              made: datetime default=now readonly
              changed: datetime auto readonly
              lock: version
              shelf: ref(shelves) null on_delete=set_null
            computed:
              twice: decimal(10,2) = price * 2
            rules:
              - { check: "kind != 'fancy' or price > 10", at: price, message: fancy things cost more than 10 }
            many: { notes: notes.thing }
          pages:
            fields: { name: slug(40) pk, title: string(40) required, size: int default=1, lock: version }
          locked:
            fields: { id: int pk auto, value: int, lock: version }
            concurrency: require_if_match
          counters:
            fields: { id: int pk auto, value: int required default=0, lock: version }
          pairs:
            fields: { left: ref(shelves) required, right: ref(shelves) required, weight: int required min=1 }
            pk: [left, right]
          notes:
            fields:
              id: int pk auto
              thing: ref(things) required on_delete=cascade
              author: string(20) required
              text: text required
            unique: [[thing, author]]
            search: [text]
            soft_delete: gone_at
        """;

    private readonly TempFolder _labFolder = new();
    private readonly TempFolder _shopFolder = new();
    private readonly Lazy<Task<TercelProcess>> _lab;
    private readonly Lazy<Task<TercelProcess>> _shop;
    private int _next = 100;

    public WriteLab()
    {
        _lab = new(() => StartLab(_labFolder));
        _shop = new(() => ShopFixture.StartOwn(_shopFolder));
    }

    internal string Database => _labFolder["lab.db"];

    internal Task<TercelProcess> Server => _lab.Value;

    internal async Task<ApiClient> Lab() => (await _lab.Value).Client;

    internal async Task<ApiClient> Shop() => (await _shop.Value).Client;

    /// <summary>A lab that belongs to one test.</summary>
    internal static Task<TercelProcess> StartLab(TempFolder folder, params string[] arguments)
    {
        folder.Write("tercel.yaml", Model);
        return TercelProcess.StartApi(folder, [folder.Path, .. arguments]);
    }

    /// <summary>A number that no other test of this run gets, for codes and names.</summary>
    internal string Unused() => Interlocked.Increment(ref _next).ToString(CultureInfo.InvariantCulture);

    /// <summary>Makes a thing and gives its path.</summary>
    internal async Task<string> Thing(string members = "")
    {
        var body = $"{{\"name\":\"thing\"{(members.Length > 0 ? "," : "")}{members}}}";
        var reply = (await (await Lab()).Post("/v1/things", body)).Expect(201);
        return reply["Location"] ?? "";
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await Stop(_lab);
        await Stop(_shop);
        _labFolder.Dispose();
        _shopFolder.Dispose();
    }

    private static async Task Stop(Lazy<Task<TercelProcess>> server)
    {
        if (server.IsValueCreated && server.Value.IsCompletedSuccessfully) await (await server.Value).DisposeAsync();
    }
}
