using Xunit;

[assembly: AssemblyFixture(typeof(Tercel.Scenarios.Harness.TypesFixture))]

namespace Tercel.Scenarios.Harness;

/// <summary>
/// One running API over a table with a field of every type, with nulls, ties, and texts that need care. Nobody writes
/// to it, so that answers can be compared with direct SQL.
/// </summary>
public sealed class TypesFixture : IAsyncLifetime
{
    private const string Model =
        """
        api: 1
        name: types
        database: sqlite:types.db
        resources:
          things:
            fields:
              id: int pk auto
              f_int: int
              f_big: bigint
              f_dec: decimal(10,2)
              f_float: float
              f_bool: bool
              f_string: string(100)
              f_text: text
              f_email: email
              f_slug: slug(60)
              f_uuid: uuid
              f_date: date
              f_time: time
              f_dt: datetime
              f_enum: enum(low,mid,high)
              f_json: json
              f_tags: string[]
              f_nums: int[]
              f_bytes: bytes
              f_code: string(20) unique(nocase)
              secret: string(40) write_only
              parent: ref(things) null
            many:
              children: things.parent
            computed:
              doubled: int = f_int * 2
              child_count: int = count(children)
            search: [f_string, f_text]
          notes:
            fields:
              id: int pk auto
              thing: ref(things) required
              body: string(100)
            soft_delete: deleted_at
        """;

    private const string Seed =
        """
        WITH RECURSIVE
          texts(i, t) AS (SELECT key, value FROM json_each('["Alpha","alpha","ALPHA two","Beta 100%","under_score",
            "O''Hara","comma, \"quoted\"","Ünïcode","名前 名","",null," lead","star*[x]?","back\\slash","a.b=c&d"]')),
          docs(i, t) AS (SELECT key, value FROM json_each('["{\"color\":\"red\",\"size\":40,\"deep\":{\"a\":[1,2,3]}}",
            "{\"color\":\"blue\",\"size\":\"40\",\"like\":\"me\"}","{\"color\":null,\"ok\":true}","[1,\"two\",null]",
            "{\"size\":41.5,\"ok\":false,\"a.b\":7}",null,"{}"]')),
          lists(i, t) AS (SELECT key, value FROM json_each('["[]","[\"a\"]","[\"a\",\"b\"]","[\"b,c\",\"d\"]",null]')),
          numbers(i, t) AS (SELECT key, value FROM json_each('["[1,2,3]","[3]",null,"[]"]')),
          n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 90)
        INSERT INTO things (id, f_int, f_big, f_dec, f_float, f_bool, f_string, f_text, f_email, f_slug, f_uuid, f_date,
          f_time, f_dt, f_enum, f_json, f_tags, f_nums, f_bytes, f_code, secret, parent_id)
        SELECT n,
          CASE WHEN n % 7 > 0 THEN n % 10 - 3 END,
          CASE WHEN n % 7 <> 1 THEN 9007199254740990 + n % 5 END,
          CASE WHEN n % 11 > 0 THEN round((n % 8) * 12.25 - 20.1, 2) END,
          CASE WHEN n % 13 > 0 THEN (n % 9) * 0.1 END,
          CASE WHEN n % 3 > 0 THEN n % 2 END,
          (SELECT t FROM texts WHERE i = n % 15),
          (SELECT t FROM texts WHERE i = n * 7 % 15),
          CASE WHEN n % 4 > 0 THEN 'user' || (n % 6) || '@example.com' END,
          CASE WHEN n % 4 > 0 THEN 'slug-' || (n % 6) END,
          CASE WHEN n % 5 > 0 THEN printf('0000000%d-0000-4000-8000-00000000000%d', n % 3, n % 3) END,
          CASE WHEN n % 5 > 0 THEN date('2026-01-28', '+' || (n % 9) || ' days') END,
          CASE WHEN n % 5 > 0 THEN time('22:58:59', '+' || (n % 9 * 17) || ' minutes') END,
          CASE WHEN n % 5 > 0 THEN strftime('%Y-%m-%dT%H:%M:%S.', '2025-12-31 23:00:00', '+' || (n % 9 * 31) || ' minutes')
            || CASE WHEN n % 2 THEN '000Z' ELSE '250Z' END END,
          CASE n % 4 WHEN 0 THEN 'low' WHEN 1 THEN 'mid' WHEN 2 THEN 'high' END,
          (SELECT t FROM docs WHERE i = n % 7),
          (SELECT t FROM lists WHERE i = n % 5),
          (SELECT t FROM numbers WHERE i = n % 4),
          CASE WHEN n % 3 > 0 THEN blob END,
          substr('@AZ_az[`{', n % 9 + 1, 1) || CASE WHEN n % 2 THEN 'k' ELSE 'K' END || n,
          'hidden' || (n % 2),
          CASE WHEN n > 10 THEN n / 10 END
        FROM (SELECT n, CAST('b' || (n % 4) AS BLOB) AS blob FROM n);

        INSERT INTO notes (id, thing_id, body, deleted_at)
        SELECT id, id % 20 + 1, 'note ' || (id % 4), CASE WHEN id % 3 = 0 THEN '2026-01-01T00:00:00.000Z' END
        FROM things WHERE id <= 60;
        """;

    private readonly TempFolder _folder = new();
    private readonly Lazy<Task<TercelProcess>> _server;

    public TypesFixture() => _server = new(Start);

    internal string Database => _folder["types.db"];

    internal async Task<ApiClient> Client() => (await _server.Value).Client;

    internal async Task<Answers> Answers() => new(await Client(), Database);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated && _server.Value.IsCompletedSuccessfully) await (await _server.Value).DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Writes model and rows into a folder, for a test that needs settings of its own.</summary>
    internal static void Write(TempFolder folder)
    {
        folder.Write("tercel.yaml", Model);
        folder.Write("seed.sql", Seed);
    }

    private Task<TercelProcess> Start()
    {
        Write(_folder);
        return TercelProcess.StartApi(_folder, _folder.Path);
    }
}
