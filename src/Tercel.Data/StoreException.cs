namespace Tercel.Data;

/// <summary>Why the database did not do what it was asked.</summary>
public enum StoreFailure
{
    /// <summary>A unique or primary key constraint; <see cref="StoreException.Columns"/> names the columns.</summary>
    Unique,

    /// <summary>A foreign key: the referenced row is missing, or rows still refer to this one.</summary>
    ForeignKey,

    /// <summary>NULL in a NOT NULL column.</summary>
    NotNull,

    /// <summary>A CHECK constraint; <see cref="StoreException.Constraint"/> names it.</summary>
    Check,

    /// <summary>The statement ran past its time and was interrupted.</summary>
    Timeout,

    /// <summary>The caller gave up and the statement was interrupted.</summary>
    Cancelled,

    /// <summary>No connection was free in time, or another process holds the lock.</summary>
    Busy,

    /// <summary>The database is read-only.</summary>
    ReadOnly,

    /// <summary>No space left.</summary>
    Full,

    /// <summary>A value is larger than the engine allows.</summary>
    TooLarge,

    /// <summary>The file is damaged or not a database.</summary>
    Corrupt,

    /// <summary>The server is shutting down.</summary>
    Stopping,

    /// <summary>An expression overflowed or got a value it cannot take; the message tells.</summary>
    Value,

    /// <summary>The statement nests deeper, or joins more, than the engine takes.</summary>
    TooComplex,

    /// <summary>A table or column of the statement is not there: the schema is not the one it was written
    /// for.</summary>
    SchemaChanged,

    /// <summary>Anything else: our SQL is wrong or the machine failed.</summary>
    Other,
}

/// <summary>The database's refusal or failure, translated once from the driver.</summary>
public sealed class StoreException : Exception
{
    /// <summary>Describes a failure.</summary>
    public StoreException(StoreFailure failure, string message) : base(message) => Failure = failure;

    /// <summary>What happened.</summary>
    public StoreFailure Failure { get; }

    /// <summary>Table of the violated constraint; null when unknown.</summary>
    public string? Table { get; init; }

    /// <summary>Columns of the violated constraint; empty when unknown.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>Name of the violated constraint; null when unknown.</summary>
    public string? Constraint { get; init; }
}
