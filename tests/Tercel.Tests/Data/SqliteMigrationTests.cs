using Tercel.Data;
using Tercel.Data.Sqlite;
using Xunit;

namespace Tercel.Tests.Data;

public sealed class SqliteMigrationTests : IDisposable
{
    private readonly SqliteFixture _fixture = new();

    public SqliteMigrationTests() => _fixture.Make("""
        CREATE TABLE parent(id INTEGER PRIMARY KEY, a TEXT);
        CREATE TABLE child(id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent(id));
        INSERT INTO parent VALUES (1, 'one');
        INSERT INTO child VALUES (1, 1);
        """);

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_table_can_be_rebuilt_and_kept_statements_see_its_new_columns()
    {
        await using var database = SqliteFixture.Open(_fixture.Options with { Readers = 1 });
        var all = new SqlText("SELECT * FROM parent");
        Assert.Equal("id,a", await Names(database, all));
        await database.Migrate(
            async session =>
            {
                await session.ExecuteScript("""
                    CREATE TABLE parent_new(id INTEGER PRIMARY KEY, a TEXT NOT NULL, b TEXT DEFAULT 'new; text');
                    INSERT INTO parent_new(id, a) SELECT id, a FROM parent;
                    DROP TABLE parent;
                    ALTER TABLE parent_new RENAME TO parent;
                    """);
                Assert.Empty(await session.CheckForeignKeys(10));
            },
            default);
        Assert.Equal("id,a,b", await Names(database, all));
        Assert.Equal("1|one|new; text", await database.One("SELECT * FROM parent"));
        Assert.Equal(StoreFailure.ForeignKey, (await database.Run("DELETE FROM parent").Fails()).Failure);
    }

    [Fact]
    public async Task A_failing_migration_leaves_everything_as_it_was()
    {
        await using var database = SqliteFixture.Open(_fixture.Options);
        var failure = await database.Migrate(
            session => session.ExecuteScript("DROP TABLE child; CREATE TABLE x(a); SELECT * FROM missing"),
            default).Fails();
        Assert.Contains("missing", failure.Message, StringComparison.Ordinal);
        Assert.Equal("1|1", await database.One("SELECT * FROM child"));
        Assert.Equal(1, await database.Run("INSERT INTO child VALUES (2, 1)"));
    }

    [Fact]
    public async Task Foreign_keys_that_point_nowhere_are_found()
    {
        await using var database = SqliteFixture.Open(_fixture.Options);
        IReadOnlyList<ForeignKeyViolation> found = [];
        await database.Migrate(
            async session =>
            {
                await session.ExecuteScript("DELETE FROM parent");
                found = await session.CheckForeignKeys(10);
                session.RollbackOnly();
            },
            default);
        Assert.Equal([new ForeignKeyViolation("child", 1, "parent")], found);
        Assert.Equal("1", await database.One("SELECT count(*) FROM parent"));
    }

    [Fact]
    public async Task A_script_cannot_end_the_migrations_transaction_unseen()
    {
        await using var database = SqliteFixture.Open(_fixture.Options);
        await database.Migrate(session => session.ExecuteScript("COMMIT"), default).Fails();
        Assert.Equal(1, await database.Run("INSERT INTO child VALUES (3, 1)"));
    }

    [Fact]
    public async Task A_backup_is_one_state_while_writes_go_on()
    {
        await using var database = SqliteFixture.Open(_fixture.Options);
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            var insert = new SqlText("INSERT INTO parent(a) VALUES (?1)");
            var pair = new SqlText("INSERT INTO child(parent) VALUES (last_insert_rowid())");
            while (!stop.IsCancellationRequested)
            {
                await database.Write(
                    async session =>
                    {
                        await session.Execute(insert, [SqlValue.Of(new string('x', 2000))]);
                        return await session.Execute(pair, []);
                    },
                    default);
            }
        });
        await Task.Delay(50);
        var copy = _fixture.In("copy.db");
        await database.Backup(copy, default);
        await stop.CancelAsync();
        await writing;
        Assert.Equal(StoreFailure.Other, (await database.Backup(copy, default).Fails()).Failure);

        await using var copied = SqliteFixture.Open(_fixture.Options with { Path = copy });
        var counts = (await copied.One("SELECT (SELECT count(*) FROM parent), count(*) FROM child")).Split('|');
        Assert.Equal(counts[0], counts[1]);
        Assert.NotEqual("1", counts[0]);
        Assert.Equal("ok", await copied.One("PRAGMA integrity_check"));
    }

    [Theory]
    [InlineData("a%41b.db")]
    [InlineData("what? #1 \u00e9;.db")]
    public void A_file_that_is_read_as_it_is_may_have_any_name(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "such names are not allowed there");
        _fixture.Make("CREATE TABLE t (x); INSERT INTO t VALUES ('right')", _fixture.In(name));
        _fixture.Make("CREATE TABLE t (x); INSERT INTO t VALUES ('wrong')", _fixture.In("aAb.db"));
        using var connection = SqliteConnection.Open(
            _fixture.Options with { Path = _fixture.In(name) }, SqliteAccess.Immutable, TimeProvider.System);
        Assert.Equal("right", connection.ReadText("SELECT x FROM t"));
    }

    [Fact]
    public async Task A_copy_may_be_read_by_those_who_may_read_the_database()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there the folder decides");
        if (OperatingSystem.IsWindows()) return;
        const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var copy = _fixture.In("private.db");
        await using var database = SqliteFixture.Open(_fixture.Options);
        File.SetUnixFileMode(_fixture.Path, Own);
        await database.Backup(copy, default);
        Assert.Equal(Own, File.GetUnixFileMode(copy));
        Assert.False(File.Exists(copy + ".unfinished"));
    }

    [Fact]
    public async Task A_log_file_in_a_folder_that_cannot_be_written_is_read_as_it_is()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.UserName == "root", "root may write anywhere");
        if (OperatingSystem.IsWindows()) return; // tells the compiler so
        var file = _fixture.In("copy.db");
        await using (var database = SqliteFixture.Open(_fixture.Options)) await database.Backup(file, default);
        var folder = Path.GetDirectoryName(file) ?? "";
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            await using var copied = SqliteFixture.Open(_fixture.Options with { Path = file, Writable = false });
            Assert.Equal("1|one", await copied.One("SELECT * FROM parent"));
        }
        finally
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void Reading_a_file_as_it_is_makes_no_files_beside_it()
    {
        using var source = SqliteConnection.Open(_fixture.Options, SqliteAccess.Immutable, TimeProvider.System);
        Assert.Equal("wal", SqliteFileMode(_fixture.Path));
        Assert.Equal("one", source.ReadText("SELECT a FROM parent"));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(_fixture.Path) ?? ""));
    }

    private static string SqliteFileMode(string file) => File.ReadAllBytes(file)[18] == 2 ? "wal" : "journal";

    private static async Task<string> Names(SqliteDatabase database, SqlText sql)
    {
        using var session = await database.Read(ReadLane.Page, default);
        using var rows = await session.Query(sql, []);
        await rows.Next();
        return string.Join(',', Enumerable.Range(0, rows.ColumnCount).Select(rows.ColumnName));
    }
}
