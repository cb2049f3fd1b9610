using Tercel.Data;
using Tercel.Data.Sqlite;
using Tercel.Primitives;
using Xunit;

namespace Tercel.Tests.Data;

public sealed class SqliteReadTests : IDisposable
{
    private const string Endless =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";

    private readonly SqliteFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Every_kind_of_value_comes_back_as_it_was_bound()
    {
        await using var database = SqliteFixture.Open(_fixture.Options);
        using var session = await database.Read(ReadLane.Page, default);
        var sql = new SqlText("SELECT ?1, ?2, ?3, ?4, ?5, ?6");
        SqlValue[] values =
        [
            SqlValue.Of(long.MinValue), SqlValue.Of(0.1), SqlValue.Of("zoë \0 x"),
            SqlValue.OfBlob(new byte[] { 0, 255 }), SqlValue.Null, SqlValue.Of(""),
        ];
        using var rows = await session.Query(sql, values);
        Assert.True(await rows.Next());
        Assert.Equal(long.MinValue, rows.Integer(0));
        Assert.Equal(0.1, rows.Real(1));
        Assert.Equal("zoë \0 x", rows.Utf8Text(2));
        Assert.Equal([0, 255], rows.Blob(3).ToArray());
        Assert.Equal(SqlKind.Null, rows.Kind(4));
        Assert.Equal(SqlKind.Text, rows.Kind(5));
        Assert.True(rows.Utf8(5).IsEmpty);
        Assert.False(await rows.Next());
    }

    [Fact]
    public async Task The_same_statement_can_be_open_twice_in_one_session()
    {
        await using var database = SqliteFixture.Open(_fixture.Options);
        using var session = await database.Read(ReadLane.Page, default);
        var sql = new SqlText("SELECT value FROM json_each(?1)");
        using var outer = await session.Query(sql, [SqlValue.Of("[1,2,3]")]);
        var seen = new List<long>();
        while (await outer.Next())
        {
            using var inner = await session.Query(sql, [SqlValue.Of("[10,20]")]);
            while (await inner.Next()) seen.Add(outer.Integer(0) + inner.Integer(0));
        }

        Assert.Equal([11, 21, 12, 22, 13, 23], seen);
    }

