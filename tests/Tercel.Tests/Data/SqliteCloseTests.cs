using Tercel.Data;
using Tercel.Data.Sqlite;
using Xunit;

namespace Tercel.Tests.Data;

public sealed class SqliteCloseTests : IDisposable
{
    private static readonly SqlText Insert = new("INSERT INTO t(id) VALUES (?1)");

    private readonly SqliteFixture _fixture = new();

    public SqliteCloseTests() => _fixture.Make("CREATE TABLE t(id INTEGER PRIMARY KEY)");

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Closing_finishes_what_waits_and_refuses_the_rest()
    {
        var database = SqliteFixture.Open(_fixture.Options);
        var stored = 0;
        var workers = Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; ; i++)
            {
                try
                {
                    await Add(database, (worker * 100_000) + i);
                    Interlocked.Increment(ref stored);
                }
                catch (StoreException e)
                {
                    Assert.Equal(StoreFailure.Stopping, e.Failure);
                    return;
                }
            }
        })).ToList();
        await Task.Delay(100);
        await database.DisposeAsync();
        await Task.WhenAll(workers);
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(_fixture.Path) ?? "")); // the log is gone, too
        await using var again = SqliteFixture.Open(_fixture.Options);
        Assert.Equal($"{stored}", await again.One("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task Closing_interrupts_what_does_not_end()
    {
        var database = SqliteFixture.Open(_fixture.Options with { StopTimeMax = TimeSpan.FromMilliseconds(100) });
        var endless = database.Run("""
            INSERT INTO t(id) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n
            """);
        var behind = Add(database, 5);
        await database.DisposeAsync();
        Assert.Equal(StoreFailure.Stopping, (await endless.Fails()).Failure);
        Assert.Equal(StoreFailure.Stopping, (await behind.Fails()).Failure);
    }

    [Fact]
    public async Task Closing_waits_for_a_reader_and_refuses_new_ones()
    {
        var database = SqliteFixture.Open(_fixture.Options);
        var session = await database.Read(ReadLane.Page, default);
        var closing = database.DisposeAsync().AsTask();
        await database.Rows("SELECT 1").Fails();
        Assert.Equal(["1"], await session.Rows("SELECT 1"));
        Assert.False(closing.IsCompleted);
        session.Dispose();
        await closing;
        await database.DisposeAsync(); // once more does nothing
    }

    [Fact]
    public async Task Closing_interrupts_a_reader_that_does_not_end()
    {
        var database = SqliteFixture.Open(_fixture.Options with { StopTimeMax = TimeSpan.FromMilliseconds(100) });
        using var started = new SemaphoreSlim(0);
        var reading = Task.Run(async () =>
        {
            using var session = await database.Read(ReadLane.Stream, default);
            started.Release();
            return await session.Rows(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n");
        });
        await started.WaitAsync();
        await database.DisposeAsync();
        Assert.Equal(StoreFailure.Stopping, (await reading.Fails()).Failure);
    }

    private static Task<long> Add(SqliteDatabase database, int id) => database.Write(
        session => session.Execute(Insert, [SqlValue.Of(id)]), default);
}
