using Tercel.Data;
using Tercel.Data.Sqlite;
using Xunit;

namespace Tercel.Tests.Data;

public sealed class SqliteWriteTests : IDisposable
{
    private static readonly SqlText Insert = new("INSERT INTO t(id, name) VALUES (?1, ?2)");

    private readonly SqliteFixture _fixture = new();

    public SqliteWriteTests() => _fixture.Make("""
        CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT UNIQUE);
        CREATE TABLE child(id INTEGER PRIMARY KEY, parent INTEGER REFERENCES t(id) DEFERRABLE INITIALLY DEFERRED);
        """);

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task What_a_write_stored_is_seen_by_the_next_read()
    {
        await using var database = SqliteFixture.Open(_fixture.Options);
        Assert.Equal(1, await Add(database, 1));
        Assert.Equal(["1|n1"], await database.Rows("SELECT * FROM t"));
    }

    [Fact]
    public async Task Many_writers_share_commits_and_every_answered_row_is_stored()
    {
        await using (var database = SqliteFixture.Open(_fixture.Options))
        {
            await Task.WhenAll(Enumerable.Range(0, 32).Select(worker => Task.Run(async () =>
            {
                for (var i = 0; i < 50; i++) await Add(database, (worker * 50) + i);
            })));
            Assert.Equal("1600", await database.One("SELECT count(*) FROM t"));
            Assert.InRange(database.CommitCount, 1, 1599);
        }

        await using var again = SqliteFixture.Open(_fixture.Options);
        Assert.Equal("1600", await again.One("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task Failing_writes_in_a_batch_undo_only_themselves()
    {
        await using var database = SqliteFixture.Open(_fixture.Options);
        var results = await InOneBatch(database, i => i switch
        {
            0 or 3 => async session =>
            {
                await session.Execute(Insert, [SqlValue.Of(100 + i), SqlValue.Of("lost" + i)]);
                return await session.Execute(Insert, [SqlValue.Of(100 + i), SqlValue.Of("again")]);
            },
            5 => async session =>
            {
                await session.Execute(Insert, [SqlValue.Of(105), SqlValue.Of("lost5")]);
                throw new FormatException("mine");
            },
            _ => session => session.Execute(Insert, [SqlValue.Of(i), SqlValue.Of("n" + i)]),
        });
        Assert.Equal(StoreFailure.Unique, Assert.IsType<StoreException>(results[0]).Failure);
        Assert.Equal(StoreFailure.Unique, Assert.IsType<StoreException>(results[3]).Failure);
        Assert.Equal("mine", Assert.IsType<FormatException>(results[5]).Message);
        Assert.Equal("1,2,4,6,7", await database.One("SELECT group_concat(id) FROM t"));
    }

    [Fact]
    public async Task A_dry_run_gives_its_result_and_stores_nothing()
    {
        await using var database = SqliteFixture.Open(_fixture.Options);
        var results = await InOneBatch(database, i => async session =>
        {
            var count = await session.Execute(Insert, [SqlValue.Of(i), SqlValue.Null]);
            if (i % 2 == 0) session.RollbackOnly();
            return count;
        });
        Assert.All(results, Assert.Null);
        Assert.Equal("1,3,5,7", await database.One("SELECT group_concat(id) FROM t"));
    }

    [Fact]
    public async Task Nested_savepoints_keep_or_undo_their_part()
    {
        await using var database = SqliteFixture.Open(_fixture.Options);
        await InOneBatch(database, i => async session =>
        {
            await session.Execute(Insert, [SqlValue.Of(i * 10), SqlValue.Null]);
            await session.Savepoint();
            await session.Execute(Insert, [SqlValue.Of((i * 10) + 1), SqlValue.Null]);
            await session.Savepoint();
            await session.Execute(Insert, [SqlValue.Of((i * 10) + 2), SqlValue.Null]);
            await session.EndSavepoint(keep: false);
            if (i < 6) await session.EndSavepoint(keep: i % 2 == 0);
            return 0L; // the last two leave theirs open: what the work did not undo stays
        });
        Assert.Equal("0,1,10,20,21,30,40,41,50,60,61,70,71", await database.One("SELECT group_concat(id) FROM t"));
    }

    [Fact]
    public async Task A_deferred_foreign_key_fails_its_own_request_only()
    {
        await using var database = SqliteFixture.Open(_fixture.Options);
        var child = new SqlText("INSERT INTO child VALUES (?1, ?2)");
        var results = await InOneBatch(database, i => async session =>
        {
            await session.Execute(child, [SqlValue.Of(i), SqlValue.Of(i)]);
            return i == 4 ? 0 : await session.Execute(Insert, [SqlValue.Of(i), SqlValue.Null]);
        });
        Assert.Equal(StoreFailure.ForeignKey, Assert.IsType<StoreException>(results[4]).Failure);
        Assert.Equal("7|7", await database.One("SELECT count(*), (SELECT count(*) FROM t) FROM child"));
    }

    [Fact]
    public async Task An_error_that_undoes_the_whole_transaction_fails_the_neighbours_before_it_clearly()
    {
        await using var database = SqliteFixture.Open(_fixture.Options);
        var rollback = new SqlText("INSERT OR ROLLBACK INTO t(id) VALUES (?1)");
        var results = await InOneBatch(database, i => async session =>
        {
            if (i != 3) return await session.Execute(Insert, [SqlValue.Of(i), SqlValue.Null]);
            try
            {
                return await session.Execute(rollback, [SqlValue.Of(0)]);
            }
            catch (StoreException)
            {
                return await session.Execute(Insert, [SqlValue.Of(99), SqlValue.Null]); // must not be stored on its own
            }
        });
        Assert.All(results[..3], r => Assert.Equal(StoreFailure.Busy, Assert.IsType<StoreException>(r).Failure));
        Assert.IsType<StoreException>(results[3]);
        Assert.All(results[4..], Assert.Null);
        Assert.Equal("4,5,6,7", await database.One("SELECT group_concat(id) FROM t"));
    }

    [Fact]
    public async Task A_row_returned_but_not_read_to_its_end_still_reports_its_failure()
    {
        await using var database = SqliteFixture.Open(_fixture.Options);
        await database.Run("CREATE TABLE strict_child(parent INTEGER REFERENCES t(id))");
        var sql = new SqlText("INSERT INTO strict_child VALUES (77) RETURNING parent");
        var failure = await database.Write(
            async session =>
            {
                using var rows = await session.Query(sql, []);
                await rows.Next();
                return 0;
            },
            default).Fails();
        Assert.Equal(StoreFailure.ForeignKey, failure.Failure);
        Assert.Equal("0", await database.One("SELECT count(*) FROM strict_child"));
    }

    [Fact]
    public async Task The_write_queue_is_bounded()
    {
        await using var database = SqliteFixture.Open(_fixture.Options with { WriteQueueCapacity = 2 });
        using var gate = new ManualResetEventSlim();
        var first = Blocked(database, gate, out var started);
        await started;
        var waiting = new[] { Add(database, 1), Add(database, 2) };
        Assert.Equal(StoreFailure.Busy, (await Add(database, 3).Fails()).Failure);
        gate.Set();
        await Task.WhenAll([first, .. waiting]);
    }

    [Fact]
    public async Task A_write_statement_is_stopped_after_its_time_and_the_writer_goes_on()
    {
        await using var database = SqliteFixture.Open(
            _fixture.Options with { StatementTimeMax = TimeSpan.FromMilliseconds(50) });
        var failure = await database.Run("""
            INSERT INTO t(id) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n
            """).Fails();
        Assert.Equal(StoreFailure.Timeout, failure.Failure);
        Assert.Equal(1, await Add(database, 1));
    }

    [Fact]
    public async Task Work_that_awaits_something_else_is_refused_and_cannot_write_later()
    {
        await using var database = SqliteFixture.Open(_fixture.Options);
        using var gate = new SemaphoreSlim(0);
        Task<long>? late = null;
        var write = database.Write(
            session =>
            {
                late = Late(session, gate);
                return new ValueTask<long>(late);
            },
            default);
        await Assert.ThrowsAsync<InvalidOperationException>(() => write);
        gate.Release();
        await Assert.ThrowsAsync<InvalidOperationException>(() => late ?? Task.CompletedTask);
        Assert.Equal("0", await database.One("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task The_log_does_not_grow_past_its_bound_while_writes_go_on()
    {
        await using var database = SqliteFixture.Open(
            _fixture.Options with { WalBytesMax = 4 << 20, Synchronous = SqliteSynchronous.Normal });
        var wide = new SqlText("INSERT INTO t(name) VALUES (?1 || hex(randomblob(4000)))");
        for (var i = 0; i < 3000; i++)
        {
            var number = i;
            await database.Write(session => session.Execute(wide, [SqlValue.Of(number)]), default);
        }

        Assert.InRange(new FileInfo(_fixture.Path + "-wal").Length, 1, 8 << 20); // 24 MB were written
    }

    [Fact]
    public async Task A_cancelled_write_that_has_not_started_does_not_run()
    {
        await using var database = SqliteFixture.Open(_fixture.Options);
        var failure = await database.Write(
            session => session.Execute(Insert, [SqlValue.Of(1), SqlValue.Null]),
            new CancellationToken(canceled: true)).Fails();
        Assert.Equal(StoreFailure.Cancelled, failure.Failure);
        Assert.Equal("0", await database.One("SELECT count(*) FROM t"));
    }

    private static async Task<long> Late(IWriteSession session, SemaphoreSlim gate)
    {
        await gate.WaitAsync();
        return await session.Execute(Insert, [SqlValue.Of(1), SqlValue.Null]);
    }

    private static Task<long> Add(SqliteDatabase database, int id) => database.Write(
        session => session.Execute(Insert, [SqlValue.Of(id), SqlValue.Of("n" + id)]), default);

    // Holds the writer thread, in a transaction of its own, until the gate opens.
    private static Task Blocked(SqliteDatabase database, ManualResetEventSlim gate, out Task started)
    {
        var begun = new TaskCompletionSource();
        started = begun.Task;
        return database.Migrate(
            _ =>
            {
                begun.SetResult();
                gate.Wait();
                return ValueTask.CompletedTask;
            },
            default);
    }

    // Queues eight writes while the writer is held, so that they share a batch; gives what each failed with.
    private static async Task<Exception?[]> InOneBatch(
        SqliteDatabase database, Func<int, Func<IWriteSession, ValueTask<long>>> work)
    {
        using var gate = new ManualResetEventSlim();
        var blocked = Blocked(database, gate, out var started);
        await started;
        var writes = Enumerable.Range(0, 8).Select(i => database.Write(work(i), default)).ToList();
        gate.Set();
        await blocked;
        foreach (var write in writes) await write.ContinueWith(_ => 0, TaskScheduler.Default);
        return [.. writes.Select(w => w.Exception?.InnerException)];
    }
}