    [Fact]
    public async Task More_statements_than_the_cache_holds_still_run()
    {
        await using var database = SqliteFixture.Open(
            _fixture.Options with { StatementCacheCapacity = 3, Readers = 1 });
        using var session = await database.Read(ReadLane.Page, default);
        var statements = Enumerable.Range(0, 10).Select(i => new SqlText($"SELECT {i}")).ToList();
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < statements.Count; i++)
            {
                using var rows = await session.Query(statements[i], []);
                Assert.True(await rows.Next());
                Assert.Equal(i, rows.Integer(0));
            }
        }
    }

    [Fact]
    public async Task A_runaway_statement_is_stopped_after_its_time()
    {
        await using var database = SqliteFixture.Open(
            _fixture.Options with { StatementTimeMax = TimeSpan.FromMilliseconds(50) });
        var failure = await database.Rows(Endless).Fails();
        Assert.Equal(StoreFailure.Timeout, failure.Failure);
        Assert.Equal("1", await database.One("SELECT 1"));
    }

    [Fact]
    public async Task A_statement_is_stopped_when_its_caller_gives_up()
    {
        await using var database = SqliteFixture.Open(_fixture.Options);
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(30));
        using var session = await database.Read(ReadLane.Page, source.Token);
        var failure = await session.Rows(Endless).Fails();
        Assert.Equal(StoreFailure.Cancelled, failure.Failure);
    }

    [Fact]
    public async Task A_long_statement_asks_its_caller_and_a_short_one_does_not()
    {
        await using var database = SqliteFixture.Open(_fixture.Options);
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(30));
        var caller = new AskedCaller(source.Token);
        using var session = await database.ReadFor(caller, ReadLane.Page);
        Assert.Equal(["1"], await session.Rows("SELECT 1"));
        Assert.Equal(0, caller.Asked);
        var failure = await session.Rows(Endless).Fails();
        Assert.Equal(StoreFailure.Cancelled, failure.Failure);
        Assert.True(caller.Asked > 0);
    }

    [Fact]
    public async Task A_caller_who_waits_for_a_session_can_give_up()
    {
        await using var database = SqliteFixture.Open(_fixture.Options with { Readers = 1 });
        using (await database.Read(ReadLane.Page, default))
        {
            using var source = new CancellationTokenSource();
            var waiting = database.ReadFor(new AskedCaller(source.Token), ReadLane.Page).AsTask();
            await source.CancelAsync();
            var failure = await waiting.Fails();
            Assert.Equal(StoreFailure.Cancelled, failure.Failure);
        }
    }

    [Fact]
    public async Task A_renter_waits_for_a_session_and_gets_it()
    {
        await using var database = SqliteFixture.Open(_fixture.Options with { Readers = 1 });
        var first = await database.Read(ReadLane.Page, default);
        var second = database.Read(ReadLane.Page, default).AsTask();
        Assert.False(second.IsCompleted);
        first.Dispose();
        using var session = await second;
        Assert.Equal(["7"], await session.Rows("SELECT 7"));
    }

    [Fact]
    public async Task A_renter_who_waits_too_long_is_refused()
    {
        await using var database = SqliteFixture.Open(
            _fixture.Options with { Readers = 1, ReadWaitMax = TimeSpan.FromMilliseconds(30) });
        using (await database.Read(ReadLane.Page, default))
        {
            var failure = await database.Read(ReadLane.Page, default).AsTask().Fails();
            Assert.Equal(StoreFailure.Busy, failure.Failure);
        }

        Assert.Equal("1", await database.One("SELECT 1"));
    }

    [Fact]
    public async Task The_queue_for_sessions_is_bounded()
    {
        await using var database = SqliteFixture.Open(_fixture.Options with { Readers = 1, ReadQueueCapacity = 1 });
        var first = await database.Read(ReadLane.Page, default);
        var second = database.Read(ReadLane.Page, default).AsTask();
        Assert.Equal(StoreFailure.Busy, (await database.Read(ReadLane.Page, default).AsTask().Fails()).Failure);
        first.Dispose();
        (await second).Dispose();
    }

    [Fact]
    public async Task Many_renters_share_few_sessions_without_losing_one()
    {
        await using var database = SqliteFixture.Open(_fixture.Options with { ReadWaitMax = TimeSpan.FromSeconds(30) });
        var sql = new SqlText("SELECT ?1 + 1");
        await Task.WhenAll(Enumerable.Range(0, 16).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < 500; i++)
            {
                using var session = await database.Read(ReadLane.Page, default);
                using var rows = await session.Query(sql, [SqlValue.Of(worker * 1000L + i)]);
                Assert.True(await rows.Next());
                Assert.Equal(worker * 1000L + i + 1, rows.Integer(0));
                if (i % 16 == 0) await Task.Yield();
            }
        })));
    }

    [Fact]
    public async Task A_snapshot_shows_one_state_while_writes_go_on()
    {
        _fixture.Make("CREATE TABLE a(n); CREATE TABLE b(n); INSERT INTO a VALUES (0); INSERT INTO b VALUES (0)");
        await using var database = SqliteFixture.Open(_fixture.Options);
        var (addA, addB) = (new SqlText("UPDATE a SET n = n + 1"), new SqlText("UPDATE b SET n = n + 1"));
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 300; i++)
            {
                await database.Write(
                    async session => await session.Execute(addA, []) + await session.Execute(addB, []), default);
            }
        });
        var states = 0;
        for (var last = ""; !writing.IsCompleted; states++)
        {
            using var session = await database.Read(ReadLane.Page, default);
            await session.BeginSnapshot();
            var a = await session.Rows("SELECT n FROM a");
            if (a[0] == last) await Task.Yield();
            last = a[0];
            Assert.Equal(a, await session.Rows("SELECT n FROM b"));
        }

        await writing;
        Assert.True(states > 1);
        Assert.Equal("300|300", await database.One("SELECT a.n, b.n FROM a, b"));
    }

    [Fact]
    public async Task A_missing_file_a_folder_and_a_file_of_another_kind_are_named()
    {
        var options = _fixture.Options with { Writable = false };
        Assert.Contains("does not exist", Refusal(options), StringComparison.Ordinal);
        Assert.Contains("is a folder", Refusal(options with { Path = Path.GetTempPath() }), StringComparison.Ordinal);
        await File.WriteAllTextAsync(_fixture.Path, new string('x', 100));
        Assert.Contains("not a SQLite database", Refusal(options), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_read_only_database_leaves_no_files_beside_it_and_refuses_writes()
    {
        _fixture.Make("CREATE TABLE t(a); INSERT INTO t VALUES (5); PRAGMA journal_mode=DELETE");
        await using (var database = SqliteFixture.Open(_fixture.Options with { Writable = false }))
        {
            Assert.Equal("5", await database.One("SELECT a FROM t"));
            Assert.Equal(StoreFailure.ReadOnly, (await database.Run("DELETE FROM t").Fails()).Failure);
            Assert.Equal(StoreFailure.ReadOnly, (await database.Rows("DELETE FROM t").Fails()).Failure);
            Assert.Single(Directory.GetFiles(Path.GetDirectoryName(_fixture.Path) ?? ""));
        }
    }

    [Fact]
    public void The_description_names_version_origin_and_place()
    {
        Assert.Matches(@"^3\.\d+\.\d+ \((system|bundled)\)$", SqliteLibrary.Version);
    }

    [Fact]
    public async Task A_page_read_allocates_next_to_nothing()
    {
        _fixture.Make("CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT); INSERT INTO t VALUES (1, 'one')");
        await using var database = SqliteFixture.Open(_fixture.Options);
        var sql = new SqlText("SELECT id, name FROM t WHERE id = ?1 AND name = ?2");
        var parameters = new[] { SqlValue.Of(1), SqlValue.Of("one") };
        long ReadOne()
        {
            using var session = Now(database.Read(ReadLane.Page, default));
            using var rows = Now(session.Query(sql, parameters));
            return Now(rows.Next()) ? rows.Integer(0) + rows.Utf8(1).Length : 0;
        }

        var wrong = 0;
        using (await database.Read(ReadLane.Page, default)) ReadOne(); // each connection prepares it
        for (var i = 0; i < 100; i++) ReadOne();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) wrong += ReadOne() == 4 ? 0 : 1;
        Assert.Equal(0, wrong);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 10_000);
    }

    private static T Now<T>(ValueTask<T> task) =>
        task.IsCompleted ? task.Result : throw new InvalidOperationException("it waits");

    private static string Refusal(SqliteOptions options) =>
        Assert.Throws<StoreException>(() => SqliteFixture.Open(options)).Message;

    private sealed class AskedCaller(CancellationToken token) : ICaller
    {
        public int Asked { get; private set; }

        public CancellationToken Token
        {
            get
            {
                Asked++;
                return token;
            }
        }
    }
}
