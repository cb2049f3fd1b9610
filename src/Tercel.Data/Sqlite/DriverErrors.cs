namespace Tercel.Data.Sqlite;

// The one place that translates SQLite's result codes and messages into StoreException.
internal static class DriverErrors
{
    // Code is the extended result code; message is sqlite3_errmsg's.
    public static StoreException From(int code, string message) => (code & 0xff) switch
    {
        SqliteCode.Constraint => Constraint(code, message),
        SqliteCode.Busy or SqliteCode.Locked => new StoreException(StoreFailure.Busy, message),
        SqliteCode.ReadOnly or SqliteCode.Perm => new StoreException(StoreFailure.ReadOnly, message),
        SqliteCode.Full => new StoreException(StoreFailure.Full, message),
        SqliteCode.TooBig => new StoreException(StoreFailure.TooLarge, message),
        SqliteCode.Corrupt or SqliteCode.NotADatabase => new StoreException(StoreFailure.Corrupt, message),
        SqliteCode.Mismatch => new StoreException(StoreFailure.Value, message),
        SqliteCode.Interrupt => new StoreException(StoreFailure.Cancelled, message),
        SqliteCode.Error when IsValueError(message) => new StoreException(StoreFailure.Value, message),
        SqliteCode.Error when IsTooComplex(message) => new StoreException(StoreFailure.TooComplex, message),
        SqliteCode.Error when IsMissing(message) => new StoreException(StoreFailure.SchemaChanged, message),
        _ => new StoreException(StoreFailure.Other, $"{message} (SQLite code {code})"),
    };

    private static StoreException Constraint(int code, string message) => code switch
    {
        SqliteCode.ConstraintUnique or SqliteCode.ConstraintPrimaryKey or SqliteCode.ConstraintRowId =>
            OnColumns(StoreFailure.Unique, message),
        SqliteCode.ConstraintNotNull => OnColumns(StoreFailure.NotNull, message),
        SqliteCode.ConstraintForeignKey => new StoreException(StoreFailure.ForeignKey, message),
        SqliteCode.ConstraintCheck =>
            new StoreException(StoreFailure.Check, message) { Constraint = AfterColon(message) },
        SqliteCode.ConstraintDatatype => Datatype(message),
        // ON DELETE RESTRICT is a trigger inside SQLite, with a foreign key's words.
        SqliteCode.ConstraintTrigger when message.StartsWith("FOREIGN KEY", StringComparison.Ordinal) =>
            new StoreException(StoreFailure.ForeignKey, message),
        // RAISE(ABORT, '...') in a trigger: the author's own rule, the message is his.
        SqliteCode.ConstraintTrigger => new StoreException(StoreFailure.Check, message),
        _ => new StoreException(StoreFailure.Other, $"{message} (SQLite code {code})"),
    };

    // "UNIQUE constraint failed: products.sku, products.shop", or for an index over expressions "...: index 'name'".
    private static StoreException OnColumns(StoreFailure failure, string message)
    {
        const string IndexMark = "index '";
        var rest = AfterColon(message);
        if (rest is null) return new StoreException(failure, message);
        if (rest.StartsWith(IndexMark, StringComparison.Ordinal) && rest.EndsWith('\''))
            return new StoreException(failure, message) { Constraint = rest[IndexMark.Length..^1] };

        // Names may hold dots, commas and blanks; all columns are of one table, whose name ends at the first dot of
        // each.
        string? table = null;
        var columns = new List<string>();
        foreach (var part in rest.Split(", "))
        {
            var dot = part.IndexOf('.', StringComparison.Ordinal);
            if (table is null && dot > 0) table = part[..dot];
            if (table is not null && part.StartsWith(table + ".", StringComparison.Ordinal))
                columns.Add(part[(table.Length + 1)..]);
            else if (columns.Count > 0)
                columns[^1] += ", " + part;
        }

        return new StoreException(failure, message) { Table = table, Columns = columns };
    }

    // "cannot store TEXT value in INTEGER column t.c", from STRICT tables.
    private static StoreException Datatype(string message)
    {
        const string Mark = " column ";
        var at = message.LastIndexOf(Mark, StringComparison.Ordinal);
        if (at < 0) return new StoreException(StoreFailure.Value, message);
        var name = message[(at + Mark.Length)..];
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot <= 0
            ? new StoreException(StoreFailure.Value, message)
            : new StoreException(StoreFailure.Value, message) { Table = name[..dot], Columns = [name[(dot + 1)..]] };
    }

    private static string? AfterColon(string message)
    {
        var at = message.IndexOf(": ", StringComparison.Ordinal);
        return at < 0 ? null : message[(at + 2)..];
    }

    private static bool IsMissing(string message) =>
        message.StartsWith("no such column: ", StringComparison.Ordinal)
        || message.StartsWith("no such table: ", StringComparison.Ordinal)
        || message.Contains(" has no column named ", StringComparison.Ordinal);

    // What statements of clients can grow into within the limits of a query, when a server allows more than usual.
    private static bool IsTooComplex(string message) =>
        message.StartsWith("parser stack overflow", StringComparison.Ordinal)
        || message.StartsWith("Expression tree is too large", StringComparison.Ordinal)
        || message.StartsWith("at most 64 tables", StringComparison.Ordinal)
        || message.StartsWith("too many ", StringComparison.Ordinal);

    private static bool IsValueError(string message) =>
        message.StartsWith("integer overflow", StringComparison.Ordinal)
        || message.StartsWith("malformed JSON", StringComparison.Ordinal)
        || message.StartsWith("JSON path error", StringComparison.Ordinal)
        || message.StartsWith("bad JSON path", StringComparison.Ordinal)
        || message.StartsWith("JSON cannot hold BLOB values", StringComparison.Ordinal)
        || message.StartsWith("fts5: ", StringComparison.Ordinal)
        || message.StartsWith("unterminated string", StringComparison.Ordinal);
}
