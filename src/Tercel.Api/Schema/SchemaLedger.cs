using System.Text;
using Tercel.Data;

namespace Tercel.Api.Schema;

// What Tercel made or was told to keep in this database. Anything else belongs to somebody else and is never dropped.
internal sealed class SchemaLedger
{
    public const string SchemaTable = "_tercel_schema";
    public const string MigrationTable = "_tercel_migrations";
    public const string MetaTable = "_tercel_meta";

    private static readonly SqlText ReadEntries =
        new($"SELECT kind, \"table\", name, definition FROM {SchemaTable} ORDER BY kind, \"table\", name");

    private static readonly SqlText DeleteEntries = new($"DELETE FROM {SchemaTable}");

    private static readonly SqlText AddEntry =
        new($"INSERT INTO {SchemaTable} (kind, \"table\", name, definition) VALUES (?1, ?2, ?3, ?4)");

    private static readonly SqlText AddMigration = new($"""
        INSERT INTO {MigrationTable} (time, checksum, class, sql, who, result) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        """);

    private readonly Dictionary<(LedgerKind Kind, string Table, string Name), LedgerEntry> _entries = [];

    public SchemaLedger(IEnumerable<LedgerEntry> entries)
    {
        foreach (var entry in entries) _entries[KeyOf(entry.Kind, entry.Table, entry.Name)] = entry;
    }

    /// <summary>Makes the ledger's tables; does nothing when they exist.</summary>
    public static IReadOnlyList<string> Create { get; } =
    [
        $"""
        CREATE TABLE IF NOT EXISTS {SchemaTable} (
          kind TEXT NOT NULL, "table" TEXT NOT NULL, name TEXT NOT NULL, definition TEXT NOT NULL,
          PRIMARY KEY (kind, "table", name)
        )
        """,
        $"""
        CREATE TABLE IF NOT EXISTS {MigrationTable} (
          id INTEGER PRIMARY KEY, time TEXT NOT NULL, checksum TEXT NOT NULL, class TEXT NOT NULL, sql TEXT NOT NULL,
          who TEXT NOT NULL, result TEXT NOT NULL
        )
        """,
        $"CREATE TABLE IF NOT EXISTS {MetaTable} (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)",
    ];

    public IEnumerable<LedgerEntry> Of(LedgerKind kind) => _entries.Values.Where(e => e.Kind == kind);

    public bool Owns(LedgerKind kind, string table, string name = "") => _entries.ContainsKey(KeyOf(kind, table, name));

    /// <summary>The recorded type of a column; null when the column is not ours.</summary>
    public string? Definition(string table, string column) =>
        _entries.GetValueOrDefault(KeyOf(LedgerKind.Column, table, column))?.Definition;

    public static async ValueTask<SchemaLedger> Read(ISqlSession session, IReadOnlyList<DatabaseTable> tables)
    {
        var entries = new List<LedgerEntry>();
        if (tables.All(t => t.Name != SchemaTable)) return new SchemaLedger(entries);
        using var rows = await session.Query(ReadEntries, []);
        while (await rows.Next())
        {
            if (Enum.TryParse<LedgerKind>(Text(rows, 0), ignoreCase: true, out var kind))
                entries.Add(new LedgerEntry(kind, Text(rows, 1), Text(rows, 2), Text(rows, 3)));
        }

        return new SchemaLedger(entries);
    }

    public static async ValueTask Write(IWriteSession session, IReadOnlyList<LedgerEntry> entries)
    {
        await session.Execute(DeleteEntries, []);
        foreach (var entry in entries)
        {
            await session.Execute(AddEntry,
            [
                SqlValue.Of(entry.Kind.ToString().ToLowerInvariant()), SqlValue.Of(entry.Table),
                SqlValue.Of(entry.Name), SqlValue.Of(entry.Definition),
            ]);
        }
    }

    public static async ValueTask Record(IWriteSession session, MigrationRecord record) =>
        await session.Execute(AddMigration,
        [
            SqlValue.Of(record.Time), SqlValue.Of(record.Checksum), SqlValue.Of(record.Class),
            SqlValue.Of(record.Sql), SqlValue.Of(record.Who), SqlValue.Of(record.Result),
        ]);

    private static (LedgerKind Kind, string Table, string Name) KeyOf(LedgerKind kind, string table, string name) =>
        (kind, table.ToUpperInvariant(), name.ToUpperInvariant());

    private static string Text(SqlRows rows, int column) => Encoding.UTF8.GetString(rows.Utf8(column));
}

/// <summary>One line of the history of changes.</summary>
internal sealed record MigrationRecord(
    string Time, string Checksum, string Class, string Sql, string Who, string Result);
